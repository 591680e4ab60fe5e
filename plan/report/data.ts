import type { SpecError } from "../../input/documents/errors";
import type { StackCost } from "../cost";
import type { Former } from "../deployed";
import type { EndpointPlan } from "../endpoint-plan";
import type { Ledger } from "../quota";
import type { StackPlan } from "../stack-plan";
import { type EndpointReport, endpointReport } from "./changes";
import { type RouterReport, routerReport } from "./router";

/** What a change does, for the people who decide on it. Plain data; its JSON is read by programs, so its shape has a version. */
export interface ReportData {
  readonly version: 1;
  /** Pulumi stack name. */
  readonly stack: string;
  /** Whether there is something to compare with. `unknown`: everything is shown as new, rightly or not. */
  readonly before: "known" | "nothing" | "unknown";
  /** Not empty: the change is refused. */
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
  /** Those of the files in their order, then those that go. Empty when the files cannot be read. */
  readonly endpoints: readonly EndpointReport[];
  /** Absent when the router goes on. */
  readonly router?: RouterReport;
  readonly ledger?: Ledger;
  readonly cost?: StackCost;
  readonly roles: readonly RolesReport[];
}

/** What the identity of one endpoint may do. */
export interface RolesReport {
  readonly endpoint: string;
  readonly type: "system_assigned" | "user_assigned";
  /** Name of the identity. */
  readonly identity: string;
  /** Given by the platform, without being asked. */
  readonly automatic: readonly RoleOnScope[];
  /** Given by the stack's config. */
  readonly granted: readonly RoleOnScope[];
  readonly missing: readonly RoleOnScope[];
  /** Given by the stack's config, and nothing needs it. */
  readonly unused: readonly RoleOnScope[];
}

export interface RoleOnScope {
  readonly role: string;
  readonly scope: string;
}

/** What is reported on: a plan, as far as it could be made, and what is wrong with it. */
export interface Subject {
  readonly stack: string;
  /** Absent when the files cannot be read. */
  readonly plan?: StackPlan;
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

/** @param former what the last update left */
export function changeReport({ stack, plan, errors, warnings }: Subject, former: Former): ReportData {
  const router = plan === undefined ? undefined : routerReport(former.stack, plan.deployed);
  return {
    version: 1,
    stack,
    before: former.unknown === undefined ? knownBefore(former) : "unknown",
    errors,
    warnings,
    endpoints: plan?.changes.map(endpointReport) ?? [],
    ...(router === undefined ? {} : { router }),
    ledger: plan?.ledger,
    cost: plan?.cost,
    roles: plan?.endpoints.map(rolesOf) ?? [],
  };
}

function knownBefore({ stack }: Former): "known" | "nothing" {
  return Object.keys(stack?.endpoints ?? {}).length === 0 ? "nothing" : "known";
}

function rolesOf({ name, identity }: EndpointPlan): RolesReport {
  const { roleAssignments, missing, unused } = identity;
  const held = (automatic: boolean): RoleOnScope[] =>
    roleAssignments.filter((assignment) => assignment.automatic === automatic).map(onScope);
  return {
    endpoint: name,
    type: identity.type,
    identity: identity.name,
    automatic: held(true),
    granted: held(false),
    missing: missing.map(onScope),
    unused: unused.map(onScope),
  };
}

function onScope({ role, scope }: RoleOnScope): RoleOnScope {
  return { role, scope };
}
