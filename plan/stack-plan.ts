import { type SpecError, SpecErrors } from "../input/documents/errors";
import type { Findings } from "../input/documents/findings";
import type { EndpointEntry, EndpointSpec, StackSpec } from "../input/stack/spec";
import { priceWarnings, type StackCost, stackCost } from "./cost";
import { type DeployedStack, deployedStack } from "./deployed";
import { type DeploymentImage, planDeploymentImage } from "./deployment-image";
import { dockerRefusals, isRunnable, type RunnableDeployment } from "./docker-support";
import { contentHash } from "./hash";
import { type IdentityPlan, planIdentities } from "./identity";
import { applyMap, type ImageMap, isWithinReach, resolveBaseImage } from "./images";
import { type PythonEnvironment, planPythonEnvironment } from "./python-environment";
import { checkQuota, formatLedger, type LastingLedger, type Ledger, type QuotaCheck } from "./quota";
import type { DeploymentRoute, EndpointRoutes, RoutingTable } from "./routing-table";
import { type ContainerVariables, planVariables } from "./secrets";
import { type ContainerSize, containerSize } from "./sizes";
import { standingEndpoints } from "./standing";

/** What the plan needs to know besides the stack's files. */
export interface PlanContext {
  /** Pulumi stack name. */
  readonly stack: string;
  /** Local copies of public images; empty where public images can be pulled. */
  readonly localImages: ImageMap;
  /** Content hashes of the image recipes: another recipe is another image. */
  readonly recipes: { readonly environment: string; readonly deployment: string; readonly router: string };
  /** What the last update left; absent when there was none. */
  readonly deployed?: DeployedStack;
  /** ISO time of this run. */
  readonly now: string;
  /** What the Docker host has, where it was asked. */
  readonly capacity?: { readonly cores?: number; readonly memoryGib?: number };
}

/** Everything that must exist because of a stack's files. Plain data: components only carry it out. */
export interface StackPlan {
  readonly stack: string;
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
}

