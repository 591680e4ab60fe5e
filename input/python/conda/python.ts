import type { LineFault } from "./pip";

/**
 * Python minors that an environment may ask for, oldest first. Below 3.8 neither uv nor a release of the inference
 * server works; which of these a machine has a base image for is not known here.
 */
export const PYTHON_MINORS = ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"] as const;
export type PythonMinor = (typeof PYTHON_MINORS)[number];

/** Where a file pins none. What nearly all of Microsoft's current examples pin. */
export const DEFAULT_PYTHON: PythonMinor = "3.12";

export type PythonChoice = { readonly minor: PythonMinor; readonly assumed: boolean } | { readonly fault: LineFault };

/**
 * The minor that pip clauses on python mean. A patch level is not looked at: base images move on with it.
 *
 * @param clauses such as `==3.12.*` or `>=3.10`; empty when the file says nothing
 */
export function choosePython(clauses: readonly string[]): PythonChoice {
  const fitting = PYTHON_MINORS.filter((minor) =>
    PATCHES.some((patch) => clauses.every((clause) => fulfils([3, Number(minor.split(".")[1]), patch], clause))),
  );
  const pinned = clauses.some((clause) => /^(==|~=)\s*\d+\.\d+/.test(clause));
  if (fitting.length === 0) {
    return {
      fault: {
        code: "UnsupportedRequirement",
        message: "no supported python has this version",
        hint: `write python=3.x with one of ${PYTHON_MINORS.join(", ")}`,
      },
    };
  }
  // `~=3.10` leaves 3.11 open to pip; who writes it means 3.10.
  const minor = fitting.includes(DEFAULT_PYTHON) && !pinned ? DEFAULT_PYTHON : pinned ? fitting[0] : fitting.at(-1);
  return { minor: minor ?? DEFAULT_PYTHON, assumed: !pinned };
}

/** More patch levels than any minor ever had. */
const PATCHES = Array.from({ length: 50 }, (_, patch) => patch);

function fulfils(python: readonly number[], clause: string): boolean {
  const [, sign = "", written = ""] = /^([=~!<>]+)(.*)$/.exec(clause) ?? [];
  const version = written.replace(/\.\*$/, "").split(".").map(Number);
  const matches = (parts: readonly number[]) => parts.every((part, index) => part === python[index]);
  const order = python.map((part, index) => part - (version[index] ?? 0)).find((away) => away !== 0) ?? 0;
  switch (sign) {
    case "==":
      return matches(version);
    case "~=":
      return order >= 0 && matches(version.slice(0, -1));
    case "!=":
      return written.endsWith("*") ? !matches(version) : order !== 0;
    case ">=":
      return order >= 0;
    case ">":
      return order > 0;
    case "<=":
      return order <= 0;
    case "<":
      return order < 0;
    default:
      return false;
  }
}
