import type { DeployedDeployment } from "./deployed";
import type { DemandChange } from "./quota/surge";

/** What a change does to a deployment. At least one of the two is there. */
export function deploymentChange(before?: DeployedDeployment, after?: DeployedDeployment): DemandChange {
  if (before === undefined) {
    return "new";
  }
  if (after === undefined) {
    return "removed";
  }
  // Two instance types may have the same share of the host, and so one generation; on Azure they are different machines.
  const moved =
    before.instanceType.toLowerCase() !== after.instanceType.toLowerCase() || before.sharedQuota !== after.sharedQuota;
  if (moved || before.generation !== after.generation) {
    return "replaced";
  }
  return before.instances === after.instances ? "unchanged" : "scaled";
}
