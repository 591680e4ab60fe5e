import { existsSync } from "node:fs";
import path from "node:path";
import type Docker from "dockerode";
import { backendFolder } from "../engine/backend";
import { repoCache, repoRoot } from "../engine/cache";
import { holderOf, locksOf, processInfo } from "../engine/stack-lock";
import { hint } from "../plan/hints";
import { isCache, thingsOfStack, unusedCaches } from "./clean-decision";
import { type DockerThings, engineOf, listThings, type Removal, remove } from "./docker-things";
import { OperationFailure } from "./failure";
import { strangeRouter } from "./heal-decision";
import { dockerSettingsOf, exportState, holdsContainers, pulumi, type StackState } from "./stack-state";

export type CleanEvent =
  | { readonly kind: "deleted"; readonly thing: string }
  | { readonly kind: "stays"; readonly thing: string; readonly reason: string };

/** A stack of this clone, and the engine that its containers are on. */
export interface CleanStack {
  readonly stack: string;
  readonly state: StackState;
  readonly docker: Docker;
  /** Undefined when the engine cannot be asked, and the stack has nothing there. */
  readonly things: DockerThings | undefined;
}

/**
 * Stacks that the user's state knows and this clone has a file for. Those of other clones are left alone.
 *
 * @throws OperationFailure when an update of one goes on, or the engine that holds its containers does not answer
 */
export async function cleanableStacks(): Promise<CleanStack[]> {
  const found: CleanStack[] = [];
  for (const stack of (await knownStacks()).filter(isOfThisClone)) {
    refuseWhileUpdated(stack);
    const state = await exportState(stack);
    if (state !== undefined) {
      found.push(await cleanableStack(stack, state));
    }
  }
  return found;
}

async function cleanableStack(stack: string, state: StackState): Promise<CleanStack> {
  const docker = engineOf(dockerSettingsOf(state));
  try {
    return { stack, state, docker, things: await listThings(docker) };
  } catch (error) {
    if (!holdsContainers(state)) {
      return { stack, state, docker, things: undefined };
    }
    throw new OperationFailure(
      `the Docker engine that holds the containers of ${stack} cannot be reached, so nothing is deleted: ${error instanceof Error ? error.message : String(error)}`,
      `start it; or, when it is gone for good: engine/pulumi.sh stack rm --yes --force --stack ${stack}`,
    );
  }
}

async function knownStacks(): Promise<string[]> {
  const folder = backendFolder();
  const places = folder === undefined ? [] : [path.join(folder, ".pulumi"), path.join(repoCache, "pulumi/state")];
  if (places.length > 0 && !places.some((place) => existsSync(place))) {
    return [];
  }
  const { code, stdout, stderr } = await pulumi(["stack", "ls", "--json"]);
  if (code !== 0) {
    throw new OperationFailure(`the stacks cannot be listed: ${stderr.trim()}`, "npx tsx engine/ensure.ts pulumi");
  }
  return (JSON.parse(stdout) as readonly { readonly name: string }[]).map(({ name }) => path.basename(name));
}

function isOfThisClone(stack: string): boolean {
  return [path.join(repoRoot, "stacks"), path.join(repoCache, "stacks")].some((folder) =>
    existsSync(path.join(folder, `Pulumi.${stack}.yaml`)),
  );
}

function refuseWhileUpdated(stack: string): void {
  const folder = backendFolder();
  const held = folder !== undefined && locksOf(folder, stack).some((lock) => holderOf(lock, processInfo) !== "dead");
  if (held) {
    throw new OperationFailure(
      `an update of ${stack} goes on, so nothing is deleted`,
      `wait for its end; or, if it is none: ${hint("unlock", stack)}`,
    );
  }
}

/** Deletes what the stack has on its host. */
export async function cleanStack({ stack, state, docker, things }: CleanStack): Promise<CleanEvent[]> {
  if (things === undefined) {
    return [];
  }
  const stranger = strangeRouter(stack, state, things);
  if (stranger !== undefined) {
    const reason = `${stranger.name} was made by another state than yours`;
    return [{ kind: "stays", thing: `all of ${stack}`, reason }];
  }
  return removeAll(docker, thingsOfStack(stack, things));
}

/** Deletes the stages that environments were built in, and the images of routers and environments that no container needs. */
export async function cleanCaches(docker: Docker): Promise<CleanEvent[]> {
  const filters = JSON.stringify({ label: ["mlendpoints.stage"], dangling: ["true"] });
  const { ImagesDeleted } = await docker.pruneImages({ filters });
  const stages: CleanEvent[] = (ImagesDeleted ?? []).length > 0 ? [{ kind: "deleted", thing: "build stages" }] : [];
  const { containers, images } = await listThings(docker);
  const layers = async (id: string): Promise<string[]> => (await docker.getImage(id).inspect()).RootFS.Layers ?? [];
  const used = await Promise.all([...new Set(containers.map(({ image }) => image))].map(layers));
  const caches = await Promise.all(
    images.filter(({ tags }) => tags.some(isCache)).map(async ({ id, tags }) => ({ tags, layers: await layers(id) })),
  );
  return [...stages, ...(await removeAll(docker, unusedCaches(caches, used)))];
}

/** Deletes the state of a stack, its keys with it. Its file in stacks/ and the passphrase stay. */
export async function deleteState(stack: string): Promise<CleanEvent> {
  const { code, stderr } = await pulumi(["stack", "rm", "--yes", "--force", "--stack", stack]);
  return code === 0
    ? { kind: "deleted", thing: `the state of ${stack}` }
    : { kind: "stays", thing: `the state of ${stack}`, reason: stderr.trim() };
}

/** One after the other: a network cannot go before its containers. What is in use elsewhere stays. */
async function removeAll(docker: Docker, removals: readonly Removal[]): Promise<CleanEvent[]> {
  const events: CleanEvent[] = [];
  for (const removal of removals) {
    const thing = `${removal.kind} ${removal.name}`;
    const reason = await remove(docker, removal);
    events.push(reason === undefined ? { kind: "deleted", thing } : { kind: "stays", thing, reason });
  }
  return events;
}
