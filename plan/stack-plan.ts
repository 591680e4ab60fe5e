import { type SpecError, SpecErrors } from "../input/documents/errors";
import type { Findings } from "../input/documents/findings";
import { withoutAbsent } from "../input/documents/plain";
import type { EndpointEntry, StackSpec } from "../input/stack/spec";
import { priceWarnings, type StackCost, stackCost } from "./cost";
import { type DeployedStack, deployedStack } from "./deployed";
import type { EndpointPlan } from "./endpoint-plan";
import { type IdentityPlan, planIdentities } from "./identity";
import type { PlanContext } from "./plan-context";
import { planDeployment, type Surroundings } from "./plan-deployment";
import { checkQuota, formatLedger, type LastingLedger, type Ledger, type QuotaCheck } from "./quota";
import { planRouter, type RouterPlan } from "./router-plan";
import type { EndpointRoutes, RoutingTable } from "./routing-table";
import { type ContainerVariables, planVariables } from "./secrets";
import { servingKindOf } from "./serving";
import type { EnvironmentPlan } from "./serving/kind";
import { standingEndpoints } from "./standing";
import type { Target } from "./target";
import { type TargetPlan, targetOf } from "./targets";

/** Request bodies above this are answered 413. Azure publishes no figure: this one is ours. */
const PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024;

/** Everything that must exist because of a stack's files. Plain data: components only carry it out. */
export interface StackPlan {
  /** Name of the stack on its target. */
  readonly stack: string;
  /** ISO time of this run. */
  readonly now: string;
  readonly production: boolean;
  readonly ledger: Ledger;
  /** The part of the ledger that policies see. */
  readonly quota: LastingLedger;
  readonly environments: readonly EnvironmentPlan[];
  readonly endpoints: readonly EndpointPlan[];
  readonly router: RouterPlan;
  readonly routing: RoutingTable;
  readonly cost: StackCost;
  /** What stands after this change. */
  readonly deployed: DeployedStack;
  readonly warnings: readonly SpecError[];
  /** Names, addresses and sizes on the stack's target. */
  readonly target: TargetPlan;
}

