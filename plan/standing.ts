import type { StackSpec } from "../input/stack/spec";
import type { StandingEndpoint } from "./deployed";
import type { DeploymentImage } from "./deployment-image";
import type { GenerationParts } from "./generation-parts";
import { contentHash } from "./hash";
import type { ContainerVariables } from "./secrets";
import type { ContainerSize } from "./sizes";

/** What is needed of an endpoint's plan. */
interface PlannedEndpoint {
  readonly scoringUri: string;
  readonly deployments: readonly PlannedDeployment[];
}

interface PlannedDeployment {
  readonly name: string;
  readonly generation: string;
  readonly spec: { readonly environmentVariables: Readonly<Record<string, string>> };
  readonly variables: ContainerVariables;
  readonly environment: { readonly key: string };
  readonly layout: DeploymentImage;
  readonly size: ContainerSize;
}

/**
 * The endpoints as they shall stand. Deployments that the target cannot run stand there too: that they are refused does not
 * mean that they go.
 *
 * @param planned in the order of the stack's endpoints
 * @param recipe whatever else a generation is made of, and is the same for all
 */
export function standingEndpoints(
  spec: StackSpec,
  planned: readonly PlannedEndpoint[],
  recipe: unknown,
): StandingEndpoint[] {
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
              parts: partsOf(plan, recipe),
              secretsKnown: plan.variables.injected.known,
            };
      }),
    };
  });
}

/** What a new generation can be new by: all that the generation is a hash of. */
function partsOf(plan: PlannedDeployment, recipe: unknown): GenerationParts {
  const { spec, variables, environment, size } = plan;
  const { model, code, buildArgs } = plan.layout;
  const secrets = variables.injected.digest();
  return {
    environment: environment.key,
    ...(model === undefined ? {} : { model: contentHash([model.folder, model.files.digest], 8) }),
    code: contentHash([code.folder, code.files.digest, buildArgs.ENTRY_SCRIPT], 8),
    variables: contentHash({ ...spec.environmentVariables, ...variables.plain }, 8),
    ...(secrets === undefined ? {} : { secrets: contentHash(secrets, 8) }),
    size: contentHash(size, 8),
    recipe: contentHash(recipe, 8),
  };
}
