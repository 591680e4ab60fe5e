import { formatError, type Rule, type SpecError } from "../input/documents/errors";
import type { Answer } from "./azure-ai-ml/driver";
import type { Case, Verdict } from "./cases";
import type { OwnAnswer } from "./ours";
import { median, p99, sum } from "./statistics";

/** One file, read by both. `theirs` is undefined when Microsoft's package is not there. */
export interface FileResult {
  readonly case: Case;
  readonly ours: Measured;
  readonly theirs: Measured | undefined;
}

export interface Measured {
  readonly verdict: Verdict;
  /** The first error in one line; undefined when the file is accepted. */
  readonly error: string | undefined;
  /** Milliseconds. */
  readonly median: number;
  readonly p99: number;
  readonly runs: readonly number[];
}

export interface Totals {
  readonly files: number;
  /** Milliseconds. */
  readonly medianOfMedians: number;
  readonly p99: number;
  readonly filesPerSecond: number;
}

export function joinResults(
  cases: readonly Case[],
  ours: readonly OwnAnswer[],
  theirs: readonly Answer[] | undefined,
): FileResult[] {
  return cases.map((job, index) => {
    const own = ours[index];
    if (own === undefined) {
      throw new Error(`no answer for ${job.file}`);
    }
    const other = theirs?.[index];
    return {
      case: job,
      ours: measured(own.report.verdict, own.report.errors.map(oneLine)[0], own.ms),
      theirs: other === undefined ? undefined : measured(other.verdict, theirError(other), other.ms),
    };
  });
}

function measured(verdict: Verdict, error: string | undefined, runs: readonly number[]): Measured {
  return { verdict, error, median: median(runs), p99: p99(runs), runs };
}

/** Whose rule it is says why the two may differ. */
export function oneLine(error: SpecError): string {
  const [first = ""] = formatError({ ...error, file: "" }).split("\n");
  const rule: Rule | "no rule" = error.rule ?? "no rule";
  return `[${rule}] ${first}`;
}

export function theirError(answer: Answer): string | undefined {
  return answer.error === null
    ? undefined
    : `[${answer.error.stage}] ${answer.error.type}: ${essence(answer.error.message)}`;
}

/** The package puts a list of faults between a heading and pages of advice. */
function essence(message: string): string {
  const [faults = ""] = message.split(/Visit this link|The easiest way to author/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the package colours some of its messages
  const plain = faults.replace(/\u001b\[\d+m/g, "");
  return plain.replace(/\s+/g, " ").trim().slice(0, 300);
}

export function totals(side: readonly Measured[]): Totals {
  const runs = side.flatMap((file) => file.runs);
  return {
    files: side.length,
    medianOfMedians: median(side.map((file) => file.median)),
    p99: p99(runs),
    filesPerSecond: runs.length / (sum(runs) / 1000),
  };
}

/** The files that the two judge differently. */
export function disagreements(results: readonly FileResult[]): FileResult[] {
  return results.filter(({ ours, theirs }) => theirs !== undefined && theirs.verdict !== ours.verdict);
}
