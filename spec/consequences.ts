import { nearest } from "./check";
import { formatPath } from "./document";
import type { SpecError } from "./errors";

const MISSING = ["MissingField", "MissingDriverProgram"];

/**
 * A misspelt field is one fault: that the right one is missing then is its consequence, not a second fault.
 *
 * @returns the errors without those consequences
 */
export function withoutConsequences(errors: readonly SpecError[]): SpecError[] {
  const key = (file: string, path: string): string => JSON.stringify([file, path]);
  const meant = new Set(
    errors.flatMap(({ code, file, path, value = "", allowed = "" }) => {
      const near = code === "UnknownField" ? nearest(value, allowed.split(", ")) : undefined;
      return near === undefined ? [] : [key(file, sibling(path, value, near))];
    }),
  );
  return errors.filter(({ code, file, path }) => !(MISSING.includes(code) && meant.has(key(file, path))));
}

/** The path of another field of the same map: `a.c` for the `b` of `a.b`. */
function sibling(path: string, name: string, other: string): string {
  const [own, others] = [name, other].map((each) => formatPath(["x", each]).slice(1)) as [string, string];
  return path.endsWith(own) && path !== own ? path.slice(0, -own.length) + others : formatPath([other]);
}
