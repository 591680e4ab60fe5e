import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { dockerClient } from "../docker-connection/client";
import { resolveConnection } from "../docker-connection/connection";
import { packageSettings } from "../input/stack/config-file";
import { configVolumeName, isImageOf, networkName, runVolumeName, STACK_LABEL } from "../plan/docker/names";
import { hint } from "../plan/hints";
import type { Tell } from "./events";
import { OperationFailure } from "./failure";
import { ROOT } from "./workspace";

/** Stacks this clone has worked with: those with a composed file, and those whose tracked file has its own salt and needs none. */
export function knownStacks(root = ROOT): string[] {
  const own = stackNames(path.join(root, "stacks")).filter((name) =>
    /^(encryptionsalt|secretsprovider):/m.test(readFileSync(path.join(root, "stacks", `Pulumi.${name}.yaml`), "utf8")),
  );
  return [...new Set([...stackNames(path.join(root, ".cache/stacks")), ...own])].sort();
}

function stackNames(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []) : [];
}

/** The engine of a stack: the one its config names, else the one the user means. */
function engineOf(stack: string): Docker {
  const settings = packageSettings(stack, "docker");
  return dockerClient(resolveConnection(settings));
}

/** What an engine has under a name, as far as it tells whose it is. */
export interface Found {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | null;
}

/** Whether a network or volume is a stack's: by its label, or by the exact name that was given before there were labels. */
export function belongsTo(stack: string, { name, labels }: Found): boolean {
  const label = labels?.[STACK_LABEL];
  return label === undefined
    ? [networkName(stack), configVolumeName(stack), runVolumeName(stack)].includes(name)
    : label === stack;
}

/**
 * Deletes from its engine what carries a stack's label. State, and the images that stacks share, stay.
 *
 * @throws OperationFailure when an engine does not answer: nothing is deleted then, for what runs there would be forgotten
 */
export async function clean(stacks: readonly string[], tell: Tell): Promise<void> {
  const engines = stacks.map((stack) => ({ stack, docker: engineOf(stack) }));
  for (const { stack, docker } of engines) {
    await docker.ping().catch((error: Error) => {
      throw new OperationFailure(
        `the Docker engine of stack '${stack}' does not answer (${error.message}): nothing is deleted`,
        `start it, then again; to see it: ${hint("engine")}`,
      );
    });
  }
  for (const { stack, docker } of engines) {
    await cleanStack(docker, stack, tell);
    await cleanShared(docker, tell);
  }
}

/** What stacks share is a cache: it goes with the last of them that the engine has. */
async function cleanShared(docker: Docker, tell: Tell): Promise<void> {
  const others = await docker.listContainers({ all: true, filters: { label: [STACK_LABEL] } });
  if (others.length > 0) {
    return;
  }
  for (const { RepoTags } of await docker.listImages()) {
    for (const tag of (RepoTags ?? []).filter((each) => /^mlendpoints\/(?:environment|router):/.test(each))) {
      await gone(`image ${tag}`, docker.getImage(tag).remove(), tell);
    }
  }
}

async function cleanStack(docker: Docker, stack: string, tell: Tell): Promise<void> {
  const filters = { label: [`${STACK_LABEL}=${stack}`] };
  for (const { Id, Names } of await docker.listContainers({ all: true, filters })) {
    await gone(`container ${Names[0]?.slice(1) ?? Id}`, docker.getContainer(Id).remove({ force: true }), tell);
  }
  for (const { Id, Name, Labels } of await docker.listNetworks()) {
    if (belongsTo(stack, { name: Name, labels: Labels })) {
      await gone(`network ${Name}`, docker.getNetwork(Id).remove(), tell);
    }
  }
  for (const { Name, Labels } of (await docker.listVolumes()).Volumes ?? []) {
    if (belongsTo(stack, { name: Name, labels: Labels })) {
      await gone(`volume ${Name}`, docker.getVolume(Name).remove(), tell);
    }
  }
  for (const { RepoTags, Labels } of await docker.listImages()) {
    const own = (tag: string) => isImageOf(stack, tag) || Labels?.[STACK_LABEL] === stack;
    for (const tag of (RepoTags ?? []).filter(own)) {
      await gone(`image ${tag}`, docker.getImage(tag).remove(), tell);
    }
  }
}

/** A thing that is in use elsewhere stays, and the user reads why. */
async function gone(what: string, removal: Promise<unknown>, tell: Tell): Promise<void> {
  try {
    await removal;
    tell({ kind: "healed", what: `deleted ${what}` });
  } catch (error) {
    const why = (error as { reason?: string }).reason ?? (error as Error).message;
    tell({ kind: "message", severity: "warning", text: `${what} stays: ${why}` });
  }
}
