import type { StackSpec } from "../input/stack/spec";
import type { StandingEndpoint } from "./deployed";
import type { GenerationParts } from "./generation-parts";
import type { ContainerVariables } from "./secrets";

/** What is needed of an endpoint's plan. */
interface PlannedEndpoint {
  readonly scoringUri: string;
  readonly deployments: readonly PlannedDeployment[];
}

interface PlannedDeployment {
  readonly name: string;
  readonly generation: string;
  readonly parts: GenerationParts;
  readonly variables: ContainerVariables;
  readonly attempt?: string;
}

/**
 * The endpoints as they shall stand. Deployments that the target cannot run stand there too: that they are refused does not
 * mean that they go.
 *
 * @param planned in the order of the stack's endpoints
 */
export function standingEndpoints(spec: StackSpec, planned: readonly PlannedEndpoint[]): StandingEndpoint[] {
  return planned.map(({ scoringUri, deployments }, index) => {
    const { endpoint, deployments: specs } = spec.endpoints[index]!;
    const plans = new Map(deployments.map((plan) => [plan.name, plan]));
    return {
      endpoint,
      scoringUri,
      deployments: specs.map((deployment) => {
        const plan = plans.get(deployment.name);
        return plan === undefined
          ? { spec: deployment }
          : {
              spec: deployment,
              generation: plan.generation,
              parts: plan.parts,
              secretsKnown: plan.variables.injected.known,
              attempt: plan.attempt,
            };
      }),
    };
  });
}
