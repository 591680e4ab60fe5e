import { appendFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { readStack } from "../input/stack/load";
import type { PlanContext } from "../plan/plan-context";
import { changeReport, type ReportData } from "../plan/report/data";
import { formatText } from "../plan/report/text";
import { count } from "../plan/report/words";
import { examineStack, type StackPlan } from "../plan/stack-plan";
import { routerRecipe } from "../router/recipe";
import { localImages } from "../scoring-image/local-images";
import { deploymentRecipe, environmentRecipe } from "../scoring-image/recipe";
import type { InferenceStackArgs } from "./args";
import { transformedOf } from "./platforms";

/**
 * Reads a stack's files, decides what must exist, and tells what changes before anything is touched.
 *
 * @param name of the InferenceStack
 * @throws pulumi.RunError with every fault of every file, or of the change
 */
export function prepareStack(name: string, args: InferenceStackArgs): StackPlan {
  const { before = {}, capacity, transform = {}, configFile, ...config } = args;
  const values = Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined));
  const { spec, ...read } = readStack({ file: configFile ?? `InferenceStack ${name}`, values });
  const context: PlanContext = {
    stack: stackId(name),
    localImages: localImages(),
    recipes: {
      environment: environmentRecipe().digest,
      deployment: deploymentRecipe().digest,
      router: routerRecipe(),
    },
    transformed: transformedOf(transform),
    deployed: before.stack,
    now: new Date().toISOString(),
    capacity,
  };
  const examined = spec === undefined || read.errors.length > 0 ? read : examineStack(spec, context);
  const plan = "plan" in examined ? examined.plan : undefined;
  const report = changeReport({ stack: context.stack, ...examined, plan }, before);
  if (plan === undefined || report.errors.length > 0) {
    throw refusal(report);
  }
  tell(report);
  return plan;
}

/** Name of a stack on its target: the Pulumi stack's own, or both where a program gives it another name. */
function stackId(name: string): string {
  const stack = pulumi.getStack();
  return name === stack ? name : `${stack}.${name}`;
}

/** The report has them all; a stack trace into our code would help nobody. */
function refusal(report: ReportData): pulumi.RunError {
  const codes = [...new Set(report.errors.map(({ code }) => code))].join(", ");
  const short = `nothing is changed: ${count(report.errors.length, "error")} (${codes})`;
  return new pulumi.RunError(handedOver(report) ? short : `${formatText(report)}\n${short}`);
}

function tell(report: ReportData): void {
  if (!handedOver(report)) {
    void pulumi.log.info(formatText(report));
  }
}

/** `operations/` names a file for the reports of this run, one a line, and shows them before the engine's own diff. */
function handedOver(report: ReportData): boolean {
  const file = process.env["MLENDPOINTS_REPORT"];
  if (file === undefined) {
    return false;
  }
  appendFileSync(file, `${JSON.stringify(report)}\n`);
  return true;
}
