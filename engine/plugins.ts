// The provider plug-ins the program uses: Pulumi's own where they can be downloaded, else the offline providers of this
// repository under the official names and versions.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { contentKey, repoCache, repoRoot, writeAtomically } from "./cache";
import { sdkVersion } from "./pulumi";
import { PULUMI_DOWNLOADS, reachable } from "./reachable";
import { run } from "./run";
import type { Outcome, Say, Step } from "./step";

const PROVIDERS = ["docker", "random"] as const;
type Provider = (typeof PROVIDERS)[number];

/**
 * There when offline providers are in use: `engine/pulumi.sh` then tells Pulumi not to look for downloads. It holds the key of
 * the sources they were packed from, because they change with this repository.
 */
const OFFLINE = path.join(repoCache, "pulumi", "offline");

export function pulumiHome(env: NodeJS.ProcessEnv = process.env): string {
  return env["PULUMI_HOME"] ?? path.join(repoCache, "pulumi", "home");
}

export const pluginsStep: Step = {
  name: "plugins",
  why: "the program registers Docker and random resources, which provider plug-ins create",
  needs: ["pulumi"],
  async check() {
    if (!PROVIDERS.every((name) => existsSync(pluginFile(name)))) {
      return undefined;
    }
    if (!existsSync(OFFLINE)) {
      return outcome("official");
    }
    return readFileSync(OFFLINE, "utf8") === sourcesKey() ? outcome("offline providers, cached") : undefined;
  },
  async make(say) {
    const problem = existsSync(OFFLINE) ? "as before" : await installOfficial(say);
    if (problem === undefined) {
      return outcome("official");
    }
    const key = sourcesKey();
    say(`packing the offline providers: ${problem}`);
    // Loaded here, because it brings a bundler along that no other run needs.
    const { installOfflineProvider } = await import("../offline-providers/install");
    for (const name of PROVIDERS) {
      await installOfflineProvider(name, pulumiHome());
    }
    writeAtomically(OFFLINE, key);
    return outcome("offline providers");
  },
};

/** Installs the official plug-ins, or tells why that cannot be. */
async function installOfficial(say: Say): Promise<string | undefined> {
  if (!(await reachable(PULUMI_DOWNLOADS))) {
    return `${PULUMI_DOWNLOADS} does not answer`;
  }
  const script = path.join(repoRoot, "engine", "pulumi.sh");
  try {
    for (const name of PROVIDERS) {
      await run(script, ["plugin", "install", "resource", name, sdkVersion(name)], {
        progress: { what: `installing the ${name} plug-in`, say },
      });
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Key of everything the offline providers are packed from. */
function sourcesKey(): string {
  const files = ["offline-providers", "docker-connection"]
    .flatMap((room) => readdirSync(path.join(repoRoot, room), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name));
  const all = [...files.sort(), path.join(repoRoot, "package-lock.json")];
  return contentKey([pulumiHome(), ...all.map((file) => [path.relative(repoRoot, file), readFileSync(file, "utf8")])]);
}

/** Where the engine looks for a plug-in of exactly the npm package's version. */
function pluginFile(name: Provider): string {
  return path.join(pulumiHome(), "plugins", `resource-${name}-v${sdkVersion(name)}`, `pulumi-resource-${name}`);
}

function outcome(source: string): Outcome {
  return { detail: PROVIDERS.map((name) => `${name} ${sdkVersion(name)}`).join(", "), source };
}
