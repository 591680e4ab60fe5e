import { type SpecError, SpecErrors } from "../spec/errors";
import type { EndpointEntry, StackSpec } from "../spec/stack/spec";
import { type DeploymentImage, planDeploymentImage } from "./deployment-image";
import { dockerRefusals, isRunnable, type RunnableDeployment } from "./docker-support";
import { contentHash } from "./hash";
import { type IdentityPlan, planIdentity } from "./identity";
import { applyMap, type ImageMap, isWithinReach, resolveBaseImage } from "./images";
import { type PythonEnvironment, planPythonEnvironment } from "./python-environment";
import { drawLedger, formatLedger, type Ledger, quotaViolations } from "./quota";
import type { DeploymentRoute, EndpointRoutes, RoutingTable } from "./routing-table";
import { type ContainerSize, containerSize } from "./sizes";

/** What the plan needs to know besides the stack's files. */
export interface PlanContext {
  /** Pulumi stack name. */
  readonly stack: string;
  /** Local copies of public images; empty where public images can be pulled. */
  readonly localImages: ImageMap;
  /** Content hashes of the image recipes: another recipe is another image. */
  readonly recipes: { readonly environment: string; readonly deployment: string; readonly router: string };
}

/** Everything that must exist because of a stack's files. Plain data: components only carry it out. */
export interface StackPlan {
  readonly stack: string;
  readonly production: boolean;
  readonly ledger: Ledger;
  readonly environments: readonly EnvironmentPlan[];
  readonly endpoints: readonly EndpointPlan[];
  readonly router: RouterPlan;
  readonly routing: RoutingTable;
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
  const findings: Findings = { errors: [], warnings: [...spec.warnings] };
  const ledger = drawLedger(spec);
  const violations = quotaViolations(ledger, spec);
  const enforced = spec.config.quota.enforcement === "mandatory";
  findings[enforced ? "errors" : "warnings"].push(...violations);
  const environments = new Map<string, EnvironmentPlan>();
  const endpoints = spec.endpoints.map((entry) => planEndpoint(entry, spec, context, environments, findings));
  if (findings.errors.length > 0) {
    throw enforced && violations.length > 0 ? new OutOfQuota(findings.errors, ledger) : new SpecErrors(findings.errors);
  }
  return {
    stack: context.stack,
    production: spec.config.production,
    ledger,
    environments: [...environments.values()],
    endpoints,
    router: planRouter(spec, context),
    routing: {
      stack: context.stack,
      domain: spec.config.router.domain,
      endpoints: endpoints.map(endpointRoutes).sort((a, b) => (a.name < b.name ? -1 : 1)),
    },
    warnings: findings.warnings,
  };
}

/** What the plan finds on its way, told all at once. */
interface Findings {
  readonly errors: SpecError[];
  readonly warnings: SpecError[];
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
  environments: Map<string, EnvironmentPlan>,
  findings: Findings,
): EndpointPlan {
  const { endpoint } = entry;
  findings.errors.push(...dockerRefusals(entry));
  return {
    name: endpoint.name,
    tags: endpoint.tags,
    authMode: "key",
    traffic: Object.fromEntries(Object.entries(endpoint.traffic).filter(([, percent]) => percent > 0)),
    scoringUri: scoringUri(endpoint.name, spec),
    identity: planIdentity(endpoint),
    deployments: entry.deployments.filter(isRunnable).map((deployment) => {
      const environment = planEnvironment(deployment, spec, context, findings);
      environments.set(environment.key, environments.get(environment.key) ?? environment);
      return planDeployment(endpoint.name, deployment, environment, spec, context);
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
    { container: CONTAINER_RECIPE, image: layout.key, environmentVariables: spec.environmentVariables, size },
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
