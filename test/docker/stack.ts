import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";

const ROOT = path.resolve(__dirname, "../..");

export interface CommandResult {
  readonly code: number;
  /** stdout and stderr, as they came. */
  readonly text: string;
  readonly seconds: number;
}

/** A stack of the real program on the real engine, with a folder of its own for its endpoint files. */
export class TestStack {
  readonly stack: string;
  /** The endpoint's files; edit them between two updates. */
  readonly folder: string;
  private readonly configFile: string;

  constructor(name: string) {
    this.stack = `test-${name}`;
    this.folder = mkdtempSync(path.join(tmpdir(), `mlendpoints-${name}-`));
    this.configFile = path.join(ROOT, `stacks/Pulumi.${this.stack}.yaml`);
  }

  /** Copies a folder of endpoint files in. */
  copy(from: string, to = "."): void {
    cpSync(path.resolve(ROOT, from), path.join(this.folder, to), { recursive: true });
  }

  write(name: string, text: string): void {
    const file = path.join(this.folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  edit(name: string, change: (text: string) => string): void {
    const file = path.join(this.folder, name);
    const before = readFileSync(file, "utf8");
    const after = change(before);
    if (after === before) {
      throw new Error(`the edit of ${name} changed nothing`);
    }
    writeFileSync(file, after);
  }

  /** Path of a file of the folder as a stack config writes it. */
  file(name: string): string {
    return path.relative(path.join(ROOT, "stacks"), path.join(this.folder, name));
  }

  configure(values: Readonly<Record<string, unknown>>): void {
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`mlendpoints:${key}`, value]));
    writeFileSync(this.configFile, stringify({ config }));
  }

  pulumi(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return command(path.join(ROOT, "engine/pulumi.sh"), [...args, "--stack", this.stack, "--non-interactive"], {
      ...TEST_BACKEND,
      ...env,
    });
  }

  up(...args: string[]): Promise<CommandResult> {
    return this.pulumi(["up", "--yes", "--skip-preview", ...args]);
  }

  preview(...args: string[]): Promise<CommandResult> {
    return this.pulumi(["preview", ...args]);
  }

  async outputs(): Promise<{
    scoringUris: Record<string, string>;
    keys: Record<string, { primary: string; secondary: string }>;
  }> {
    const { code, text } = await this.pulumi(["stack", "output", "--json", "--show-secrets"]);
    if (code !== 0) {
      throw new Error(text);
    }
    return JSON.parse(text);
  }

  /** The stack's state, as a file on the disk holds it. */
  async state(): Promise<string> {
    return (await this.pulumi(["stack", "export"])).text;
  }

  /** Destroys the stack and everything of it here. Never fails: it runs after tests that did. */
  async remove(): Promise<CommandResult> {
    const destroyed = await this.pulumi(["destroy", "--yes", "--skip-preview"]);
    await this.pulumi(["stack", "rm", "--yes", "--force"]);
    rmSync(this.configFile, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
    return destroyed;
  }
}

/** Tests keep their state apart from the user's. */
const STATE = path.join(ROOT, ".cache/test/state");
mkdirSync(STATE, { recursive: true });
const TEST_BACKEND = { PULUMI_BACKEND_URL: `file://${STATE}` };

/** Runs a program to its end; an exit code is a result, not an exception. */
export function command(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const start = performance.now();
  return new Promise((resolve) => {
    execFile(
      program,
      args,
      { cwd: ROOT, env: { ...process.env, ...env }, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, text: stdout + stderr, seconds: (performance.now() - start) / 1000 });
      },
    );
  });
}
