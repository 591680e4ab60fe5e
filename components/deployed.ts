import * as pulumi from "@pulumi/pulumi";
import { type Former, parseDeployed } from "../plan/deployed";

/**
 * What the last update left. The engine itself answers, out of the state that it has: it takes no resource.
 *
 * @param output name of the output under which the program exports `deployed` of its InferenceStack
 */
export async function readDeployed(output = "deployed"): Promise<Former> {
  const name = [pulumi.getOrganization(), pulumi.getProject(), pulumi.getStack()].join("/");
  try {
    const { outputs } = (await pulumi.runtime.invoke("pulumi:pulumi:readStackOutputs", { name })) as {
      readonly outputs?: Readonly<Record<string, unknown>>;
    };
    return parseDeployed(outputs?.[output]);
  } catch (error) {
    // A report that cannot say what was there before is still a report.
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