/** A plan with what is wrong with it. */
export interface Examination {
  /** As far as it could be made: with errors, it may lack deployments that the target cannot run. */
  readonly plan: StackPlan;
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

/** An image with an interpreter and packages, shared by all deployments that ask for the same. */
export interface EnvironmentPlan {
  readonly key: string;
  readonly image: string;
  readonly base: string;
  readonly python: PythonEnvironment;
}

export interface EndpointPlan {
  readonly name: string;
  readonly spec: EndpointSpec;
  readonly tags: Readonly<Record<string, string>>;
  readonly authMode: "key";
  readonly traffic: Readonly<Record<string, number>>;
  readonly scoringUri: string;
  readonly identity: IdentityPlan;
  readonly deployments: readonly DeploymentPlan[];
}

export interface DeploymentPlan {
  readonly endpoint: string;
  readonly name: string;
  readonly spec: RunnableDeployment;
  /** Environment variables of its containers; the values of references are hidden until they are revealed. */
  readonly variables: ContainerVariables;
  /** Content hash of what an instance runs; a change of it is a new generation beside the old one. */
  readonly generation: string;
  readonly environment: EnvironmentPlan;
  /** Image with code and model on top of the environment, and the layout of what goes into it. */
  readonly image: string;
  readonly layout: DeploymentImage;
  readonly size: ContainerSize;
  readonly instances: readonly InstancePlan[];
  readonly route: DeploymentRoute;
}

export interface InstancePlan {
  /** Container name, unique on the host. */
  readonly name: string;
  /** Name that the router finds it by. */
  readonly host: string;
}

export interface RouterPlan {
  /** Content hash of all that its image is made of. */
  readonly key: string;
  readonly image: string;
  readonly base: string;
  readonly envoy: string;
  readonly host: string;
  readonly port: number;
  readonly domain: string;
}

/** Port of the inference server inside its container (how-to-inference-server-http). */
export const SCORING_PORT = 5001;

/**
 * Version of the way a container is made, besides what the plan says: a container is only ever replaced as part of a new
 * generation, so whoever changes components/docker/instances.ts counts this up (a test holds the two together).
 */
const CONTAINER_RECIPE = 1;

/** Python of the router's own small programs. */
const ROUTER_PYTHON = "3.12";

export const ENVOY_IMAGE = "envoyproxy/envoy:v1.40.0";

/** Request bodies above this are answered 413. Azure publishes no figure: this one is ours. */
const PAYLOAD_LIMIT_BYTES = 10 * 1024 * 1024;

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
  const findings: Findings = { errors: [], warnings: [...spec.warnings] };
  const environments = new Map<string, EnvironmentPlan>();
  const access = planAccess(spec, context, findings);
  const endpoints = spec.endpoints.map((entry) => planEndpoint(entry, spec, context, access, environments, findings));
  const recipe = [CONTAINER_RECIPE, context.recipes.deployment];
  const deployed = deployedStack(standingEndpoints(spec, endpoints, recipe), context);
  const { ledger, lasting } = planQuota(spec, context, deployed, findings);
  findings.warnings.push(...priceWarnings(spec));
  const plan = {
    stack: context.stack,
    production: spec.config.production,
    ledger,
    quota: lasting,
    environments: [...environments.values()],
    endpoints,
    router: planRouter(spec, context),
    routing: {
      stack: context.stack,
      domain: spec.config.router.domain,
      endpoints: endpoints.map(endpointRoutes).sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
    cost: stackCost(spec, context.deployed, deployed),
    deployed,
    warnings: findings.warnings,
  };
  return { plan, errors: findings.errors, warnings: findings.warnings };
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
  spec: StackSpec,
  context: PlanContext,
  access: Access,
  environments: Map<string, EnvironmentPlan>,
  findings: Findings,
): EndpointPlan {
  const { endpoint } = entry;
  findings.errors.push(...dockerRefusals(entry));
  return {
    name: endpoint.name,
    spec: endpoint,
    tags: endpoint.tags,
    authMode: "key",
    traffic: Object.fromEntries(Object.entries(endpoint.traffic).filter(([, percent]) => percent > 0)),
    scoringUri: scoringUri(endpoint.name, spec),
    identity: access.identities.get(endpoint.name)!,
    deployments: entry.deployments.filter(isRunnable).map((deployment) => {
      const environment = planEnvironment(deployment, spec, context, findings);
      environments.set(environment.key, environments.get(environment.key) ?? environment);
      const variables = access.variables.get(`${endpoint.name}/${deployment.name}`)!;
      return planDeployment(endpoint.name, deployment, environment, variables, spec, context);
    }),
  };
}

function planEnvironment(
  deployment: RunnableDeployment,
  spec: StackSpec,
  context: PlanContext,
  findings: Findings,
): EnvironmentPlan {
  const { image, conda, lock } = deployment.environment;
  const base = resolveBaseImage(image, conda.pythonMinor, spec.config.images, context.localImages);
  const place = { ...deployment.at(["environment", "image"]), path: "environment.image" };
  const said = findings.warnings.some(({ code, value }) => code === "ImageSubstituted" && value === base.insteadOf);
  if (base.insteadOf !== undefined && !said) {
    findings.warnings.push({
      ...place,
      code: "ImageSubstituted",
      message: `the environment is built on ${base.name} instead`,
      value: base.insteadOf,
      hint: "to choose another base, map the name under mlendpoints:images",
    });
  }
  if (!isWithinReach(base.name, context.localImages)) {
    findings.errors.push({
      ...place,
      code: "ImageBuildFailure",
      message: `there is no base image for Python ${conda.pythonMinor}: this machine works with local copies of images and has none of it`,
      value: base.name,
      allowed: Object.keys(context.localImages).join(", "),
      hint: `npx tsx engine/ensure.ts --python ${conda.pythonMinor}`,
    });
  }
  const python = planPythonEnvironment(conda, { base: base.name, lock, recipe: context.recipes.environment });
  return { key: python.key, image: `mlendpoints/environment:${python.key}`, base: base.name, python };
}

function planDeployment(
  endpoint: string,
  spec: RunnableDeployment,
  environment: EnvironmentPlan,
  variables: ContainerVariables,
  stack: StackSpec,
  context: PlanContext,
): DeploymentPlan {
  const size = containerSize(spec.instanceType, stack.config.docker.sizing);
  const layout = planDeploymentImage({
    environmentKey: environment.key,
    model: spec.model,
    code: spec.code.files,
    scoringScript: spec.code.scoringScript,
    recipe: context.recipes.deployment,
  });
  const generation = contentHash(
    {
      container: CONTAINER_RECIPE,
      image: layout.key,
      // As written, and with what is added to them: a reference in the file and the value behind it both make a generation.
      environmentVariables: { ...spec.environmentVariables, ...variables.plain },
      secrets: variables.injected.digest(),
      size,
    },
    8,
  );
  const instances = Array.from({ length: spec.instanceCount }, (_, index) => ({
    name: `mlendpoints-${context.stack}-${endpoint}-${spec.name}-${generation}-${index + 1}`,
    // One label each: endpoint and deployment names together may be longer than one DNS label.
    host: `i${index + 1}.${generation}.${spec.name}.${endpoint}`,
  }));
  return {
    endpoint,
    name: spec.name,
    spec,
    variables,
    generation,
    environment,
    image: `mlendpoints/${context.stack.toLowerCase()}/${endpoint}-${spec.name}:${generation}`,
    layout,
    size,
    instances,
    route: {
      name: spec.name,
      backend: `${endpoint}-${spec.name}-${generation}-x${spec.instanceCount}`,
      instances: instances.map(({ host }) => ({ host, port: SCORING_PORT })),
      requestTimeoutMs: spec.request.timeoutMs,
      maxConcurrentRequestsPerInstance: spec.request.maxConcurrentRequestsPerInstance,
      readiness: { port: SCORING_PORT, path: "/", ...spec.readiness },
    },
  };
}

function planRouter(spec: StackSpec, context: PlanContext): RouterPlan {
  const { host, port, domain } = spec.config.router;
  const base = resolveBaseImage(undefined, ROUTER_PYTHON, spec.config.images, context.localImages).name;
  const envoy = applyMap(applyMap(ENVOY_IMAGE, ROUTER_PYTHON, spec.config.images), ROUTER_PYTHON, context.localImages);
  const key = contentHash({ base, envoy, recipe: context.recipes.router });
  return { key, image: `mlendpoints/router:${key}`, base, envoy, host, port, domain };
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

/** By host name where the stack has a domain of its own; by path otherwise, since not every client resolves `*.localhost`. */
function scoringUri(endpoint: string, spec: StackSpec): string {
  const { host, port, domain } = spec.config.router;
  return domain === "localhost"
    ? `http://${host === "0.0.0.0" ? "127.0.0.1" : host}:${port}/api/v1/endpoint/${endpoint}/score`
    : `http://${endpoint}.${domain}:${port}/score`;
}
