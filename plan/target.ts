import type { SpecError } from "../input/documents/errors";
import type { StackConfig } from "../input/stack/config";
import type { DeploymentSpec, EndpointSpec, StackSpec } from "../input/stack/spec";
import type { DeploymentPlan, EndpointPlan } from "./endpoint-plan";
import type { PlanContext } from "./plan-context";
import type { RouterPlan } from "./router-plan";
import type { EnvironmentPlan } from "./serving/kind";

/**
 * The questions that a plan asks its target. All answers are plain data. A new target is a folder with one of these, a line
 * in `targets.ts`, and a platform in components/ that carries its plan out.
 */
export interface Target<Plan> {
  /** What of an endpoint, or of a deployment, it cannot carry out, by name and place. */
  endpointRefusals(endpoint: EndpointSpec): readonly SpecError[];
  deploymentRefusals(deployment: DeploymentSpec): readonly SpecError[];
  /** What it cannot be sure of. */
  warnings(stack: StackSpec, context: PlanContext): readonly SpecError[];
  /** What an instance may use. Part of its generation. */
  size(deployment: DeploymentSpec, config: StackConfig): unknown;
  /** Host name under which the router finds an instance; they count from 1. */
  instanceHost(owner: { endpoint: string; deployment: string; generation: string }, instance: number): string;
  /** Address that callers use. */
  scoringUri(endpoint: string, config: StackConfig): string;
  /** What the router listens on: it cannot change without another router. */
  routerAddress(config: StackConfig): string;
  /** Names and sizes of all that must exist there. */
  plan(stack: Targeted, spec: StackSpec, context: PlanContext): Plan;
}

/** What a target gets to see of the rest of the plan. */
export interface Targeted {
  readonly endpoints: readonly EndpointPlan[];
  readonly environments: readonly EnvironmentPlan[];
  readonly router: RouterPlan;
}

/** `<endpoint>/<deployment>`: how a target's plan speaks of a deployment. */
export function deploymentKey({ endpoint, name }: Pick<DeploymentPlan, "endpoint" | "name">): string {
  return `${endpoint}/${name}`;
}
