// `make clean`: deletes from the Docker engine what this clone put there: containers, networks and volumes of its stacks, and
// images, which can all be made again.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { removeBuildStages } from "../docker-connection/build-stages";
import { dockerClient } from "../docker-connection/client";
import { repoCache } from "./cache";
import { engineVersion } from "./docker-client";

/** Stacks this clone has worked with; another clone on the same engine keeps its own. */
export function knownStacks(folder = path.join(repoCache, "stacks")): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);
}

/** Whether a network or volume has a name `components/docker` gives in one of these stacks. */
export function belongsTo(stacks: readonly string[], name: string): boolean {
  return stacks.some((stack) => name === `mlendpoints-${stack}` || name.startsWith(`mlendpoints-${stack}-`));
}

async function clean(docker: Docker, stacks: readonly string[]): Promise<void> {
  for (const stack of stacks) {
    const filters = JSON.stringify({ label: [`mlendpoints.stack=${stack}`] });
    for (const container of await docker.listContainers({ all: true, filters })) {
      await gone(
        `container ${container.Names[0] ?? container.Id}`,
        docker.getContainer(container.Id).remove({ force: true }),
      );
    }
  }
  for (const network of await docker.listNetworks()) {
    if (belongsTo(stacks, network.Name)) {
      await gone(`network ${network.Name}`, docker.getNetwork(network.Id).remove());
    }
  }
  for (const volume of (await docker.listVolumes()).Volumes ?? []) {
    if (belongsTo(stacks, volume.Name)) {
      await gone(`volume ${volume.Name}`, docker.getVolume(volume.Name).remove());
    }
  }
  if (await removeBuildStages(docker)) {
    console.log("✓ deleted the build stages of environments");
  }
  for (const image of await docker.listImages()) {
    for (const tag of (image.RepoTags ?? []).filter((name) => name.startsWith("mlendpoints/"))) {
      await gone(`image ${tag}`, docker.getImage(tag).remove());
    }
  }
}

/** A thing that is in use elsewhere stays, and the user reads why. */
async function gone(what: string, removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
    console.log(`✓ deleted ${what}`);
  } catch (error) {
    console.log(`✗ ${what} stays: ${(error as { reason?: string }).reason ?? (error as Error).message}`);
  }
}

async function main(): Promise<void> {
  const engine = await engineVersion();
  if ("version" in engine) {
    await clean(dockerClient(), knownStacks());
  } else {
    console.log(`no Docker engine answers, so nothing is deleted there (${engine.problem.reason})`);
  }
}

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  });
}
