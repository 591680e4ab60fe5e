// The tests, by group. Ends with the line `N passed, N failed, N skipped`; lint and types count as one each.
//
//   test/run.ts                  lint, types and every group, with all runs of every property
//   test/run.ts unit docker      these groups; `unit` on its own samples the properties
//   test/run.ts test/plan        these files, as mocha names them
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import path from "node:path";
import { GROUPS, type Group, mochaArguments } from "./groups";
import type { Results } from "./reporter";
import { closing, EMPTY, sum } from "./summary";
import type { Skipped } from "./support/skip";

const ROOT = path.resolve(__dirname, "..");

interface Phase {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether the command reports results of its own; otherwise it is one test, passed when it exits with 0. */
  readonly counts: boolean;
}

const CHECKS: readonly Phase[] = [
  { name: "lint", command: ["biome", "check", "."], counts: false },
  { name: "types", command: ["tsc", "--noEmit"], counts: false },
  { name: "types of policies", command: ["tsc", "--noEmit", "--project", "policies"], counts: false },
];

function mocha(name: string, args: readonly string[]): Phase {
  return { name, command: ["mocha", "--reporter", "test/reporter.ts", ...args], counts: true };
}

function groupPhase(group: Group): Phase {
  return mocha(group.name, mochaArguments(group, availableParallelism()));
}

/** What the arguments ask for. */
function phases(args: readonly string[]): Phase[] {
  if (args.length === 0) {
    return [...CHECKS, ...GROUPS.map(groupPhase)];
  }
  const named = args.map((name) => GROUPS.find((group) => group.name === name));
  const groups = named.filter((group) => group !== undefined);
  return groups.length === args.length ? groups.map(groupPhase) : [mocha("tests", args)];
}

interface PhaseResult {
  readonly results: Results;
  readonly skipped: readonly Skipped[];
}

async function runPhase(phase: Phase, env: Readonly<Record<string, string>>): Promise<PhaseResult> {
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-test-"));
  const [results, skipped] = [path.join(folder, "results.json"), path.join(folder, "skipped.jsonl")];
  try {
    const code = await runTool(phase.command, {
      ...env,
      MLENDPOINTS_TEST_RESULTS: results,
      MLENDPOINTS_TEST_SKIPPED: skipped,
    });
    if (!phase.counts) {
      return { results: { ...EMPTY, passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1 }, skipped: [] };
    }
    const found: Results = existsSync(results) ? JSON.parse(readFileSync(results, "utf8")) : EMPTY;
    return {
      // A runner that dies, or fails outside of any test, is a failure that it did not count.
      results: code !== 0 && found.failed === 0 ? { ...found, failed: 1 } : found,
      skipped: existsSync(skipped) ? readLines(skipped) : [],
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readLines(file: string): Skipped[] {
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line) as Skipped);
}

/** Runs a program of node_modules; its output goes straight to the screen. */
function runTool([name, ...args]: readonly string[], env: Readonly<Record<string, string>>): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(path.join(ROOT, "node_modules/.bin", name ?? ""), args, {
      cwd: ROOT,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.on("error", (error) => {
      console.error(error.message);
      resolve(1);
    });
    child.on("close", (code) => resolve(code ?? 1));
  });
}

async function main(): Promise<void> {
  const args = process.argv.slice(2);
  const env: Record<string, string> = args.join() === "unit" ? { MLENDPOINTS_TEST_EFFORT: "quick" } : {};
  let total = EMPTY;
  const times: string[] = [];
  const skipped: Skipped[] = [];
  for (const phase of phases(args)) {
    console.log(`\n--- ${phase.name}`);
    const began = performance.now();
    const result = await runPhase(phase, env);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    times.push(`${phase.name} ${seconds} s${result.results.failed > 0 ? " FAILED" : ""}`);
    total = sum(total, result.results);
    skipped.push(...result.skipped);
  }
  console.log(`\n${closing(total, skipped, times)}`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

void main();
