import type { DeploymentSpec, EndpointEntry, StackSpec } from "../input/stack/spec";
import { type DeployedDeployment, type DeployedStack, entryOf } from "./deployed";
import type { DeploymentPlan, Owner } from "./endpoint-plan";
import { contentHash } from "./hash";
import type { PlanContext } from "./plan-context";
import type { DeploymentRoute } from "./routing-table";
import type { ContainerVariables } from "./secrets";
import type { Serving } from "./serving/kind";
import type { Target } from "./target";

/**
 * Version of the way a container is made, besides what the plan says: a container is only ever replaced as part of a new
 * generation, so whoever changes what components/ makes of an instance counts this up (a test holds the two together).
 */
export const CONTAINER_RECIPE = 2;

/** What a deployment is planned with. */
export interface Surroundings {
  readonly stack: StackSpec;
  readonly context: PlanContext;
  readonly target: Target<unknown>;
}

export function planDeployment(
  { endpoint: { name: endpoint } }: EndpointEntry,
  spec: DeploymentSpec,
  serving: Serving,
  variables: ContainerVariables,
  { stack, context, target }: Surroundings,
): DeploymentPlan {
  const secrets = variables.injected.digest();
  const content: Readonly<Record<string, unknown>> = {
    ...serving.parts,
    // As written, and with what is added to them: a reference in the file and the value behind it both make a generation.
    variables: { ...serving.environmentVariables, ...spec.environmentVariables, ...variables.plain },
    ...(secrets === undefined ? {} : { secrets }),
    size: target.size(spec, stack.config),
    recipe: [CONTAINER_RECIPE, context.recipes.deployment, context.transformed],
  };
  const owner = { endpoint, deployment: spec.name, generation: contentHash(content, 8) };
  const attempt = attemptOf(owner, context);
  return {
    endpoint,
    name: spec.name,
    spec,
    serving,
    variables,
    generation: owner.generation,
    parts: Object.fromEntries(Object.entries(content).map(([name, part]) => [name, contentHash(part, 8)])),
    route: routeOf(owner, spec, serving, target),
    ...(attempt === undefined ? {} : { attempt }),
    ...(context.deployed === undefined
      ? {}
      : { stands: standing(owner, context.deployed)?.generation === owner.generation }),
  };
}

function routeOf(owner: Owner, spec: DeploymentSpec, serving: Serving, target: Target<unknown>): DeploymentRoute {
  const { port, routes } = serving;
  const host = (_: unknown, index: number): string => target.instanceHost(owner, index + 1);
  return {
    name: spec.name,
    backend: [owner.endpoint, owner.deployment, owner.generation].join("_"),
    instances: {
      addresses: Array.from({ length: spec.instanceCount }, host).map((name) => ({ host: name, port })),
      running: spec.instanceCount,
    },
    requestTimeoutMs: spec.request.timeoutMs,
    maxConcurrentRequestsPerInstance: spec.request.maxConcurrentRequestsPerInstance,
    readiness: { ...routes.readiness, ...spec.readiness },
  };
}

/**
 * Time of the last update in which this very generation has failed. It stays after the generation has come up, since another
 * value would make another gate.
 */
function attemptOf({ endpoint, deployment, generation }: Owner, { deployed }: PlanContext): string | undefined {
  const failed = entryOf(deployed?.failed, `${endpoint}/${deployment}`);
  if (failed?.generation === generation) {
    return failed.at;
  }
  const former = standing({ endpoint, deployment }, deployed);
  return former?.generation === generation ? former.attempt : undefined;
}

function standing(
  { endpoint, deployment }: Pick<Owner, "endpoint" | "deployment">,
  deployed: DeployedStack | undefined,
): DeployedDeployment | undefined {
  return entryOf(entryOf(deployed?.endpoints, endpoint)?.deployments, deployment);
}
