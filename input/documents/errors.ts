import type { ErrorCode } from "./error-codes";
import { byCodeUnit } from "./order";

/**
 * The one form in which anything that is wrong is told: a list of these, thrown once after every check has run.
 * Warnings have the same form. `code` is Azure's own where Azure has one (`OutOfQuota`, `BadArgument`, …).
 */
export interface SpecError {
  readonly code: ErrorCode;
  /** File as the user would type it; empty when the fault has no file. */
  readonly file: string;
  /** 1-based; 0 when unknown. */
  readonly line: number;
  /** 1-based; 0 when unknown. */
  readonly column: number;
  /** Path inside the file, `environment.conda_file` or `deployments[0]`; empty for the file itself. */
  readonly path: string;
  /** What is wrong. */
  readonly message: string;
  /** The value seen, as text. Left out for secrets and for missing keys. */
  readonly value?: string;
  /** What is allowed. */
  readonly allowed?: string;
  /** How to fix it. */
  readonly hint: string;
  /** Whose rule it is; absent where a fault has nothing to do with Azure's files. */
  readonly rule?: Rule;
  /** Where the rule is written down: the Azure document's name, as in `reference-yaml-endpoint-online`. */
  readonly source?: string;
}

/**
 * Whose rule a fault breaks, in the order in which Azure would get to it. `yaml` and `schema`: Microsoft's client cannot load
 * the file; `client`: it refuses before it sends anything; `service`: Azure's service refuses, minutes later; `quota`: a limit
 * that Azure can raise; `stack`: our own rule about a stack; `target`: the target cannot carry it out.
 */
export type Rule = "yaml" | "schema" | "client" | "service" | "quota" | "stack" | "target";

/** All that is wrong with a stack, in one throw. */
export class SpecErrors extends Error {
  constructor(readonly errors: readonly SpecError[]) {
    super(formatErrors(errors));
    this.name = "SpecErrors";
    // The list is the message; where in our code it was thrown helps nobody who reads it.
    this.stack = this.message;
  }
}

/** Each fault once: what two deployments share is read for each of them. */
export function distinct(errors: readonly SpecError[]): SpecError[] {
  return [...new Map(errors.map((error) => [JSON.stringify(error), error])).values()];
}

/** Ordered by file, line and column, so that a list reads like the files do. */
export function sortErrors(errors: readonly SpecError[]): SpecError[] {
  return [...errors].sort(
    (a, b) => byCodeUnit(a.file, b.file) || a.line - b.line || a.column - b.column || byCodeUnit(a.path, b.path),
  );
}

/** One error as the user reads it: place, code and message, then what was seen, what is allowed and how to fix it. */
export function formatError(error: SpecError): string {
  return withTitle(error.code, error);
}

/** The same for a warning, which says that it is one. */
export function formatWarning(warning: SpecError): string {
  return withTitle(`warning ${warning.code}`, warning);
}

function withTitle(title: string, error: SpecError): string {
  const place =
    error.file === "" ? "" : error.line > 0 ? `${error.file}:${error.line}:${error.column} ` : `${error.file} `;
  const path = error.path === "" ? "" : `${error.path}: `;
  const details = [
    error.value === undefined ? undefined : `seen: ${error.value}`,
    error.allowed === undefined ? undefined : `allowed: ${error.allowed}`,
    `fix: ${error.hint}`,
    error.rule === undefined && error.source === undefined
      ? undefined
      : `rule: ${[error.rule, error.source].filter((part) => part !== undefined).join(", ")}`,
  ].filter((line) => line !== undefined);
  return [`${place}${title}: ${path}${error.message}`, ...details.map((line) => `    ${line}`)].join("\n");
}

export function formatErrors(errors: readonly SpecError[]): string {
  const sorted = sortErrors(errors);
  const count = sorted.length === 1 ? "1 error" : `${sorted.length} errors`;
  return [`${count}:`, ...sorted.map(formatError)].join("\n");
}
