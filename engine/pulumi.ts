// The Pulumi command line with its Node language host: on PATH, else the official download, else built from published Go modules.
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, symlinkSync } from "node:fs";
import path from "node:path";
import { contentKey, makeOnce, repoCache, repoRoot, userCache } from "./cache";
import { buildPulumi, GO_RECIPE } from "./pulumi-build";
import { downloadPulumi } from "./pulumi-download";
import { PULUMI_DOWNLOADS, reachable } from "./reachable";
import { onPath, tryRun } from "./run";
import { EngineError, type Outcome, type Say, type Step } from "./step";

/** The version that is downloaded or built. */
const PULUMI_VERSION = "3.259.0";

/** What this machine offers; plain data, so that the choice can be tested. */
export interface Offers {
  /** Version of `pulumi` on PATH, when there is one that can run Node programs. */
  readonly installed: string | undefined;
  readonly downloads: boolean;
  readonly go: boolean;
}

export type Source = "path" | "download" | "build" | "none";

/** Best first: what the user has, what Pulumi publishes, what can be built. `minimum` is the SDK the program is written with. */
export function choosePulumi(offers: Offers, minimum: string): Source {
  if (offers.installed !== undefined && !isOlder(offers.installed, minimum)) {
    return "path";
  }
  if (offers.downloads) {
    return "download";
  }
  return offers.go ? "build" : "none";
}

/** Compares "3.248.0" style versions; a pre-release suffix does not count. */
export function isOlder(version: string, than: string): boolean {
  const parts = (text: string) => text.replace(/^v/, "").split(/[.-]/).slice(0, 3).map(Number);
  const [a, b] = [parts(version), parts(than)];
  const at = [0, 1, 2].find((index) => a[index] !== b[index]);
  return at !== undefined && a[at]! < b[at]!;
}

/** Where `engine/pulumi.sh` looks first: a link to the directory with the programs; absent when PATH has them. */
const LINK = path.join(repoCache, "pulumi", "bin");

/** The program to run: the one that was made for this repository, else that on PATH. */
export function pulumiProgram(): string {
  const own = path.join(LINK, "pulumi");
  return existsSync(own) ? own : "pulumi";
}

export const pulumiStep: Step = {
  name: "pulumi",
  why: "`pulumi up` needs the Pulumi command line and its Node language host",
  needs: [],
  async check() {
    const installed = await installedVersion();
    if (installed !== undefined && !isOlder(installed, sdkVersion("pulumi"))) {
      rmSync(LINK, { force: true });
      return { detail: installed, source: "on PATH" };
    }
    const cached = [cacheDir("download"), cacheDir("build")].find((dir) => existsSync(dir));
    if (cached === undefined) {
      return undefined;
    }
    linkTo(cached);
    return { detail: PULUMI_VERSION, source: "cached" };
  },
  async make(say): Promise<Outcome> {
    const offers = {
      installed: await installedVersion(),
      downloads: await reachable(PULUMI_DOWNLOADS),
      go: onPath("go").length > 0,
    };
    const source = choosePulumi(offers, sdkVersion("pulumi"));
    if (source === "download" || source === "build") {
      return makeFrom(source, say);
    }
    throw new EngineError(
      `no pulumi ${sdkVersion("pulumi")} or newer on PATH, ${PULUMI_DOWNLOADS} does not answer, and there is no Go to build it with`,
      "install Go (https://go.dev/dl) or Pulumi (https://www.pulumi.com/docs/install) and try again",
    );
  },
};

async function makeFrom(source: "download" | "build", say: Say): Promise<Outcome> {
  const dir = cacheDir(source);
  const make = source === "download" ? downloadPulumi : buildPulumi;
  await makeOnce(
    dir,
    (temporary, work) => make(PULUMI_VERSION, temporary, work, say),
    (pid) => say(`process ${pid} is getting Pulumi too; waiting for it`),
  );
  linkTo(dir);
  return { detail: PULUMI_VERSION, source: source === "download" ? "official download" : "built from Go modules" };
}

function cacheDir(source: "download" | "build"): string {
  const recipe = source === "download" ? "official" : contentKey(GO_RECIPE);
  return path.join(userCache(), "pulumi", `${PULUMI_VERSION}-${process.arch}-${recipe}`);
}

function linkTo(dir: string): void {
  if (existsSync(LINK) && realpathSync(LINK) === realpathSync(dir)) {
    return;
  }
  mkdirSync(path.dirname(LINK), { recursive: true });
  const temporary = `${LINK}.tmp-${process.pid}`;
  symlinkSync(dir, temporary);
  renameSync(temporary, LINK);
}

/** Version of `pulumi` on PATH, if it can run Node programs: that takes the language host beside it. */
async function installedVersion(): Promise<string | undefined> {
  if (onPath("pulumi").length === 0 || onPath("pulumi-language-nodejs").length === 0) {
    return undefined;
  }
  const { code, stdout } = await tryRun("pulumi", ["version"], {
    env: { PULUMI_SKIP_UPDATE_CHECK: "true" },
    timeout: 10_000,
  });
  return code === 0 ? stdout.trim().replace(/^v/, "") : undefined;
}

/** Version of an installed npm package `@pulumi/<name>`. */
export function sdkVersion(name: string): string {
  const file = path.join(repoRoot, "node_modules", "@pulumi", name, "package.json");
  if (!existsSync(file)) {
    throw new EngineError(`the npm package @pulumi/${name} is not installed`, "npm ci");
  }
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
