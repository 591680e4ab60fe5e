import { expect } from "chai";
import type Docker from "dockerode";
import { dockerClient } from "../../docker-connection/client";
import { STACK_LABEL } from "../../plan/docker/names";
import { skip } from "../support/skip";
import type { TestStack } from "./stack";

export const docker = dockerClient();

/** Why a Docker test cannot run here; undefined when it can. */
export async function whyNoDocker(): Promise<string | undefined> {
  try {
    await docker.ping();
    return undefined;
  } catch (error) {
    return `no Docker engine answers: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Skips a suite, saying why, where there is no Docker engine. */
export function needsDocker(): void {
  before(async function () {
    const why = await whyNoDocker();
    if (why !== undefined) {
      skip(this, why);
    }
  });
}

/** Removes a suite's stack at its end, and sees that nothing of it is left. A suite that was skipped has made nothing. */
export function removeAtEnd(stack: TestStack): void {
  after(async () => {
    if ((await whyNoDocker()) !== undefined) {
      stack.discard();
      return;
    }
    await stack.remove();
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });
}

/** What a stack has on the host: names of its containers, networks, volumes and images. */
export async function leftovers(stack: string): Promise<string[]> {
  const [containers, networks, volumes, images] = await Promise.all([
    containersOf(stack),
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listImages(),
  ]);
  const own = ({ Labels }: { Labels?: Record<string, string> | null }): boolean => Labels?.[STACK_LABEL] === stack;
  return [
    ...containers.flatMap(({ Names }) => Names.map((name) => name.slice(1))),
    ...networks.filter(own).map(({ Name }) => Name),
    ...(volumes.Volumes ?? []).filter(own).map(({ Name }) => Name),
    ...images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith(`mlendpoints/${stack}/`)),
  ].sort();
}

/** All containers of a stack, running or not. */
export function containersOf(stack: string): Promise<Docker.ContainerInfo[]> {
  return docker.listContainers({ all: true, filters: { label: [`${STACK_LABEL}=${stack}`] } });
}

/** The container of a stack whose name ends so. */
export async function container(stack: string, ending: RegExp): Promise<Docker.ContainerInfo> {
  const found = (await containersOf(stack)).find(({ Names }) => Names.some((name) => ending.test(name)));
  if (found === undefined) {
    throw new Error(`no container of ${stack} matches ${ending}`);
  }
  return found;
}
