import * as pulumi from "@pulumi/pulumi";
import { readDeployed } from "./components/deployed";
import { planContext } from "./components/plan-context";
import { InferenceStack } from "./components/stack";
import { stackSource } from "./components/stack-source";
import { readStack } from "./input/stack/load";
import { changeReport } from "./plan/report/data";
import { formatText } from "./plan/report/text";
import { count } from "./plan/report/words";
import { examineStack } from "./plan/stack-plan";

const stack = deploy();

/** Address of each endpoint. */
export const scoringUris = stack.then(({ scoringUris }) => scoringUris);

/** The two keys of each endpoint; secret. */
export const keys = stack.then(({ keys }) => keys);

/** What stands: the next run compares with it. */
export const deployed = stack.then(({ deployed }) => deployed);

/** Tells what changes, and what is wrong, before anything is touched. */
async function deploy(): Promise<InferenceStack> {
  const name = pulumi.getStack();
  const before = await readDeployed();
  if (before.unknown !== undefined) {
    await pulumi.log.warn(`what is deployed is not known, so that all counts as new: ${before.unknown}`);
  }
  const { spec, ...read } = readStack(stackSource());
  const examined =
    spec === undefined || read.errors.length > 0
      ? read
      : examineStack(spec, await planContext(spec.config, before.stack));
  const plan = "plan" in examined ? examined.plan : undefined;
  const report = changeReport({ stack: name, ...examined, plan }, before);
  const failed = plan === undefined || report.errors.length > 0;
  await pulumi.log.info(alreadyShown() && !failed ? headline(formatText(report)) : formatText(report));
  if (failed) {
    const codes = [...new Set(report.errors.map(({ code }) => code))].join(", ");
    // The report has them all; a stack trace into our code would help nobody.
    throw new pulumi.RunError(`nothing is changed: ${count(report.errors.length, "error")}, see the report (${codes})`);
  }
  return new InferenceStack(name, { plan, before: before.stack });
}

/** `make preview` and `make up` have printed the report before they started the engine, which shows its own diff first. */
function alreadyShown(): boolean {
  return process.env["MLENDPOINTS_REPORT"] === "shown";
}

function headline(text: string): string {
  return text.split("\n", 1).join("");
}
