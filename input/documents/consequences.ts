import { nearest } from "./check";
import { formatPath } from "./document";
import type { SpecError } from "./errors";

const MISSING = ["MissingField", "MissingDriverProgram"];

/**
 * A field that must not be there is one fault. That the right one is missing when it is a misspelt one, or that its value is
 * wrong as well, is a consequence and not a second fault.
 *
 * @returns the errors without those consequences
 */
export function withoutConsequences(errors: readonly SpecError[]): SpecError[] {
  const key = (file: string, path: string): string => JSON.stringify([file, path]);
  const unknown = errors.filter(({ code }) => code === "UnknownField");
  const unwanted = new Set(unknown.map(({ file, path }) => key(file, path)));
  const meant = new Set(
    unknown.flatMap(({ file, path, value = "", allowed = "" }) => {
      const near = nearest(value, allowed.split(", "));
      return near === undefined ? [] : [key(file, sibling(path, value, near))];
    }),
  );
  return errors.filter(
    ({ code, file, path }) =>
      (code === "UnknownField" || !unwanted.has(key(file, path))) &&
      !(MISSING.includes(code) && meant.has(key(file, path))),
  );
}

/** The path of another field of the same map: `a.c` for the `b` of `a.b`. */
function sibling(path: string, name: string, other: string): string {
  const [own, others] = [name, other].map((each) => formatPath(["x", each]).slice(1)) as [string, string];
  return path.endsWith(own) && path !== own ? path.slice(0, -own.length) + others : formatPath([other]);
}
