// Runs a command, keeps its last lines for the error message, and shows that time passes while it works.
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import { EngineError, type Say } from "./step";

export interface RunOptions {
  readonly cwd?: string;
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Shown every 15 s with the elapsed time. */
  readonly progress?: { readonly what: string; readonly say: Say };
  /** Milliseconds; the command is killed after. */
  readonly timeout?: number;
  /** What the user can do when it fails; default: the command itself. */
  readonly hint?: string;
}

/** Resolves to stdout; rejects with an `EngineError` that holds the last lines the command wrote. */
export async function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  const result = await tryRun(command, args, options);
  if (result.code === 0) {
    return result.stdout;
  }
  const said = `${result.stdout}\n${result.stderr}`.trim().split("\n").slice(-12).join("\n    ");
  const shown = [command, ...args].map(quote).join(" ");
  throw new EngineError(
    `\`${shown.length > 200 ? `${shown.slice(0, 200)} …` : shown}\` ended with ${result.code}:\n    ${said}`,
    options.hint ?? `run it by hand to see more: ${shown}`,
  );
}

export interface RunResult {
  readonly code: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

const running = new Set<ChildProcess>();

/** Ends the commands that are at work; for when this process is told to stop. */
export function stopCommands(): void {
  for (const { pid } of running) {
    try {
      if (pid !== undefined) {
        process.kill(-pid, "SIGTERM");
      }
    } catch {
      // It ended by itself in the meantime.
    }
  }
}

/** As `run`, but a failure is a result. A command that does not exist has code 127, as in a shell. */
export function tryRun(command: string, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      stdio: ["ignore", "pipe", "pipe"],
      // A process group of its own, so that `stopCommands` reaches the command's own children too.
      detached: true,
      timeout: options.timeout,
      killSignal: "SIGKILL",
    });
    running.add(child);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
    const stopProgress = showElapsed(options.progress);
    const end = (code: number | string, extra = "") => {
      running.delete(child);
      stopProgress();
      resolve({
        code,
        stdout: Buffer.concat(stdout).toString("utf8"),
        stderr: Buffer.concat(stderr).toString("utf8") + extra,
      });
    };
    child.on("error", (error: NodeJS.ErrnoException) => end(error.code === "ENOENT" ? 127 : 126, error.message));
    child.on("close", (code, signal) => end(code ?? signal ?? "unknown"));
  });
}

/** Repeats "what … 30 s" every 15 seconds, so that a long build does not look like a hang (CI systems end silent jobs). */
export function showElapsed(progress: RunOptions["progress"]): () => void {
  if (progress === undefined) {
    return () => undefined;
  }
  const began = Date.now();
  const timer = setInterval(
    () => progress.say(`${progress.what} … ${Math.round((Date.now() - began) / 1000)} s`),
    15_000,
  );
  return () => clearInterval(timer);
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Every file of that name on PATH, in order. */
export function onPath(name: string, env: NodeJS.ProcessEnv = process.env): string[] {
  return (env["PATH"] ?? "")
    .split(path.delimiter)
    .filter((dir) => dir !== "")
    .map((dir) => path.join(dir, name))
    .filter((file) => {
      try {
        accessSync(file, constants.X_OK);
        return statSync(file).isFile();
      } catch {
        return false;
      }
    });
}
