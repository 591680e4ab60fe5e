import * as pulumi from "@pulumi/pulumi";
import { type Former, parseDeployed } from "../plan/deployed";

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
