import { formatPath, type LocatedDocument, type Place, type YamlPath } from "./document";
import type { SpecError } from "./errors";
import type { Result } from "./findings";

/** A value that stands in place of the file's: `az … --set`, `--set` of our own command, or `set:` in the stack's config. */
export interface Override {
  readonly path: YamlPath;
  readonly value: unknown;
  /** Where the value below it was written; `rest` is the way from `path` on. */
  at(rest: YamlPath): Place;
  /** The same for its key. */
  keyAt(rest: YamlPath): Place;
}

/**
 * A dotted path with list indexes, as `az ml … --set` takes it: `identity.user_assigned_identities[0].resource_id`. A key
 * with a dot in it stands in quotes: `resources.limits["nvidia.com/gpu"]`.
 *
 * @returns undefined when it is none
 */
export function parseSetPath(text: string): YamlPath | undefined {
  const path: (string | number)[] = [];
  const step = /\.?([^.[\]"'=\s]+)|\[(\d+)\]|\[(?:"([^"]+)"|'([^']+)')\]/y;
  while (step.lastIndex < text.length) {
    const start = step.lastIndex;
    const found = step.exec(text);
    if (found === null || (found[1] !== undefined && (start === 0) === found[0].startsWith("."))) {
      return undefined;
    }
    path.push(found[2] === undefined ? (found[1] ?? found[3] ?? found[4] ?? "") : Number(found[2]));
  }
  return typeof path[0] === "string" ? path : undefined;
}

/** The document with its overrides in place. An override that cannot be applied is an error at its own place. */
export function withOverrides(document: LocatedDocument, overrides: readonly Override[]): Result<LocatedDocument> {
  const applied: Override[] = [];
  const errors: SpecError[] = [];
  let value = structuredClone(document.value);
  for (const override of overrides) {
    const refused = set(value, override, (root) => {
      value = root;
    });
    if (refused === undefined) {
      applied.unshift(override);
    } else {
      errors.push({
        code: "BadArgument",
        ...override.at([]),
        path: formatPath(override.path),
        message: refused,
        hint: "correct the path",
        rule: "client",
      });
    }
  }
  const findings = { errors, warnings: [] };
  if (applied.length === 0) {
    return { value: document, findings };
  }
  return { value: overridden(document, value, applied), findings };
}

/** @param overrides the last one first: it is the one that counts */
function overridden(document: LocatedDocument, value: unknown, overrides: readonly Override[]): LocatedDocument {
  const holding = (path: YamlPath): Override | undefined =>
    overrides.find(({ path: own }) => own.every((step, index) => path[index] === step));
  return {
    file: document.file,
    value,
    at: (path) => {
      const override = holding(path);
      return override?.at(path.slice(override.path.length)) ?? document.at(path);
    },
    keyAt: (path) => {
      const override = holding(path);
      return override?.keyAt(path.slice(override.path.length)) ?? document.keyAt(path);
    },
    written: (path) => (holding(path) === undefined ? document.written(path) : undefined),
  };
}

/**
 * Nothing is written before the whole path is known to lead somewhere: a refused override leaves no half-built maps behind.
 *
 * @returns why it cannot be done
 */
function set(root: unknown, { path, value }: Override, replaceRoot: (root: unknown) => void): string | undefined {
  let holder: unknown = root;
  let put = replaceRoot;
  for (const [index, step] of path.entries()) {
    if (holder === undefined || holder === null) {
      const rest = path.slice(index);
      const beyond = rest.findIndex((each) => typeof each === "number" && each > 0);
      if (beyond >= 0) {
        return listOf(0, path.slice(0, index + beyond));
      }
      put(rest.reduceRight<unknown>((inner, each) => own(typeof each === "number" ? [] : {}, each, inner), value));
      return undefined;
    }
    const above = path.slice(0, index);
    if (Array.isArray(holder)) {
      if (typeof step !== "number" || step > holder.length) {
        return listOf(holder.length, above);
      }
    } else if (typeof holder !== "object" || typeof step === "number") {
      return `'${formatPath(above)}' is not a ${typeof step === "number" ? "list" : "map"}: nothing can be set below it`;
    }
    const container = holder as Record<string | number, unknown>;
    put = (inner) => own(container, step, inner);
    holder = Object.hasOwn(container, step) ? container[step] : undefined;
  }
  put(value);
  return undefined;
}

/** An own property even for `__proto__`, which a plain assignment would take for something else. */
function own(container: object, step: string | number, value: unknown): object {
  return Object.defineProperty(container, step, { value, writable: true, enumerable: true, configurable: true });
}

function listOf(length: number, path: YamlPath): string {
  return `'${formatPath(path)}' is a list of ${length}: the next step must be an index up to ${length}`;
}
