import { type SpecError, SpecErrors } from "../input/documents/errors";
import { Collector, type Result } from "../input/documents/findings";
import { withoutAbsent } from "../input/documents/plain";
import type { EndpointEntry, StackSpec } from "../input/stack/spec";
import { type EndpointChange, type FileOrder, stackChanges } from "./changes";
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
  /** What changes on the way there: ledger, cost and report read it. */
  readonly changes: readonly EndpointChange[];
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
  const found = new Collector();
  found.add({ warnings: [...spec.warnings, ...target.warnings(spec, context)] });
  const access = found.take(planAccess(spec, context));
  const endpoints = spec.endpoints.map((entry) =>
    found.take(planEndpoint(entry, access, { stack: spec, context, target })),
  );
  const environments = distinctEnvironments(endpoints);
  const router = planRouter(spec.config, context);
  const deployed = deployedStack(standingEndpoints(spec, endpoints), context, {
    key: router.key,
    address: target.routerAddress(spec.config),
  });
  const changes = stackChanges(fileOrder(spec), context.deployed, deployed);
  const { ledger, lasting } = found.take(planQuota(spec, context, changes));
  found.add({ warnings: priceWarnings(spec) });
  const errors = found.findings.errors.map(withoutAbsent);
  const warnings = withoutRepeats(found.findings.warnings).map(withoutAbsent);
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
    cost: stackCost(spec, changes),
    deployed,
    changes,
    warnings,
    target: target.plan({ endpoints, environments, router }, spec, context),
  };
  return { plan, errors, warnings };
}

function fileOrder({ endpoints }: StackSpec): FileOrder {
  return endpoints.map(({ endpoint, deployments }) => ({
    endpoint: endpoint.name,
    deployments: deployments.map(({ name }) => name),
  }));
}

/** What is said of an image need not be said of every deployment that has it. */
function withoutRepeats(warnings: readonly SpecError[]): readonly SpecError[] {
  const said = new Set<string | undefined>();
  return warnings.filter(({ code, value }) => {
    const repeated = code === "ImageSubstituted" && said.has(value);
    said.add(value);
    return !repeated;
  });
}

/** Each once: deployments that ask for the same packages share one. */
function distinctEnvironments(endpoints: readonly EndpointPlan[]): EnvironmentPlan[] {
  const all = endpoints.flatMap(({ deployments }) => deployments.map(({ serving }) => serving.image.environment));
  return [...new Map(all.map((environment) => [environment.key, environment])).values()];
}

function planQuota(spec: StackSpec, { capacity }: PlanContext, changes: readonly EndpointChange[]): Result<QuotaCheck> {
  const check = checkQuota(spec, { changes, host: capacity });
  const enforced = spec.config.quota.enforcement === "mandatory";
  const found = new Collector();
  found.add(check);
  found.add({ [enforced ? "errors" : "warnings"]: check.violations });
  return found.result(check);
}

/** Who may do what, and what that lets into the containers. */
interface Access {
  /** By endpoint. */
  readonly identities: ReadonlyMap<string, IdentityPlan>;
  /** By `<endpoint>/<deployment>`. */
  readonly variables: ReadonlyMap<string, ContainerVariables>;
}

function planAccess(spec: StackSpec, context: PlanContext): Result<Access> {
  const found = new Collector();
  const identities = found.take(planIdentities(spec));
  return found.result({ identities, variables: found.take(planVariables(spec, context.stack, identities)) });
}

/** Quota errors carry the ledger: without it nobody knows which deployment to shrink. */
class OutOfQuota extends SpecErrors {
  constructor(errors: readonly SpecError[], ledger: Ledger) {
    super(errors);
    this.message = `${this.message}\n${formatLedger(ledger)}`;
    this.stack = this.message;
  }
}

function planEndpoint(entry: EndpointEntry, access: Access, around: Surroundings): Result<EndpointPlan> {
  const { endpoint } = entry;
  const { stack, context, target } = around;
  const found = new Collector();
  found.add({ errors: target.endpointRefusals(endpoint) });
  const runnable = entry.deployments.filter((deployment) => {
    const errors = target.deploymentRefusals(deployment);
    found.add({ errors });
    return errors.length === 0;
  });
  return found.result({
    name: endpoint.name,
    spec: endpoint,
    tags: endpoint.tags,
    authMode: "key",
    traffic: Object.fromEntries(Object.entries(endpoint.traffic).filter(([, percent]) => percent > 0)),
    scoringUri: target.scoringUri(endpoint.name, stack.config),
    identity: access.identities.get(endpoint.name)!,
    deployments: runnable.map((deployment) => {
      const serving = found.take(servingKindOf(deployment).plan(deployment, stack, context));
      const variables = access.variables.get(`${endpoint.name}/${deployment.name}`)!;
      return planDeployment(entry, deployment, serving, variables, around);
    }),
  });
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
