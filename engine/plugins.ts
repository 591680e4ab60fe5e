// The provider plug-ins the program uses: Pulumi's own where they can be downloaded, else the offline providers of this
// repository under the official names and versions. Those go to a home folder of our own and nowhere else: in the user's
// they would be taken for the official ones by every other project.
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import type * as OfflineProviders from "../offline-providers/install";
import { contentKey, repoCache, repoRoot, writeAtomically } from "./cache";
import { pulumiProgram, sdkVersion } from "./pulumi";
import { PULUMI_DOWNLOADS, reachable } from "./reachable";
import { run } from "./run";
import type { Outcome, Say, Step } from "./step";

const PROVIDERS = ["docker", "random"] as const;
type Provider = (typeof PROVIDERS)[number];

/** Where plug-ins come from and go to. */
export interface PluginPlaces {
  /** The home folder that official plug-ins are looked for in: the user's `PULUMI_HOME`, else our own. */
  readonly home: string;
  /** Our own, the only one that stand-ins are put into. */
  readonly ownHome: string;
  /**
   * A file that is there while stand-ins are in use: `engine/pulumi.sh` then uses our own home, and tells Pulumi not to look
   * for downloads. It holds the key of the sources they were packed from, because they change with this repository.
   */
  readonly marker: string;
  /** Answers when official plug-ins can be downloaded. */
  readonly downloads: string;
  /** Where they are downloaded from, when that is not where Pulumi looks by itself. */
  readonly server?: string;
}

export function pluginPlaces(env: NodeJS.ProcessEnv = process.env): PluginPlaces {
  const ownHome = path.join(repoCache, "pulumi", "home");
  const user = env["PULUMI_HOME"];
  return {
    home: user === undefined || user === "" ? ownHome : user,
    ownHome,
    marker: path.join(repoCache, "pulumi", "offline"),
    downloads: PULUMI_DOWNLOADS,
  };
}

export function pluginsStep(places: PluginPlaces = pluginPlaces()): Step {
  const { home, ownHome, marker, downloads } = places;
  return {
    name: "plugins",
    why: "the program registers Docker and random resources, which provider plug-ins create",
    needs: ["pulumi"],
    async check() {
      if (PROVIDERS.every((name) => hasPlugin(home, name) && !isStandIn(home, name))) {
        rmSync(marker, { force: true });
        return outcome("official");
      }
      const cached = PROVIDERS.every((name) => isStandIn(ownHome, name)) && readIfThere(marker) === sourcesKey();
      // Official ones are better: stand-ins are in use only as long as there are no others to be had.
      return cached && !(await reachable(downloads)) ? outcome("offline providers, cached") : undefined;
    },
    async make(say) {
      removeStandIns(places);
      const problem = await installOfficial(places, say);
      if (problem === undefined) {
        rmSync(marker, { force: true });
        return outcome("official");
      }
      say(`packing the offline providers: ${problem}`);
      // Loaded here, because it brings a bundler along that no other run needs.
      const { installOfflineProvider } = require("../offline-providers/install") as typeof OfflineProviders;
      for (const name of PROVIDERS) {
        await installOfflineProvider(name, ownHome);
      }
      writeAtomically(marker, sourcesKey());
      return outcome("offline providers");
    },
  };
}

/** Earlier versions of this repository put stand-ins into the user's home. */
function removeStandIns({ home, ownHome }: PluginPlaces): void {
  for (const name of PROVIDERS.filter((provider) => home !== ownHome && isStandIn(home, provider))) {
    rmSync(pluginFolder(home, name), { recursive: true });
  }
}

/** Installs the official plug-ins, in place of stand-ins too, or tells why that cannot be. */
async function installOfficial({ home, downloads, server }: PluginPlaces, say: Say): Promise<string | undefined> {
  if (!(await reachable(downloads))) {
    return `${downloads} does not answer`;
  }
  const from = server === undefined ? [] : ["--server", server];
  try {
    for (const name of PROVIDERS) {
      await run(pulumiProgram(), ["plugin", "install", "resource", name, sdkVersion(name), "--reinstall", ...from], {
        env: { PULUMI_HOME: home, PULUMI_SKIP_UPDATE_CHECK: "true" },
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
  return contentKey(all.map((file) => [path.relative(repoRoot, file), readFileSync(file, "utf8")]));
}

/** Where the engine looks for a plug-in of exactly the npm package's version. */
function pluginFolder(home: string, name: Provider): string {
  return path.join(home, "plugins", `resource-${name}-v${sdkVersion(name)}`);
}

function hasPlugin(home: string, name: Provider): boolean {
  return existsSync(path.join(pluginFolder(home, name), `pulumi-resource-${name}`));
}

/** An official plug-in is one program; a stand-in has its packed source beside it. */
function isStandIn(home: string, name: Provider): boolean {
  return existsSync(path.join(pluginFolder(home, name), "provider.js"));
}

function readIfThere(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function outcome(source: string): Outcome {
  return { detail: PROVIDERS.map((name) => `${name} ${sdkVersion(name)}`).join(", "), source };
}
