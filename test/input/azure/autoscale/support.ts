import { type AutoscaleSpec, parseAutoscale } from "../../../../input/azure/autoscale/spec";
import { limits } from "../../../../input/azure/tables/limits";
import { parseYaml } from "../../../../input/documents/document";
import type { SpecError } from "../../../../input/documents/errors";
import { Collector } from "../../../../input/documents/findings";

export interface Outcome {
  readonly specs: readonly AutoscaleSpec[];
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

export function parse(text: string, instancesPerDeployment = limits.instancesPerDeployment): Outcome {
  const found = new Collector();
  const document = found.take(parseYaml("autoscale.yml", text));
  const specs =
    document === undefined ? [] : found.take(parseAutoscale(document, { ...limits, instancesPerDeployment }));
  return { specs, ...found.findings };
}

/** The only setting of a text without faults. */
export function one(text: string): AutoscaleSpec {
  const { specs, errors } = parse(text);
  if (errors.length > 0 || specs.length !== 1) {
    throw new Error(`expected one setting: ${JSON.stringify(errors, null, 1)}`);
  }
  return specs[0]!;
}

/** Line, column, code and path of each fault: what a user needs to find the place. */
export function places(faults: readonly SpecError[]): string[] {
  return faults.map(({ line, column, code, path }) => `${line}:${column} ${code} ${path}`);
}

export const ENDPOINT_ID =
  "/subscriptions/0000/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/onlineEndpoints/Shop";
export const DEPLOYMENT_ID = `${ENDPOINT_ID}/deployments/Blue`;

type Fields = Readonly<Record<string, unknown>>;

/** A rule in Azure's form: out by two when the CPU is busy. */
export function armRule(trigger: Fields = {}, action: Fields = {}): Fields {
  return {
    metricTrigger: {
      metricName: "CpuUtilizationPercentage",
      metricResourceUri: DEPLOYMENT_ID,
      timeGrain: "PT1M",
      statistic: "Average",
      timeWindow: "PT5M",
      timeAggregation: "Last",
      operator: "GreaterThan",
      threshold: 70,
      ...trigger,
    },
    scaleAction: { direction: "Increase", type: "ChangeCount", value: "2", cooldown: "PT1H", ...action },
  };
}

/** Its counterpart: in by one when the CPU is idle. */
export function armRuleIn(trigger: Fields = {}, action: Fields = {}): Fields {
  return armRule({ operator: "LessThan", threshold: 25, ...trigger }, { direction: "Decrease", value: "1", ...action });
}

export function armProfile(fields: Fields = {}): Fields {
  return {
    name: "my-scale-settings",
    capacity: { minimum: "2", maximum: "5", default: "2" },
    rules: [armRule(), armRuleIn()],
    ...fields,
  };
}

/** The `properties` of a setting, as JSON text of several lines, so that places differ. */
export function armText(profiles: readonly Fields[] = [armProfile()], fields: Fields = {}): string {
  return JSON.stringify(
    { name: "shop", enabled: true, targetResourceUri: DEPLOYMENT_ID, profiles, ...fields },
    null,
    2,
  );
}

/** Our own form; `lines` follow after the three numbers. */
export function cliText(...lines: string[]): string {
  return ["min: 2", "max: 5", "count: 2", ...lines].join("\n");
}