/** A plan with what is wrong with it. */
export interface Examination {
  /** As far as it could be made: with errors, it may lack deployments that the target cannot run. */
  readonly plan: StackPlan;
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

/**
 * Decides what must exist.
 *
 * @throws SpecErrors `OutOfQuota` with the ledger, when an account is overdrawn and the stack enforces its quota
 */
export function planStack(spec: StackSpec, context: PlanContext): StackPlan {
  const { plan, errors } = examineStack(spec, context);
  if (errors.length > 0) {
    throw errors.some(({ code }) => code === "OutOfQuota")
      ? new OutOfQuota(errors, plan.ledger)
      : new SpecErrors(errors);
  }
  return plan;
}

/** Decides the same, and gives what it decided together with what is wrong: for whoever shows both. */
export function examineStack(spec: StackSpec, context: PlanContext): Examination {
  const target = targetOf(spec.config);
  const findings: Findings = { errors: [], warnings: [...spec.warnings, ...target.warnings(spec, context)] };
  const access = planAccess(spec, context, findings);
  const endpoints = spec.endpoints.map((entry) =>
    planEndpoint(entry, access, { stack: spec, context, target }, findings),
  );
  const environments = distinctEnvironments(endpoints);
  const router = planRouter(spec.config, context);
  const deployed = deployedStack(standingEndpoints(spec, endpoints), context, {
    key: router.key,
    address: target.routerAddress(spec.config),
  });
  const { ledger, lasting } = planQuota(spec, context, deployed, findings);
  findings.warnings.push(...priceWarnings(spec));
  const [errors, warnings] = [findings.errors.map(withoutAbsent), findings.warnings.map(withoutAbsent)];
  const plan: StackPlan = {
    stack: context.stack,
    now: context.now,
    production: spec.config.production,
    ledger,
    quota: lasting,
    environments,
    endpoints,
    router,
    routing: {
      stack: context.stack,
      domain: spec.config.router.domain,
      endpoints: endpoints.map(endpointRoutes).sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
    cost: stackCost(spec, context.deployed, deployed),
    deployed,
    warnings,
    target: target.plan({ endpoints, environments, router }, spec, context),
  };
  return { plan, errors, warnings };
}

/** Each once: deployments that ask for the same packages share one. */
function distinctEnvironments(endpoints: readonly EndpointPlan[]): EnvironmentPlan[] {
  const all = endpoints.flatMap(({ deployments }) => deployments.map(({ serving }) => serving.image.environment));
  return [...new Map(all.map((environment) => [environment.key, environment])).values()];
}

function planQuota(
  spec: StackSpec,
  { deployed, capacity }: PlanContext,
  after: DeployedStack,
  findings: Findings,
): QuotaCheck {
  const generations = new Map(
    Object.entries(after.endpoints).flatMap(([endpoint, { deployments }]) =>
      Object.entries(deployments).map(([name, { generation }]): [string, string] => [
        `${endpoint}/${name}`,
        generation,
      ]),
    ),
  );
  const check = checkQuota(spec, { deployed, generations, host: capacity });
  const enforced = spec.config.quota.enforcement === "mandatory";
  findings.errors.push(...check.errors);
  findings[enforced ? "errors" : "warnings"].push(...check.violations);
  findings.warnings.push(...check.warnings);
  return check;
}

/** Who may do what, and what that lets into the containers. */
interface Access {
  /** By endpoint. */
  readonly identities: ReadonlyMap<string, IdentityPlan>;
  /** By `<endpoint>/<deployment>`. */
  readonly variables: ReadonlyMap<string, ContainerVariables>;
}

function planAccess(spec: StackSpec, context: PlanContext, findings: Findings): Access {
  const identities = planIdentities(spec, findings);
  return { identities, variables: planVariables(spec, context.stack, identities, findings) };
}

/** Quota errors carry the ledger: without it nobody knows which deployment to shrink. */
class OutOfQuota extends SpecErrors {
  constructor(errors: readonly SpecError[], ledger: Ledger) {
    super(errors);
    this.message = `${this.message}\n${formatLedger(ledger)}`;
    this.stack = this.message;
  }
}

function planEndpoint(
  entry: EndpointEntry,
  access: Access,
  around: Surroundings & { readonly target: Target<TargetPlan> },
  findings: Findings,
): EndpointPlan {
  const { endpoint } = entry;
  const { stack, context, target } = around;
  findings.errors.push(...target.endpointRefusals(endpoint));
  const runnable = entry.deployments.filter((deployment) => {
    const refusals = target.deploymentRefusals(deployment);
    findings.errors.push(...refusals);
    return refusals.length === 0;
  });
  return {
    name: endpoint.name,
    spec: endpoint,
    tags: endpoint.tags,
    authMode: "key",
    traffic: Object.fromEntries(Object.entries(endpoint.traffic).filter(([, percent]) => percent > 0)),
    scoringUri: target.scoringUri(endpoint.name, stack.config),
    identity: access.identities.get(endpoint.name)!,
    deployments: runnable.map((deployment) => {
      const { serving, errors, warnings } = servingKindOf(deployment).plan(deployment, stack, context);
      findings.errors.push(...errors);
      findings.warnings.push(...warnings.filter((warning) => !isSaid(warning, findings.warnings)));
      const variables = access.variables.get(`${endpoint.name}/${deployment.name}`)!;
      return planDeployment(entry, deployment, serving, variables, around);
    }),
  };
}

/** What is said of an image need not be said of every deployment that has it. */
function isSaid({ code, value }: SpecError, warnings: readonly SpecError[]): boolean {
  return code === "ImageSubstituted" && warnings.some((other) => other.code === code && other.value === value);
}

function endpointRoutes(endpoint: EndpointPlan): EndpointRoutes {
  return {
    name: endpoint.name,
    kind: "managed",
    auth: { mode: endpoint.authMode },
    deployments: endpoint.deployments.map((deployment) => deployment.route).sort((a, b) => (a.name < b.name ? -1 : 1)),
    traffic: endpoint.traffic,
    payloadLimitBytes: PAYLOAD_LIMIT_BYTES,
  };
}
