import type { DeployedEndpoint, DeployedStack, FailedGeneration } from "./deployed";
import { entryOf } from "./deployed";

/** How an update went. */
export interface UpdateOutcome {
  /** Generations that did not become ready. Their endpoints go on as they were. */
  readonly unready: readonly Unready[];
  /** Whether the router has taken over the routes of all other endpoints. */
  readonly applied: boolean;
  /** Endpoints whose routes it has not taken over, where it has taken over the rest. @default none of them, where `applied` is false */
  readonly refused?: readonly string[];
  /** ISO time of the update. */
  readonly now: string;
}

export interface Unready {
  readonly endpoint: string;
  readonly deployment: string;
  readonly generation: string;
}

/** What stands before the first update. */
const NOTHING: DeployedStack = { version: 1, endpoints: {} };

/**
 * What stands when an update is over. Endpoints are on their own: each has changed as planned, or stands as before.
 *
 * @param planned what would stand if all went well
 */
export function deployedAfter(
  before: DeployedStack = NOTHING,
  planned: DeployedStack,
  { unready, applied, refused, now }: UpdateOutcome,
): DeployedStack {
  const failed = Object.fromEntries(
    unready.map(({ endpoint, deployment, generation }): [string, FailedGeneration] => [
      `${endpoint}/${deployment}`,
      { generation, at: now },
    ]),
  );
  const router = planned.router === undefined || applied ? planned.router : { ...planned.router, attempt: now };
  const names = new Set([...Object.keys(planned.endpoints), ...Object.keys(before.endpoints)]);
  const endpoints = [...names].sort().flatMap((name): [string, DeployedEndpoint][] => {
    const taken = applied || (refused !== undefined && !refused.includes(name));
    const stays = !taken || unready.some(({ endpoint }) => endpoint === name);
    const endpoint = entryOf((stays ? before : planned).endpoints, name);
    return endpoint === undefined ? [] : [[name, endpoint]];
  });
  return {
    version: 1,
    endpoints: Object.fromEntries(endpoints),
    ...(router === undefined ? {} : { router }),
    ...(unready.length === 0 ? {} : { failed }),
  };
}
