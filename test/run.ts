// `make test`: lint, types and all tests. Ends with the line `N passed, N failed, N skipped`; lint and types count as one each.
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Counts } from "./reporter";

const ROOT = path.resolve(__dirname, "..");

const ALL_TESTS = "test/**/*.test.ts";

interface Phase {
  readonly name: string;
  readonly command: readonly string[];
  /** Whether the command reports counts of its own; otherwise it is one test, passed when it exits with 0. */
  readonly counts: boolean;
}

/** Quick ones first: a misspelt name should not wait for the Docker tests. Arguments go to mocha in place of all tests: `test/run.ts test/plan`. */
function phases(mochaArguments: readonly string[]): Phase[] {
  const all: Phase[] = [
    { name: "lint", command: ["biome", "check", "."], counts: false },
    { name: "types", command: ["tsc", "--noEmit"], counts: false },
    { name: "types of policies", command: ["tsc", "--noEmit", "--project", "policies"], counts: false },
    {
      name: "tests",
      command: [
        "mocha",
        "--reporter",
        "test/reporter.ts",
        ...(mochaArguments.length > 0 ? mochaArguments : [ALL_TESTS]),
      ],
      counts: true,
    },
  ];
  return all.filter(
    (phase) => phase.name !== "types of policies" || existsSync(path.join(ROOT, "policies/tsconfig.json")),
  );
}

async function runPhase(phase: Phase): Promise<Counts> {
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-test-"));
  const file = path.join(folder, "counts.json");
  try {
    const code = await runTool(phase.command, { MLENDPOINTS_TEST_COUNTS: file });
    if (!phase.counts) {
      return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 };
    }
    const counts: Counts = existsSync(file)
      ? JSON.parse(readFileSync(file, "utf8"))
      : { passed: 0, failed: 0, skipped: 0 };
    // A runner that dies, or fails outside of any test, is a failure that it did not count.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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
  const total = { passed: 0, failed: 0, skipped: 0 };
  const times: string[] = [];
  for (const phase of phases(process.argv.slice(2))) {
    console.log(`\n--- ${phase.name}`);
    const began = performance.now();
    const counts = await runPhase(phase);
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    times.push(`${phase.name} ${seconds} s${counts.failed > 0 ? " FAILED" : ""}`);
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.skipped += counts.skipped;
  }
  console.log(`\n${times.join(" · ")}`);
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  process.exitCode = total.failed > 0 ? 1 : 0;
}

void main();
