import type { SpecError } from "../../input/documents/errors";
import { stackChanges } from "../../plan/changes";
import type { DeployedDeployment, DeployedEndpoint, DeployedStack } from "../../plan/deployed";
import { type Change, type EndpointReport, endpointReport } from "../../plan/report/changes";
import type { ReportData } from "../../plan/report/data";
import { formatText } from "../../plan/report/text";
import { correct } from "../fixtures/stack";
import { NOW } from "./change";

export const BLUE = correct("app/blue.yml");
export const ENTRY = { file: "../app/endpoint.yml", deployments: ["../app/blue.yml", "../app/green.yml"] };

/** One section of the report in text, without its title. */
export function section(report: ReportData, title: string): string {
  const parts = formatText(report).split("\n\n");
  const at = parts.findIndex((part) => part.startsWith(`${title}\n`));
  return at < 0 ? "" : parts[at]!.slice(title.length + 1);
}

export const endpointsOf = (report: ReportData): string => section(report, "ENDPOINTS");

export const error = (own: Partial<SpecError> = {}): SpecError => ({
  code: "OutOfQuota",
  file: "stacks/Pulumi.test.yaml",
  line: 3,
  column: 5,
  path: "quota.total",
  message: "the stack needs more",
  hint: "raise it",
  ...own,
});

export function standing(own: Partial<DeployedDeployment> = {}): DeployedDeployment {
  const machine = { instanceType: "STANDARD_DS3_V2", instances: 1, maxInstances: 1, sharedQuota: false };
  return { generation: "g1", since: NOW, ...machine, ...own };
}

export function shop(own: Partial<DeployedEndpoint> = {}): DeployedStack {
  const common = { since: NOW, authMode: "key", publicNetworkAccess: true, scoringUri: "http://shop" };
  const traffic = { traffic: { blue: 100 }, mirrorTraffic: {}, deployments: { blue: standing() } };
  return { version: 1, endpoints: { shop: { ...common, ...traffic, ...own } } };
}

/** @param names endpoints of the files, in their order */
export function endpointReports(
  names: readonly string[],
  before: DeployedStack | undefined,
  after: DeployedStack,
): EndpointReport[] {
  const order = names.map((endpoint) => ({ endpoint, deployments: [] }));
  return stackChanges(order, before, after).map(endpointReport);
}

export function changesOf(before: DeployedStack | undefined, after: DeployedStack): readonly Change[] {
  return endpointReports(Object.keys(after.endpoints), before, after)[0]!.changes;
}
