// `.cache/images.json`: which local image stands in for which public one. The Pulumi program reads it; without the file it uses
// the public names.
import { existsSync, readFileSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { dockerClient } from "../docker-connection/client";
import type { DockerConnection } from "../docker-connection/connection";
import { BASE_CHANGES, baseImageName, baseTar, chooseRecipe, nearestRecipe } from "./base-image";
import { repoCache, writeAtomically } from "./cache";
import { hasImage, importImage } from "./docker-client";
import { ENVOY_CHANGES, envoyImageName, envoyTar, PUBLIC_ENVOY } from "./envoy-image";
import { imageUsable } from "./reachable";
import type { Outcome, Say, Step } from "./step";

/** Public name -> local name, e.g. `{"python:3.12-slim": "mlendpoints/base-python3.12:0123456789ab"}`. */
export type ImageMap = Readonly<Record<string, string>>;

const FILE = path.join(repoCache, "images.json");

/** A public image and how to make its stand-in. */
interface StandIn {
  readonly publicName: string;
  readonly localName: string;
  readonly changes: readonly string[];
  tar(say: Say): Promise<string>;
  readonly warning?: string;
}

/** What the router's scripts and an environment without a wish run on. */
const DEFAULT_PYTHON = "3.12";

function publicPython(minor: string): string {
  return `python:${minor}-slim`;
}

/**
 * The router always needs Python and Envoy; deployments may ask for minors. A minor that was asked for is that minor or an
 * error; the default one may be a neighbour, so that a machine with nothing but Debian gets somewhere.
 */
export function imagesStep(minors: readonly string[], connection: DockerConnection): Step {
  const publicNames = [...[...new Set([DEFAULT_PYTHON, ...minors])].map(publicPython), PUBLIC_ENVOY];
  const standIn = (name: string) => standInFor(name, minors);
  return {
    name: "images",
    why: "scoring and router images are built on a Python base and an Envoy binary",
    needs: ["docker"],
    async check() {
      const missing = await notUsable(connection, publicNames);
      const standIns = await Promise.all(missing.map(standIn));
      const docker = dockerClient(connection);
      const there = await Promise.all(standIns.map((image) => hasImage(docker, image.localName)));
      if (!there.every((present) => present)) {
        return undefined;
      }
      await writeMap(connection, standIns);
      return outcome(publicNames, standIns, standIns.length > 0 ? "cached" : "registry");
    },
    async make(say) {
      const standIns = await Promise.all((await notUsable(connection, publicNames)).map(standIn));
      // One after the other: making a base image keeps both cores busy.
      for (const image of standIns) {
        await makeStandIn(connection, image, say);
      }
      await writeMap(connection, standIns);
      return outcome(publicNames, standIns, "made from Debian and Python packages");
    },
  };
}

async function notUsable(connection: DockerConnection, publicNames: readonly string[]): Promise<string[]> {
  const usable = await Promise.all(publicNames.map((name) => imageUsable(connection, name)));
  return publicNames.filter((_, index) => usable[index] === false);
}

async function makeStandIn(connection: DockerConnection, image: StandIn, say: Say): Promise<void> {
  const docker = dockerClient(connection);
  if (await hasImage(docker, image.localName)) {
    return;
  }
  const tar = await image.tar(say);
  say(`importing ${image.localName} (${Math.round(statSync(tar).size / 1e6)} MB)`);
  await importImage(docker, tar, image.localName, image.changes);
}

async function standInFor(publicName: string, askedFor: readonly string[]): Promise<StandIn> {
  if (publicName === PUBLIC_ENVOY) {
    return { publicName, localName: envoyImageName(), changes: ENVOY_CHANGES, tar: envoyTar };
  }
  const minor = /^python:(.*)-slim$/.exec(publicName)![1]!;
  const recipe = await (askedFor.includes(minor) ? chooseRecipe(minor) : nearestRecipe(minor));
  const another = `no Python ${minor} here: Python ${recipe.minor} stands in for ${publicName} (pyenv install ${minor} would cure it)`;
  return {
    publicName,
    localName: baseImageName(recipe),
    changes: BASE_CHANGES,
    tar: (say) => baseTar(recipe, say),
    warning: recipe.minor === minor ? undefined : another,
  };
}

/** Stand-ins made for other runs stay in the map as long as the engine has them. */
async function writeMap(connection: DockerConnection, standIns: readonly StandIn[]): Promise<void> {
  const docker = dockerClient(connection);
  const map: Record<string, string> = {};
  for (const [publicName, localName] of Object.entries(readMap())) {
    if ((await hasImage(docker, localName)) && !(await imageUsable(connection, publicName))) {
      map[publicName] = localName;
    }
  }
  for (const image of standIns) {
    map[image.publicName] = image.localName;
  }
  const text = `${JSON.stringify(map, Object.keys(map).sort(), 2)}\n`;
  if (Object.keys(map).length === 0) {
    rmSync(FILE, { force: true });
  } else if (!existsSync(FILE) || readFileSync(FILE, "utf8") !== text) {
    writeAtomically(FILE, text);
  }
}

function readMap(): ImageMap {
  if (!existsSync(FILE)) {
    return {};
  }
  try {
    return JSON.parse(readFileSync(FILE, "utf8")) as ImageMap;
  } catch {
    return {};
  }
}

function outcome(publicNames: readonly string[], standIns: readonly StandIn[], source: string): Outcome {
  const names = standIns.length === 0 ? publicNames : standIns.map((image) => image.localName);
  const warning = standIns.flatMap((image) => image.warning ?? []).join("; ");
  return { detail: names.join(", "), source, warning: warning === "" ? undefined : warning };
}
