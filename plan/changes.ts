import { type DeployedDeployment, type DeployedEndpoint, type DeployedStack, entryOf } from "./deployed";
import { changedParts } from "./generation-parts";

/** What an update does to a deployment. */
export type ChangeKind = "new" | "removed" | "replaced" | "scaled" | "unchanged";

/** A deployment before an update and after it. One of the two is there at least. */
export interface DeploymentChange {
  readonly deployment: string;
  readonly change: ChangeKind;
  readonly before?: DeployedDeployment;
  readonly after?: DeployedDeployment;
  /** What of a replaced generation is new: `model`, `code`, … Absent when nobody knows, and when nothing is. */
  readonly parts?: readonly string[];
}

/** An endpoint before an update and after it. One of the two is there at least. */
export interface EndpointChange {
  readonly endpoint: string;
  readonly before?: DeployedEndpoint;
  readonly after?: DeployedEndpoint;
  /** Those of the files in their order, then those that go. */
  readonly deployments: readonly DeploymentChange[];
}

/** The endpoints of the files with their deployments, in their order. */
export type FileOrder = readonly { readonly endpoint: string; readonly deployments: readonly string[] }[];

/**
 * What an update changes: found out here alone, and read by the quota ledger, the cost and the report.
 *
 * @returns endpoints of the files in their order, then those that go
 */
export function stackChanges(
  order: FileOrder,
  before: DeployedStack | undefined,
  after: DeployedStack,
): EndpointChange[] {
  const inFiles = new Map(order.map(({ endpoint, deployments }) => [endpoint, deployments]));
  const names = new Set([...inFiles.keys(), ...Object.keys(after.endpoints), ...Object.keys(before?.endpoints ?? {})]);
  return [...names].map((endpoint) => {
    const [former, next] = [entryOf(before?.endpoints, endpoint), entryOf(after.endpoints, endpoint)];
    return {
      endpoint,
      ...(former === undefined ? {} : { before: former }),
      ...(next === undefined ? {} : { after: next }),
      deployments: deploymentChanges(inFiles.get(endpoint) ?? [], former, next),
    };
  });
}

function deploymentChanges(
  order: readonly string[],
  former: DeployedEndpoint | undefined,
  next: DeployedEndpoint | undefined,
): DeploymentChange[] {
  const names = [...order, ...Object.keys(next?.deployments ?? {}), ...Object.keys(former?.deployments ?? {})];
  return [...new Set(names)].map((deployment) => {
    const [before, after] = [entryOf(former?.deployments, deployment), entryOf(next?.deployments, deployment)];
    const parts = before?.generation === after?.generation ? undefined : changedParts(before?.parts, after?.parts);
    return {
      deployment,
      change: changeOf(before, after),
      ...(before === undefined ? {} : { before }),
      ...(after === undefined ? {} : { after }),
      ...(parts === undefined ? {} : { parts }),
    };
  });
}

/** What a change does to a deployment. At least one of the two is there. */
export function changeOf(before?: DeployedDeployment, after?: DeployedDeployment): ChangeKind {
  if (before === undefined) {
    return "new";
  }
  if (after === undefined) {
    return "removed";
  }
  // With sizing by shares, two sizes of as many cores are one generation. On Azure another size is another machine, and
  // another account when the family differs: both are held.
  const moved =
    before.instanceType.toLowerCase() !== after.instanceType.toLowerCase() || before.sharedQuota !== after.sharedQuota;
  if (moved || before.generation !== after.generation) {
    return "replaced";
  }
  return before.instances === after.instances ? "unchanged" : "scaled";
}
