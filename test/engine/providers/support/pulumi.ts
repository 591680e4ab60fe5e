import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { installOfflineProvider } from "../../../../engine/providers/install";
import { PREFIX } from "./docker";

const run = promisify(execFile);

export interface Summary {
  readonly create?: number;
  readonly update?: number;
  readonly delete?: number;
  readonly replace?: number;
  readonly same?: number;
}

export function pulumiMissing(): string | undefined {
  for (const program of ["pulumi", "pulumi-language-nodejs"]) {
    try {
      execFileSync("sh", ["-c", `command -v ${program}`]);
    } catch {
      return `no ${program} on the PATH`;
    }
  }
  return undefined;
}

/** A small Pulumi project of its own, with its own home, state and offline plug-ins. */
export class TestProject {
  private constructor(
    readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {}

  static async create(program: string): Promise<TestProject> {
    const folder = mkdtempSync(join(tmpdir(), PREFIX));
    const home = join(folder, "home");
    const state = join(folder, "state");
    mkdirSync(state);
    await Promise.all([installOfflineProvider("docker", home), installOfflineProvider("random", home)]);
    const modules = dirname(dirname(dirname(require.resolve("@pulumi/pulumi/package.json"))));
    symlinkSync(modules, join(folder, "node_modules"));
    writeFileSync(join(folder, "package.json"), '{"main": "index.js"}');
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: offline\nruntime: {name: nodejs, options: {typescript: false}}\n",
    );
    writeFileSync(join(folder, "index.js"), program);
    const project = new TestProject(folder, {
      ...process.env,
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "test",
      PULUMI_SKIP_UPDATE_CHECK: "true",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
    });
    await project.pulumi(["stack", "init", "dev"]);
    return project;
  }

  async pulumi(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    try {
      const { stdout } = await run("pulumi", [...args, "--non-interactive"], {
        cwd: this.folder,
        env: { ...this.environment, ...environment },
        maxBuffer: 64 * 1024 * 1024,
      });
      return stdout;
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: string; stderr?: string };
      throw new Error(`pulumi ${args.join(" ")}\n${stdout ?? ""}${stderr ?? String(error)}`);
    }
  }

  /** Runs an operation and returns how many resources it touched in which way. */
  async operation(
    name: "up" | "preview" | "refresh" | "destroy",
    environment: NodeJS.ProcessEnv = {},
  ): Promise<Summary> {
    const flags = name === "preview" ? ["--json"] : ["--json", "--yes", "--skip-preview"];
    const lines = await this.pulumi([name, ...flags], environment);
    const summary = /"changeSummary": (\{[^}]*\})|"resourceChanges":(\{[^}]*\})/.exec(lines);
    return JSON.parse(summary?.[1] ?? summary?.[2] ?? "{}") as Summary;
  }

  async outputs(): Promise<Record<string, unknown>> {
    return JSON.parse(await this.pulumi(["stack", "output", "--json", "--show-secrets"])) as Record<string, unknown>;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
