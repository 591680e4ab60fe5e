import { execFile } from "node:child_process";
import path from "node:path";

const ROOT = path.resolve(__dirname, "../..");

export interface CommandResult {
  readonly code: number;
  /** stdout and stderr, as they came. */
  readonly text: string;
  readonly stdout: string;
  readonly seconds: number;
}

export interface CommandOptions {
  /** Folder that it runs in; this checkout by default. */
  readonly root?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs a program to its end; an exit code is a result, not an exception. */
export function command(
  program: string,
  args: readonly string[],
  { root = ROOT, env = {} }: CommandOptions = {},
): Promise<CommandResult> {
  const start = performance.now();
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: root, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, text: stdout + stderr, stdout, seconds: (performance.now() - start) / 1000 });
      },
    );
  });
}
