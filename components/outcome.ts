import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../plan/deployed";
import { ownerOf } from "../plan/endpoint-plan";
import { deployedAfter, type UpdateOutcome } from "../plan/outcome";
import type { OnlineDeployment } from "./deployment";
import type { Application, Readiness } from "./platform";

/** How an update went, and what there is to say of it. */
export interface Outcome extends UpdateOutcome {
  /** One for each deployment that did not become ready, then that of the router. Empty when all went well. */
  readonly failures: readonly string[];
}

/** Endpoints of which a deployment did not become ready, sorted. */
export function unreadyEndpoints(
  deployments: readonly OnlineDeployment[],
  readiness: readonly Readiness[],
): readonly string[] {
  const names = deployments.filter((_, index) => readiness[index]?.ready === false).map(({ plan }) => plan.endpoint);
  return [...new Set(names)].sort();
}

/** Known when all deployments are ready or not, and the router has taken over what it got or not. Never fails. */
export function outcomeOf(
  deployments: readonly OnlineDeployment[],
  application: pulumi.Output<Application>,
  now: string,
): pulumi.Output<Outcome> {
  const readiness = pulumi.all(deployments.map((deployment) => deployment.readiness));
  return pulumi.all([readiness, application]).apply(([all, applied]) => ({
    unready: deployments.filter((_, index) => all[index]?.ready === false).map(({ plan }) => ownerOf(plan)),
    applied: applied.applied,
    ...(applied.applied || applied.refused === undefined ? {} : { refused: applied.refused }),
    now,
    failures: [...all.flatMap((one) => (one.ready ? [] : one.reason)), ...(applied.applied ? [] : [applied.reason])],
  }));
}

/** What stands when this update is over. In a preview, what shall stand, so that it can show how that changes. */
export function deployedOutput(
  outcome: pulumi.Output<Outcome>,
  before: DeployedStack | undefined,
  planned: DeployedStack,
): pulumi.Output<DeployedStack> {
  return pulumi.runtime.isDryRun()
    ? pulumi.output(planned)
    : outcome.apply((result) => deployedAfter(before, planned, result));
}

/** Fails an update that has not brought all that was planned; all that could be brought, is. */
export function failUnlessComplete(outcome: pulumi.Output<Outcome>): void {
  if (pulumi.runtime.isDryRun()) {
    return;
  }
  outcome.apply(({ failures }) => {
    if (failures.length > 0) {
      throw failure(failures.join("\n\n"));
    }
  });
}

/** A list of our own stack frames under the message would help nobody; the SDK prints `stack` for late errors. */
function failure(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}
