import { dirname, join } from "node:path";
import type { SpecError } from "../../documents/errors";
import { Collector, type Result } from "../../documents/findings";
import { type PipLine, parsePipLine, requirementLines, withoutSecret } from "./pip";

/** A line of a requirements file, with its place. */
export interface IncludedLine extends PipLine {
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

export interface IncludeContext {
  /** undefined when there is no such file */
  readonly readText: (file: string) => string | undefined;
}

/** Where a file was named, and how. */
export type NamedAt = Pick<SpecError, "file" | "line" | "column" | "path" | "value">;

/** What a `-r file` or `--requirement file` line names; undefined for any other line. */
export function includedFile(line: string): string | undefined {
  return /^(?:-r|--requirement)[= ]\s*(\S+)$/.exec(line.trim())?.[1];
}

/**
 * Reads a requirements file and those that it includes, each relative to the file that names it. Faults have the place in
 * the file where they stand.
 *
 * @param from the file that names it
 * @param at where it is named, for faults
 * @param trail files above this one; a file among them has no end
 */
export function readRequirementsFile(
  written: string,
  from: string,
  at: NamedAt,
  context: IncludeContext,
  trail: readonly string[] = [],
): Result<IncludedLine[]> {
  const found = new Collector();
  const file = join(dirname(from), written);
  const text = /^([a-z]+:)?\//i.test(written) ? undefined : context.readText(file);
  if (text === undefined || trail.includes(file)) {
    const fault: SpecError = {
      ...at,
      code: text === undefined ? "FileNotFound" : "InvalidRequirement",
      message: text === undefined ? `there is no requirements file '${written}'` : `'${written}' includes itself`,
      allowed: `a file, relative to ${dirname(from)}/`,
      hint: "correct the path",
    };
    return { value: [], findings: { errors: [fault], warnings: [] } };
  }
  const lines = requirementLines(text).flatMap(({ text: content, line }) => {
    const here: NamedAt = { file, line, column: 1, path: "", value: withoutSecret(content) };
    const next = includedFile(content);
    if (next !== undefined) {
      return found.take(readRequirementsFile(next, file, here, context, [...trail, file]));
    }
    const result = parsePipLine(content);
    if ("fault" in result) {
      found.add({ errors: [{ ...here, ...result.fault }] });
      return [];
    }
    return [{ ...result.line, file, line }];
  });
  return found.result(lines);
}
