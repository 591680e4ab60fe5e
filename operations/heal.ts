import { rmSync } from "node:fs";
import { backendFolder } from "../engine/backend";
import { holderOf, type LockFile, locksOf, processInfo } from "../engine/stack-lock";
import { hint } from "../plan/hints";
import { restoreCheckpoint } from "./checkpoint";
import { type DockerThings, engineOf, listThings, type Removal, remove } from "./docker-things";
import { decideHealing, type HealAction } from "./heal-decision";
import {
  dockerSettingsOf,
  exportState,
  importState,
  logicalName,
  type PendingOperation,
  pendingOf,
  type StackState,
  withPending,
} from "./stack-state";

/** What was found and done, one line each: `healText` tells it. */
export type HealEvent =
  | { readonly kind: "lock-released"; readonly pid: number; readonly since: string }
  /** The state was cut off, and is the one before. */
  | { readonly kind: "state-restored" }
  /** Another update holds the stack, or may hold it: nothing is healed. */
  | { readonly kind: "locked"; readonly by: string; readonly command: string }
  | { readonly kind: "forgotten"; readonly resource: string; readonly operation: string }
  | { readonly kind: "adopted"; readonly resource: string }
  | { readonly kind: "removed"; readonly thing: Removal }
  | { readonly kind: "stays"; readonly thing: string; readonly reason: string }
  | { readonly kind: "engine-unreachable"; readonly reason: string };

export interface Healed {
  readonly events: readonly HealEvent[];
  /** Whether an update can begin. */
  readonly free: boolean;
  /** Whether the next update must look at the host (`--refresh`): the state may differ from it. */
  readonly stale: boolean;
}

/**
 * Clears up after an update of this stack that was interrupted, so that the next one can begin: its lock, what the state still
 * takes for going on, and what stands half made on the host. Does nothing, in half a second, where there was none.
 *
 * @throws Error with Pulumi's own words when the state cannot be read or written
 */
export async function heal(stack: string): Promise<Healed> {
  const locks = releaseLocks(stack);
  const restored: HealEvent[] = restoreCheckpoint(stack) ? [{ kind: "state-restored" }] : [];
  if (locks.some(({ kind }) => kind === "locked")) {
    return { events: locks, free: false, stale: false };
  }
  const state = await exportState(stack);
  if (state === undefined) {
    return { events: [...locks, ...restored], free: true, stale: false };
  }
  const docker = engineOf(dockerSettingsOf(state));
  const things = await listThings(docker).catch((error: unknown) => message(error));
  const known: DockerThings | undefined = typeof things === "string" ? undefined : things;
  const { actions, stale } = decideHealing(stack, state, known);
  const next = healedState(state, actions);
  if (next !== undefined) {
    await importState(stack, next);
  }
  const done: HealEvent[] = [];
  for (const action of actions) {
    done.push(await carryOut(action, (thing) => remove(docker, thing)));
  }
  const unreachable: HealEvent[] = typeof things === "string" ? [{ kind: "engine-unreachable", reason: things }] : [];
  return { events: [...locks, ...restored, ...unreachable, ...done], free: true, stale: stale || restored.length > 0 };
}

/** Releases the locks of processes that have ended. */
function releaseLocks(stack: string): HealEvent[] {
  const folder = backendFolder();
  const locks = folder === undefined ? [] : locksOf(folder, stack);
  return locks.map((each) => releaseLock(each, stack));
}

function releaseLock(found: LockFile, stack: string): HealEvent {
  const { file, lock } = found;
  const holder = holderOf(found, processInfo);
  if (lock !== undefined && holder === "dead") {
    rmSync(file, { force: true });
    rmSync(`${file}.attrs`, { force: true });
    return { kind: "lock-released", pid: lock.pid, since: lock.timestamp };
  }
  const by =
    lock === undefined ? file : `process ${lock.pid} of ${lock.username}@${lock.hostname}, since ${lock.timestamp}`;
  return { kind: "locked", by, command: hint("unlock", stack) };
}

/** Undefined when the state stays as it is. */
function healedState(state: StackState, actions: readonly HealAction[]): StackState | undefined {
  const settled = actions.filter((action) => action.kind === "forget" || action.kind === "adopt");
  const operations = new Set<PendingOperation>(settled.map(({ operation }) => operation));
  const left = pendingOf(state).filter((operation) => !operations.has(operation));
  const adopted = actions.flatMap((action) =>
    action.kind === "adopt"
      ? [{ ...action.operation.resource, id: action.id, outputs: action.operation.resource.inputs ?? {} }]
      : [],
  );
  return settled.length === 0 ? undefined : withPending(state, left, adopted);
}

async function carryOut(
  action: HealAction,
  removal: (thing: Removal) => Promise<string | undefined>,
): Promise<HealEvent> {
  switch (action.kind) {
    case "forget":
      return {
        kind: "forgotten",
        resource: logicalName(action.operation.resource),
        operation: action.operation.type,
      };
    case "adopt":
      return { kind: "adopted", resource: logicalName(action.operation.resource) };
    case "remove": {
      const reason = await removal(action.thing);
      return reason === undefined
        ? { kind: "removed", thing: action.thing }
        : { kind: "stays", thing: `${action.thing.kind} ${action.thing.name}`, reason };
    }
    case "leave":
      return {
        kind: "stays",
        thing: `container ${action.container}`,
        reason: `the state does not know it, but it may be serving; docker rm --force ${action.container} deletes it`,
      };
    case "foreign":
      return {
        kind: "stays",
        thing: `container ${action.container}`,
        reason: "it is the router of a stack of this name that another state has made; give this stack another name",
      };
    default:
      return action satisfies never;
  }
}

/** What happened, as one line for the user. */
export function healText(event: HealEvent): string {
  switch (event.kind) {
    case "lock-released":
      return `released the lock of an update that has ended (process ${event.pid}, since ${event.since})`;
    case "state-restored":
      return "the state that an interrupted update was writing was cut off: the one before is in its place";
    case "locked":
      return `another update of this stack goes on (${event.by}): wait for its end, or if it is none: ${event.command}`;
    case "forgotten":
      return `an interrupted update was ${event.operation} ${event.resource}: forgotten`;
    case "adopted":
      return `an interrupted update had made ${event.resource}: taken over`;
    case "removed":
      return `deleted the ${event.thing.kind} ${event.thing.name}, which an interrupted update had left`;
    case "stays":
      return `${event.thing} stays: ${event.reason}`;
    case "engine-unreachable":
      return `Docker cannot be asked what an interrupted update has left: ${event.reason}`;
    default:
      return event satisfies never;
  }
}

function message(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
