import type { SpecError } from "./errors";

/** What is found wrong, and what is found odd. */
export interface Findings {
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

/** What a function makes, together with what it finds on the way. */
export interface Result<T> {
  readonly value: T;
  readonly findings: Findings;
}

/**
 * Collects what one function finds while it works: its own faults, and those of the results that it takes. It stays inside
 * that function, which gives everything back as one result.
 */
export class Collector {
  readonly #errors: SpecError[] = [];
  readonly #warnings: SpecError[] = [];

  /** The value of a result; its findings are kept. */
  take<T>({ value, findings }: Result<T>): T {
    this.add(findings);
    return value;
  }

  add({ errors = [], warnings = [] }: Partial<Findings>): void {
    // One by one: a file may have more faults than a call may have arguments.
    for (const error of errors) {
      this.#errors.push(error);
    }
    for (const warning of warnings) {
      this.#warnings.push(warning);
    }
  }

  /** How many errors there are so far: more of them after a step mean that the step went wrong. */
  get errorCount(): number {
    return this.#errors.length;
  }

  get findings(): Findings {
    return { errors: this.#errors, warnings: this.#warnings };
  }

  result<T>(value: T): Result<T> {
    return { value, findings: this.findings };
  }
}
