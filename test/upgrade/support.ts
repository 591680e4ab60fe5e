import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { parse } from "yaml";
import { installOfflineProvider } from "../../offline-providers/install";
import { localImages } from "../../scoring-image/local-images";
import { type CommandResult, command } from "../docker/command";
import { docker } from "../docker/engine";
import { TestStack } from "../docker/stack";

const ROOT = path.resolve(__dirname, "../..");
const FIXTURE = path.join(ROOT, "test/fixtures/upgrade");

/** The program that made the stack: the last commit before this list of changes was begun. */
export const COMMIT = "1d835d5";

/** State of the fixture's stack as that program left it; its secrets are of a stack that is gone, under this passphrase. */
export const STATE = path.join(FIXTURE, COMMIT, "state.json");
const PASSPHRASE = "upgrade";

export const REQUEST = path.join(FIXTURE, "app/request.json");

/** Names that the fixture's config gives to base images, and the public images that they stand for. */
const BASES = {
  "mlendpoints-upgrade/python:3.12": "python:3.12-slim",
  "mlendpoints-upgrade/envoy:1.40.0": "envoyproxy/envoy:v1.40.0",
} as const;

/** State, passphrase and plug-ins of a test of its own, so that none depends on where a program keeps them by default. */
export interface Backend {
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

export async function backend(): Promise<Backend> {
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-upgrade-"));
  const [home, state] = [path.join(folder, "home"), path.join(folder, "state")];
  mkdirSync(state);
  await Promise.all([installOfflineProvider("docker", home), installOfflineProvider("random", home)]);
  return {
    env: {
      PULUMI_HOME: home,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: PASSPHRASE,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** The fixture's stack with the program of a checkout. */
export function fixtureStack(env: Readonly<Record<string, string>>, root = ROOT): TestStack {
  const stack = new TestStack("upgrade", { root, env });
  stack.copy(FIXTURE);
  const config = parse(readFileSync(path.join(FIXTURE, "config.yaml"), "utf8")) as Record<string, unknown>;
  const endpoints = config["mlendpoints:endpoints"] as { file: string; deployments: string[] }[];
  stack.configure({
    ...Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("mlendpoints:", ""), value])),
    endpoints: endpoints.map((endpoint) => ({
      ...endpoint,
      file: stack.file(endpoint.file),
      deployments: endpoint.deployments.map((file) => stack.file(file)),
    })),
  });
  return stack;
}

/** Gives this machine's base images the names of the fixture's config. */
export async function tagBases(): Promise<void> {
  const local = localImages();
  for (const [name, publicName] of Object.entries(BASES)) {
    const image = local[publicName] ?? publicName;
    await docker
      .getImage(image)
      .inspect()
      .catch(async () => {
        const stream = await docker.pull(image);
        await new Promise((resolve, reject) => {
          docker.modem.followProgress(stream, (error, output) => (error ? reject(error) : resolve(output)));
        });
      });
    const [repo = "", tag = ""] = name.split(":");
    await docker.getImage(image).tag({ repo, tag });
  }
}

/** Why the commit's program cannot be had; undefined when it can. */
export function whyNoCommit(): string | undefined {
  try {
    execFileSync("git", ["cat-file", "-e", `${COMMIT}^{commit}`], { cwd: ROOT, stdio: "ignore" });
    return undefined;
  } catch {
    return `this copy's history does not hold ${COMMIT}; \`git fetch --unshallow\` gets it`;
  }
}

/** Writes the commit's files to a folder and makes them ready to run, as a fresh clone of then. */
export async function checkOut(env: Readonly<Record<string, string>>): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), `mlendpoints-${COMMIT}-`));
  const archive = execFileSync("git", ["archive", "--format=tar", COMMIT], { cwd: ROOT, maxBuffer: 1 << 28 });
  execFileSync("tar", ["-x", "-C", folder], { input: archive });
  for (const packages of [".", "policies"]) {
    const lock = (root: string): string => readFileSync(path.join(root, packages, "package-lock.json"), "utf8");
    if (lock(folder) === lock(ROOT)) {
      symlinkSync(path.join(ROOT, packages, "node_modules"), path.join(folder, packages, "node_modules"));
    } else {
      expectDone(await command(path.join(folder, "engine/npm-ci.sh"), [packages], { root: folder }));
    }
  }
  const tsx = path.join(folder, "node_modules/.bin/tsx");
  expectDone(await command(tsx, ["engine/ensure.ts"], { root: folder, env }));
  return folder;
}

function expectDone({ code, text }: CommandResult): void {
  if (code !== 0) {
    throw new Error(text);
  }
}
