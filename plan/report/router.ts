import type { DeployedRouter, DeployedStack } from "../deployed";

/** A router that is replaced: its callers get no answer between the two, and whatever it is answering is drained before. */
export interface RouterReport {
  /** What the new one is new by. */
  readonly reasons: readonly string[];
}

/** @returns undefined when the router goes on, or is the first */
export function routerReport(before: DeployedStack | undefined, after: DeployedStack): RouterReport | undefined {
  if (before === undefined || Object.keys(before.endpoints).length === 0 || after.router === undefined) {
    return undefined;
  }
  const reasons = reasonsOf(before.router, after.router);
  return reasons.length === 0 ? undefined : { reasons };
}

function reasonsOf(before: DeployedRouter | undefined, after: DeployedRouter): string[] {
  if (before === undefined) {
    return ["an earlier version of this program has made it"];
  }
  return [
    ...(before.key === after.key ? [] : ["its image is new"]),
    ...(before.address === after.address ? [] : [`it listens on ${after.address}, before on ${before.address}`]),
  ];
}

/** In one sentence. */
export function routerWords({ reasons }: RouterReport): string {
  return `replaced, since ${reasons.join(" and ")}: for some seconds no endpoint of this stack answers`;
}
