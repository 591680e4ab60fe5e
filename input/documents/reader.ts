import { formatPath, type LocatedDocument, type YamlPath } from "./document";
import type { ErrorCode } from "./error-codes";
import type { Rule } from "./errors";
import { Collector } from "./findings";

/** What a rule says of a value that breaks it. */
export interface Breach {
  readonly code: ErrorCode;
  readonly message: string;
  readonly value?: string;
  readonly allowed?: string;
  readonly hint: string;
  readonly rule: Rule;
  readonly source: string;
}

/**
 * A document for rules that look at several fields at once. They must work when other fields have faults, so they ask for
 * what they need and get `undefined` for what is absent or of another type: that is told elsewhere. All rules of a document
 * say what they find to its reader, whose findings are the result of them all.
 */
export class Reader extends Collector {
  constructor(readonly document: LocatedDocument) {
    super();
  }

  get(path: YamlPath): unknown {
    let value: unknown = this.document.value;
    for (const step of path) {
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, step)
          ? (value as Record<string | number, unknown>)[step]
          : undefined;
    }
    return value;
  }

  has(...path: (string | number)[]): boolean {
    return this.get(path) !== undefined;
  }

  text(...path: (string | number)[]): string | undefined {
    const value = this.get(path);
    return typeof value === "string" ? value : undefined;
  }

  map(...path: (string | number)[]): Readonly<Record<string, unknown>> | undefined {
    const value = this.get(path);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  }

  error(path: YamlPath, breach: Breach): void {
    this.add({ errors: [{ ...breach, ...this.document.at(path), path: formatPath(path) }] });
  }

  errorAtKey(path: YamlPath, breach: Breach): void {
    this.add({ errors: [{ ...breach, ...this.document.keyAt(path), path: formatPath(path) }] });
  }

  warnAtKey(path: YamlPath, breach: Breach): void {
    this.add({ warnings: [{ ...breach, ...this.document.keyAt(path), path: formatPath(path) }] });
  }

  warn(path: YamlPath, breach: Breach): void {
    this.add({ warnings: [{ ...breach, ...this.document.at(path), path: formatPath(path) }] });
  }
}
