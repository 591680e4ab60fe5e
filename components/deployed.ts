import * as pulumi from "@pulumi/pulumi";
import { type DeployedStack, type Former, parseDeployed } from "../plan/deployed";

/** What stands before the first update. */
const NOTHING: DeployedStack = { version: 1, endpoints: {} };

/** What the last update of this stack left. The engine itself answers, out of the state that it has: it takes no resource. */
export async function readDeployed(): Promise<Former> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  try {
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      readonly outputs?: { readonly deployed?: unknown };
    };
    let unknown: string | undefined;
    const stack = parseDeployed(outputs?.deployed, (why) => {
      unknown = why;
    });
    return { stack, unknown };
  } catch (error) {
    // A report that cannot say what was there before is still a report.
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * What stands when this update is over: what it brings once all conditions hold, what was there before when one of them fails
 * or does not hold. Never fails itself.
 *
 * @param conditions what takes the update into service: gates, then the router
 */
export function deployedOutput(
  conditions: readonly pulumi.Output<boolean>[],
  after: DeployedStack,
  before: DeployedStack = NOTHING,
): pulumi.Output<DeployedStack> {
  if (pulumi.runtime.isDryRun()) {
    // Known now, so that the preview can show how it changes.
    return pulumi.output(after);
  }
  return pulumi.output(
    Promise.all(conditions.map(promiseOf)).then(
      (held) => (held.every((one) => one) ? after : before),
      () => before,
    ),
  );
}

/** `apply` is never called for an output that failed; only the promise behind it tells of that. */
function promiseOf(output: pulumi.Output<boolean>): Promise<boolean> {
  return (output as unknown as { promise(): Promise<boolean> }).promise();
}
