import * as pulumi from "@pulumi/pulumi";
import { planContext } from "./components/plan-context";
import { InferenceStack } from "./components/stack";
import { stackSource } from "./components/stack-source";
import { formatLedger } from "./plan/quota";
import { planStack, type StackPlan } from "./plan/stack-plan";
import { formatError, SpecErrors } from "./spec/errors";
import { loadStack } from "./spec/stack/load";

const plan = planOrExplain();
for (const warning of plan.warnings) {
  pulumi.log.warn(formatError(warning));
}
if (pulumi.runtime.isDryRun()) {
  pulumi.log.info(`quota:\n${formatLedger(plan.ledger)}`);
}
const stack = new InferenceStack(plan.stack, { plan });

/** Address of each endpoint. */
export const scoringUris = stack.scoringUris;

/** The two keys of each endpoint; secret. */
export const keys = stack.keys;

function planOrExplain(): StackPlan {
  try {
    return planStack(loadStack(stackSource()), planContext());
  } catch (error) {
    // The list of what is wrong is all that helps; a stack trace into our code does not.
    throw error instanceof SpecErrors ? new pulumi.RunError(error.message) : error;
  }
}
