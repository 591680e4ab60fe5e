import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import type { Case, Verdict } from "../cases";

const SETUP = path.join(__dirname, "setup.sh");
const LOAD = path.join(__dirname, "load.py");

export interface Rounds {
  /** Rounds over all files that are not measured. */
  readonly warmup: number;
  readonly repetitions: number;
}

/** The package that answered. */
export interface About {
  readonly package: string;
  readonly version: string;
  readonly marshmallow: string;
  readonly python: string;
  readonly importMs: number;
}

export interface Answer {
  readonly file: string;
  readonly verdict: Verdict;
  readonly error: { readonly stage: "load" | "check"; readonly type: string; readonly message: string } | null;
  /** Milliseconds of each repetition. */
  readonly ms: readonly number[];
}

/** The Python of the package's venv; undefined when nobody has made it yet. */
export function installedPython(): string | undefined {
  const { stdout } = spawnSync(SETUP, ["--path"], { encoding: "utf8" });
  const python = stdout.trim();
  return existsSync(path.join(path.dirname(python), "../complete")) ? python : undefined;
}

/**
 * Makes the venv, where it is missing, and says where its Python is.
 *
 * @returns undefined when it cannot be made; the reason is on stderr then
 */
export function installPython(): string | undefined {
  const { status, stdout } = spawnSync(SETUP, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return status === 0 ? stdout.trim() : undefined;
}

/** Reads all files with Microsoft's package, in one process. */
export function loadWithPackage(
  python: string,
  cases: readonly Case[],
  { warmup, repetitions }: Rounds,
): { readonly about: About; readonly answers: readonly Answer[] } {
  const { status, stdout, stderr } = spawnSync(
    python,
    [LOAD, "--warmup", String(warmup), "--repetitions", String(repetitions)],
    {
      input: cases.map((job) => JSON.stringify(job)).join("\n"),
      encoding: "utf8",
      maxBuffer: 1 << 30,
    },
  );
  if (status !== 0) {
    throw new Error(`${LOAD} ended with ${status}:\n${stderr}`);
  }
  const [about, ...answers] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  if (answers.length !== cases.length) {
    throw new Error(`${LOAD} answered ${answers.length} of ${cases.length} files`);
  }
  return { about, answers };
}
