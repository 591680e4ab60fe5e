// `npx tsx bench/check-files.ts [FILES…]`: how fast our reader and Microsoft's own read and check endpoint and deployment
// files, and whether they come to the same verdict. It prints figures; nothing depends on them.
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { type About, installPython, loadWithPackage, type Rounds } from "./azure-ai-ml/driver";
import { type Case, corpusCases, exampleCases, fileCase } from "./cases";
import { ourColdStart, theirColdStart } from "./cold-start";
import { disagreements, type FileResult, joinResults, type Measured, type Totals, totals } from "./comparison";
import { measureOurs } from "./ours";
import { PLAIN } from "./table";

const ROOT = path.resolve(__dirname, "..");
/** The project's own cases, or a larger corpus of the same form where one stands beside it. */
const CORPUS = [path.resolve(ROOT, "../shared/corpus"), path.resolve(ROOT, "test/fixtures/corpus")].find(existsSync);

interface Report {
  readonly date: string;
  readonly machine: { readonly cores: number; readonly node: string };
  readonly rounds: Rounds;
  readonly package: About | undefined;
  readonly ours: Totals & { readonly coldStartSeconds: number };
  readonly theirs: (Totals & { readonly coldStartSeconds: number }) | undefined;
  readonly files: readonly FileResult[];
}

function usage(): never {
  console.error(
    "usage: npx tsx bench/check-files.ts [--corpus DIR] [--warmup N] [--repetitions N] [--cold-starts N] [--json] [FILES…]",
  );
  process.exit(2);
}

function choose(corpus: string | undefined, files: readonly string[]): Case[] {
  if (files.length > 0) {
    return files.map(fileCase);
  }
  const folder = corpus ?? CORPUS;
  return [...exampleCases(path.join(ROOT, "examples")), ...(folder === undefined ? [] : corpusCases(folder))];
}

function compare(cases: readonly Case[], rounds: Rounds, starts: number): Report {
  const first = cases[0] ?? usage();
  const python = installPython();
  const ours = measureOurs(cases, rounds);
  const theirs = python === undefined ? undefined : loadWithPackage(python, cases, rounds);
  const files = joinResults(cases, ours, theirs?.answers);
  const measured = files.flatMap((file) => file.theirs ?? []);
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: { cores: os.availableParallelism(), node: process.versions.node },
    rounds,
    package: theirs?.about,
    ours: { ...totals(files.map((file) => file.ours)), coldStartSeconds: ourColdStart(first, starts) },
    theirs:
      python === undefined
        ? undefined
        : { ...totals(measured), coldStartSeconds: theirColdStart(python, first, starts) },
    files,
  };
}

const ABSENT = "–";
const ms = (value: number | undefined): string => (value === undefined ? ABSENT : value.toFixed(2));
const times = (value: number): string => `${value.toFixed(value < 1 ? 2 : 1)} ×`;

function filesTable(files: readonly FileResult[]): string {
  const table = new Table({
    head: ["file", "ours: median ms", "p99", "azure-ai-ml: median ms", "p99", "ratio", "ours", "theirs"],
    colAligns: ["left", "right", "right", "right", "right", "right"],
    style: PLAIN,
  });
  const cells = (side: Measured | undefined): string[] => [ms(side?.median), ms(side?.p99)];
  for (const { case: job, ours, theirs } of files) {
    const ratio = theirs === undefined ? ABSENT : times(theirs.median / ours.median);
    table.push([job.name, ...cells(ours), ...cells(theirs), ratio, ours.verdict, theirs?.verdict ?? ABSENT]);
  }
  return table.toString();
}

function totalsTable({ ours, theirs }: Report): string {
  const rows: readonly [string, keyof Report["ours"], number, "less" | "more"][] = [
    ["median of the files' medians, ms", "medianOfMedians", 2, "less"],
    ["p99 over all runs, ms", "p99", 2, "less"],
    ["files per second", "filesPerSecond", 0, "more"],
    ["one file in a fresh process, s", "coldStartSeconds", 2, "less"],
  ];
  const table = new Table({
    head: ["", "ours", "azure-ai-ml", "ours is faster by"],
    colAligns: ["left", "right", "right", "right"],
    style: PLAIN,
  });
  for (const [label, key, digits, better] of rows) {
    const ratio = theirs === undefined ? Number.NaN : theirs[key] / ours[key];
    table.push([
      label,
      ours[key].toFixed(digits),
      theirs?.[key].toFixed(digits) ?? ABSENT,
      theirs === undefined ? ABSENT : times(better === "less" ? ratio : 1 / ratio),
    ]);
  }
  return table.toString();
}

function agreementText(files: readonly FileResult[]): string {
  const compared = files.filter((file) => file.theirs !== undefined);
  const different = disagreements(files);
  const documented = files.filter((file) => file.case.documented !== undefined);
  const asDocumented = documented.filter(({ case: job, ours }) => job.documented === ours.verdict);
  const lines = [
    `Verdicts: ${compared.length - different.length} of ${compared.length} files the same, ${different.length} different.`,
  ];
  if (documented.length > 0) {
    lines.push(`Of ${documented.length} files with a documented verdict, ours agrees on ${asDocumented.length}.`);
  }
  for (const { case: job, ours, theirs } of different) {
    const judged =
      job.documented === undefined
        ? ""
        : ` (documented: ${job.documented}${job.contested === true ? ", contested" : ""})`;
    lines.push(`  ${job.name}: ours ${ours.verdict}, theirs ${theirs?.verdict}${judged}`);
    lines.push(`    ${ours.error ?? theirs?.error}`);
  }
  return lines.join("\n");
}

function print(report: Report): void {
  const { machine, rounds, package: about, files } = report;
  console.log(filesTable(files));
  console.log(
    [
      `${files.length} files, ${rounds.repetitions} measured rounds after ${rounds.warmup} to warm up; ${machine.cores} cores,`,
      `Node ${machine.node}${about === undefined ? "" : `, Python ${about.python}, ${about.package} ${about.version}`}, ${report.date}`,
    ].join(" "),
  );
  console.log(totalsTable(report));
  if (about === undefined) {
    console.log("Microsoft's package is not there and could not be installed: only ours was measured.");
  } else {
    console.log(
      `Importing ${about.package} took ${(about.importMs / 1000).toFixed(2)} s, counted only in the last row.`,
    );
    console.log(agreementText(files));
  }
}

function main(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      corpus: { type: "string" },
      warmup: { type: "string", default: "5" },
      repetitions: { type: "string", default: "20" },
      "cold-starts": { type: "string", default: "5" },
      json: { type: "boolean", default: false },
    },
  });
  const rounds = { warmup: Number(values.warmup), repetitions: Number(values.repetitions) };
  const starts = Number(values["cold-starts"]);
  if (!Number.isInteger(rounds.warmup) || !(rounds.repetitions >= 1) || !(starts >= 1)) {
    usage();
  }
  const report = compare(choose(values.corpus, positionals), rounds, starts);
  if (values.json) {
    console.log(JSON.stringify(report, undefined, 2));
  } else {
    print(report);
  }
}

main();
