import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import type { z } from "zod";
import { check } from "./check";
import { formatPath, type LocatedDocument, parseYaml, type YamlPath } from "./document";
import type { SpecError } from "./errors";

/** Reads a YAML file that the stack names and checks it against its schema. */
export function readDocument<T extends z.ZodType>(
  written: string,
  at: YamlPath,
  stack: LocatedDocument,
  schema: T,
  errors: SpecError[],
): { document: LocatedDocument; value: z.output<T> } | undefined {
  const file = path.join(path.dirname(stack.file), written);
  if (!existsSync(file) || !statSync(file).isFile()) {
    errors.push({
      code: "FileNotFound",
      file: stack.file,
      ...stack.at(at),
      path: formatPath(at),
      message: `there is no file '${file}'`,
      value: written,
      allowed: `a file, relative to ${path.dirname(stack.file)}/`,
      hint: "correct the path",
    });
    return undefined;
  }
  const document = parseYaml(file, readFileSync(file, "utf8"), errors);
  const value = document === undefined ? undefined : check(schema, document, errors);
  return document === undefined || value === undefined ? undefined : { document, value };
}
