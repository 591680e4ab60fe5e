import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { formatPath, type LocatedDocument, parseYaml, type YamlPath } from "../documents/document";
import type { SpecError } from "../documents/errors";
import { Collector, type Result } from "../documents/findings";
import { type Override, parseSetPath, withOverrides } from "../documents/override";

/** Reads a YAML file that the stack names, with what the stack sets in it. */
export function readDocument(
  written: string,
  at: YamlPath,
  stack: LocatedDocument,
  overrides: readonly Override[] = [],
): Result<LocatedDocument | undefined> {
  const file = path.join(path.dirname(stack.file), written);
  if (!existsSync(file) || !statSync(file).isFile()) {
    const fault: SpecError = {
      code: "FileNotFound",
      ...stack.at(at),
      path: formatPath(at),
      message: `there is no file '${file}'`,
      value: written,
      allowed: `a file, relative to ${path.dirname(stack.file)}/`,
      hint: "correct the path",
      rule: "stack",
    };
    return { value: undefined, findings: { errors: [fault], warnings: [] } };
  }
  const found = new Collector();
  const document = found.take(parseYaml(file, readFileSync(file, "utf8")));
  // An empty file stays one: a value set in it would hide that.
  const empty = document?.value === null || document?.value === undefined;
  return found.result(empty ? document : found.take(withOverrides(document, overrides)));
}

/** The `set:` of an entry of the stack's config, as overrides that know where they were written. */
export function setOverrides(
  set: Readonly<Record<string, unknown>> | undefined,
  at: YamlPath,
  stack: LocatedDocument,
): Result<Override[]> {
  const errors: SpecError[] = [];
  const overrides = Object.entries(set ?? {}).flatMap(([text, value]): Override[] => {
    const where = [...at, "set", text];
    const target = parseSetPath(text);
    if (target === undefined) {
      errors.push({
        code: "BadArgument",
        ...stack.keyAt(where),
        path: formatPath(where),
        message: "is not a path into the file",
        value: text,
        allowed: "a dotted path with list indexes: a.b[0].c",
        hint: "correct the path",
        rule: "stack",
      });
      return [];
    }
    return [
      {
        path: target,
        value,
        at: (rest) => stack.at([...where, ...rest]),
        keyAt: (rest) => stack.keyAt([...where, ...rest]),
      },
    ];
  });
  return { value: overrides, findings: { errors, warnings: [] } };
}
