import type { SpecError } from "./errors";

/** What is found wrong, and what is found odd, on the way through a stack's files. */
export interface Findings {
  readonly errors: SpecError[];
  readonly warnings: SpecError[];
}
