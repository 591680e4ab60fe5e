import type { DeployedStack } from "../plan/deployed";
import { imageRepository, instanceName, type Role } from "../plan/docker/names";
import type { DockerContainer, DockerThings, Removal } from "./docker-things";
import {
  CONTAINER,
  deployedOf,
  IMAGE,
  NETWORK,
  type PendingOperation,
  pendingOf,
  physicalName,
  resourcesOf,
  type StackState,
  type StateResource,
  VOLUME,
} from "./stack-state";

/** What is to be done about an update that was interrupted. */
export type HealAction =
  /** The state no longer says that this goes on. */
  | { readonly kind: "forget"; readonly operation: PendingOperation }
  /** The thing was made: the state takes it over under this id. */
  | { readonly kind: "adopt"; readonly operation: PendingOperation; readonly id: string }
  | { readonly kind: "remove"; readonly thing: Removal }
  /** The state does not know it, and it may be serving. */
  | { readonly kind: "leave"; readonly container: string }
  /** A router of this stack's name runs that the state has not made. Nothing on the host is touched. */
  | { readonly kind: "foreign"; readonly container: string };

export interface HealDecision {
  readonly actions: readonly HealAction[];
  /** Whether the state and the host differ after that, so that the next update must look at the host. */
  readonly stale: boolean;
}

/**
 * Compares what the state has with what is on the host.
 *
 * @param things undefined when the engine cannot be asked: then nothing that concerns it is decided
 */
export function decideHealing(stack: string, state: StackState, things: DockerThings | undefined): HealDecision {
  const pending = pendingOf(state);
  if (things === undefined) {
    const others = pending.filter(({ resource }) => !resource.type.startsWith("docker:"));
    return { actions: others.map((operation) => ({ kind: "forget", operation })), stale: true };
  }
  const stranger = strangeRouter(stack, state, things);
  const known = knownIds(state);
  const stale = pending.length > 0 || !isAllThere(state, things);
  if (stranger !== undefined) {
    return {
      actions: [
        ...pending.map((operation) => ({ kind: "forget", operation }) as const),
        { kind: "foreign", container: stranger.name },
      ],
      stale,
    };
  }
  const settled = pending.map((operation) => settle(stack, operation, state, things));
  const adopted = new Set(settled.flatMap((action) => (action.kind === "adopt" ? [action.id] : [])));
  const strays = strayContainers(stack, state, things);
  const gone = new Set(strays.flatMap((action) => (action.kind === "remove" ? [action.thing.id] : [])));
  const staying = things.containers.filter(({ id }) => !gone.has(id));
  return {
    actions: [
      ...settled,
      ...strays,
      ...strayThings(stack, new Set([...known, ...adopted]), { ...things, containers: staying }),
    ],
    stale: stale || gone.size > 0,
  };
}

/** Ids of all that the state has on the host; images by name. */
function knownIds(state: StackState): ReadonlySet<string> {
  return new Set(
    resourcesOf(state).flatMap((resource) => {
      const id = resource.type === IMAGE ? physicalName(resource) : resource.id;
      return id === undefined ? [] : [id];
    }),
  );
}

/** Two states that claim one stack are two users, or one whose state was lost: neither may clear away what the other runs. */
export function strangeRouter(
  stack: string,
  state: StackState,
  { containers }: DockerThings,
): DockerContainer | undefined {
  const known = knownIds(state);
  const begun = new Set(pendingOf(state).map(({ resource }) => physicalName(resource)));
  const router: Role = "router";
  return containers.find(
    (each) => each.stack === stack && each.role === router && !known.has(each.id) && !begun.has(each.name),
  );
}

function settle(
  stack: string,
  operation: PendingOperation,
  state: StackState,
  { networks, volumes }: DockerThings,
): HealAction {
  const { resource, type } = operation;
  const name = physicalName(resource);
  if (type !== "creating" || name === undefined || !isWhole(resource, state)) {
    return { kind: "forget", operation };
  }
  // These are never half made. A container may be, and nothing tells.
  const ofName = (each: { readonly name: string; readonly stack: string | undefined }): boolean =>
    each.name === name && each.stack === stack;
  const id =
    resource.type === NETWORK
      ? networks.find(ofName)?.id
      : resource.type === VOLUME
        ? volumes.find(ofName)?.name
        : undefined;
  return id === undefined ? { kind: "forget", operation } : { kind: "adopt", operation, id };
}

/** Whether the state holds what this resource builds upon, and not the resource itself. */
function isWhole({ urn, parent, dependencies }: StateResource, state: StackState): boolean {
  const urns = new Set(resourcesOf(state).map((each) => each.urn));
  return !urns.has(urn) && [parent ?? [], dependencies ?? []].flat().every((each) => urns.has(each));
}

function strayContainers(stack: string, state: StackState, { containers }: DockerThings): HealAction[] {
  const known = knownIds(state);
  const serving = servingNames(stack, deployedOf(state));
  return containers
    .filter((each) => each.stack === stack && !known.has(each.id))
    .map(({ id, name }) =>
      serving.has(name)
        ? { kind: "leave", container: name }
        : { kind: "remove", thing: { kind: "container", id, name } },
    );
}

/** Names of the containers that the router sends requests to. */
function servingNames(stack: string, deployed: DeployedStack | undefined): ReadonlySet<string> {
  return new Set(
    Object.entries(deployed?.endpoints ?? {}).flatMap(([endpoint, { deployments }]) =>
      Object.entries(deployments).flatMap(([deployment, { generation, instances }]) =>
        Array.from({ length: instances }, (_, index) =>
          instanceName(stack, { endpoint, deployment, generation }, index + 1),
        ),
      ),
    ),
  );
}

/** Networks, volumes and images of this stack that nothing uses and the state does not know. */
function strayThings(
  stack: string,
  known: ReadonlySet<string>,
  { containers, networks, volumes, images }: DockerThings,
): HealAction[] {
  const used = new Set(containers.flatMap((each) => [each.image, ...each.networks, ...each.volumes]));
  const removals: Removal[] = [
    ...networks
      .filter((each) => each.stack === stack && !known.has(each.id) && !used.has(each.id))
      .map(({ id, name }) => ({ kind: "network" as const, id, name })),
    ...volumes
      .filter((each) => each.stack === stack && !known.has(each.name) && !used.has(each.name))
      .map(({ name }) => ({ kind: "volume" as const, id: name, name })),
    ...images
      .filter(({ id }) => !used.has(id))
      .flatMap(({ tags }) => tags)
      .filter((tag) => tag.startsWith(`${imageRepository(stack)}/`) && !known.has(tag))
      .map((tag) => ({ kind: "image" as const, id: tag, name: tag })),
  ];
  return removals.map((thing) => ({ kind: "remove", thing }));
}

/** Whether all that the state has on the host is there. */
function isAllThere(state: StackState, { containers, networks, volumes, images }: DockerThings): boolean {
  const there = new Set([
    ...containers.map(({ id }) => id),
    ...networks.map(({ id }) => id),
    ...volumes.map(({ name }) => name),
    ...images.flatMap(({ tags }) => tags),
  ]);
  return resourcesOf(state)
    .filter(({ type }) => [CONTAINER, NETWORK, VOLUME, IMAGE].includes(type))
    .every((resource) => there.has((resource.type === IMAGE ? physicalName(resource) : resource.id) ?? ""));
}
