import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stringify } from "yaml";
import { type CommandResult, command } from "./command";

const ROOT = path.resolve(__dirname, "../..");

/** Tests keep their state, passphrase and salts apart from the user's. */
const STATE = path.join(ROOT, ".cache/test/state");

export interface TestStackOptions {
  /** Whose program it is; this checkout's by default. */
  readonly root?: string;
  /** Settings of Pulumi in place of the tests' common ones. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A stack of the real program on the real engine, with a folder of its own for its endpoint files. */
export class TestStack {
  readonly stack: string;
  /** The endpoint's files; edit them between two updates. */
  readonly folder: string;
  private readonly root: string;
  private readonly env: Readonly<Record<string, string>>;

  constructor(name: string, { root = ROOT, env }: TestStackOptions = {}) {
    this.stack = `test-${name}`;
    this.folder = mkdtempSync(path.join(tmpdir(), `mlendpoints-${name}-`));
    this.root = root;
    this.env = env ?? testBackend();
  }

  private get configFile(): string {
    return path.join(this.root, `stacks/Pulumi.${this.stack}.yaml`);
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
    return path.relative(path.join(this.root, "stacks"), path.join(this.folder, name));
  }

  configure(values: Readonly<Record<string, unknown>>): void {
    const config = Object.fromEntries(Object.entries(values).map(([key, value]) => [`mlendpoints:${key}`, value]));
    writeFileSync(this.configFile, stringify({ config }));
  }

  pulumi(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CommandResult> {
    return command(path.join(this.root, "engine/pulumi.sh"), [...args, "--stack", this.stack, "--non-interactive"], {
      root: this.root,
      env: { ...this.env, ...env },
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
    this.discard();
    return destroyed;
  }

  /** Deletes the files of the stack, and leaves what stands alone. */
  discard(): void {
    rmSync(this.configFile, { force: true });
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function testBackend(): Readonly<Record<string, string>> {
  mkdirSync(STATE, { recursive: true });
  return {
    PULUMI_BACKEND_URL: `file://${STATE}`,
    PULUMI_CONFIG_PASSPHRASE: "test",
    XDG_STATE_HOME: path.join(ROOT, ".cache/test/user"),
  };
}
