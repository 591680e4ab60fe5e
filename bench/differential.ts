// `npx tsx bench/differential.ts`: changes correct files in one place each, gives them to our reader and to Microsoft's
// own, and prints where the two come to different verdicts: this is how we find what our schema still gets wrong.
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import fc from "fast-check";
import type { FileReport } from "../input/azure/check-file";
import type { Rule } from "../input/documents/errors";
import { type Answer, installPython, loadWithPackage } from "./azure-ai-ml/driver";
import { type Case, corpusCases, exampleCases } from "./cases";
import { oneLine, theirError } from "./comparison";
import { type Mutation, mutationsOf } from "./mutations";
import { check } from "./ours";

const ROOT = path.resolve(__dirname, "..");
/** The project's own cases, or a larger corpus of the same form where one stands beside it. */
const CORPUS = [path.resolve(ROOT, "../shared/corpus"), path.resolve(ROOT, "test/fixtures/corpus")].find(existsSync);
const ONCE = { warmup: 0, repetitions: 1 };

/** How the verdicts differ. Refusals by a rule of the service are what Microsoft's client leaves to the service. */
const DIFFERENCES = [
  "ours ends in an exception",
  "ours is too lax",
  "ours is too strict",
  "ours knows a rule of the service",
] as const;
type Difference = (typeof DIFFERENCES)[number];

/** Rules that Microsoft's client knows as well: when we refuse by one of them, it should refuse, too. */
const CLIENT_RULES: readonly (Rule | undefined)[] = ["yaml", "schema", "client", undefined];

interface Mutant {
  readonly case: Case;
  readonly mutation: Mutation;
  /** Deployment or endpoint, managed or Kubernetes: they have schemas of their own. */
  readonly schema: string;
}

interface Disagreement {
  readonly difference: Difference;
  readonly schema: string;
  readonly place: string;
  readonly change: string;
  readonly example: string;
  readonly ours: string | undefined;
  readonly theirs: string | undefined;
}

/** Correct files in a copy of their folders, since the changed ones are written beside them. */
function correctCases(folder: string, corpus: string | undefined, python: string): Case[] {
  const examples = path.join(folder, "examples");
  cpSync(path.join(ROOT, "examples"), examples, { recursive: true });
  const cases = exampleCases(examples);
  if (corpus !== undefined) {
    const copy = path.join(folder, "corpus");
    cpSync(corpus, copy, { recursive: true });
    cases.push(...corpusCases(copy).filter((job) => Object.keys(job.overrides).length === 0));
  }
  const { answers } = loadWithPackage(python, cases, ONCE);
  return cases.filter((job, index) => answers[index]?.verdict === "accept" && check(job).verdict === "accept");
}

/** Each change of each place a few times, in files taken by chance. */
function mutants(cases: readonly Case[], each: number, seed: number): Mutant[] {
  const all = cases.flatMap((job) => {
    const text = readFileSync(job.file, "utf8");
    const schema = `${/^(compute:|type: kubernetes)/m.test(text) ? "kubernetes" : "managed"} ${job.kind}`;
    return mutationsOf(text).map((mutation) => ({ case: job, mutation, schema }));
  });
  const [shuffled = []] = fc.sample(fc.shuffledSubarray(all, { minLength: all.length }), { seed, numRuns: 1 });
  const seen = new Map<string, number>();
  return shuffled.filter(({ schema, mutation: { place, change } }) => {
    const key = JSON.stringify([schema, place, change]);
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return count <= each;
  });
}

function written({ case: job, mutation }: Mutant, index: number): Case {
  const file = path.join(path.dirname(job.file), `mutant-${index}.yml`);
  writeFileSync(file, mutation.text);
  return { ...job, file };
}

function compare(all: readonly Mutant[], python: string): Disagreement[] {
  const jobs = all.map(written);
  const { answers } = loadWithPackage(python, jobs, ONCE);
  return all.flatMap((mutant, index) => {
    const [job, answer] = [jobs[index], answers[index]];
    return job === undefined || answer === undefined ? [] : (disagreement(mutant, job, answer) ?? []);
  });
}

function disagreement(
  { case: { name }, mutation, schema }: Mutant,
  job: Case,
  answer: Answer,
): Disagreement | undefined {
  const { place, change } = mutation;
  const found = { schema, place, change, example: name.replace(/^.*(?=examples\/)/, ""), theirs: theirError(answer) };
  let report: FileReport;
  try {
    report = check(job);
  } catch (error) {
    return { ...found, difference: "ours ends in an exception", ours: String(error) };
  }
  if (report.verdict === answer.verdict) {
    return undefined;
  }
  const [first] = report.errors;
  if (first === undefined) {
    return { ...found, difference: "ours is too lax", ours: undefined };
  }
  const ofClient = report.errors.find((error) => CLIENT_RULES.includes(error.rule));
  return ofClient === undefined
    ? { ...found, difference: "ours knows a rule of the service", ours: oneLine(first) }
    : { ...found, difference: "ours is too strict", ours: oneLine(ofClient) };
}

/** One paragraph for each place: the changes that the two judge differently, and what they say to the first. */
function printGroups(found: readonly Disagreement[], difference: Difference): void {
  const groups = new Map<string, Disagreement[]>();
  for (const each of found.filter((candidate) => candidate.difference === difference)) {
    const key = `${each.schema}: ${each.place}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  console.log(`\n${difference}: ${groups.size} places`);
  for (const [key, group] of [...groups].sort(([a], [b]) => a.localeCompare(b))) {
    const changes = [...new Set(group.map(({ change }) => change))];
    const said = [...new Set(group.map(({ ours, theirs }) => ours ?? theirs))].slice(0, 3);
    console.log(`  ${key}  ${changes.join(", ")}  (${group[0]?.example})`);
    for (const line of said) {
      console.log(`      ${line}`);
    }
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      corpus: { type: "string" },
      each: { type: "string", default: "3" },
      seed: { type: "string", default: "1" },
      json: { type: "boolean", default: false },
    },
  });
  const python = installPython();
  if (python === undefined) {
    console.error("Microsoft's package is not there and could not be installed: there is nothing to compare with");
    process.exit(1);
  }
  const corpus = values.corpus ?? CORPUS;
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-differential-"));
  try {
    const cases = correctCases(folder, corpus, python);
    const all = mutants(cases, Number(values.each), Number(values.seed));
    const found = compare(all, python);
    if (values.json) {
      console.log(JSON.stringify(found, undefined, 2));
      return;
    }
    console.log(`${cases.length} correct files, ${all.length} changes, ${found.length} judged differently`);
    for (const difference of DIFFERENCES) {
      printGroups(found, difference);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

main();
