import * as pulumi from "@pulumi/pulumi";
import type { StackConfig } from "../input/stack/config";
import type { DeployedStack } from "../plan/deployed";
import type { PlanContext } from "../plan/stack-plan";
import { routerRecipe } from "../router/recipe";
import { localImages } from "../scoring-image/local-images";
import { deploymentRecipe, environmentRecipe } from "../scoring-image/recipe";
import { hostCapacity } from "./docker/engine-client";

/** What the plan needs to know of this project and this machine. */
export async function planContext(
  { docker }: Pick<StackConfig, "docker">,
  deployed: DeployedStack | undefined,
): Promise<PlanContext> {
  return {
    stack: pulumi.getStack(),
    localImages: localImages(),
    recipes: {
      environment: environmentRecipe().digest,
      deployment: deploymentRecipe().digest,
      router: routerRecipe(),
    },
    deployed,
    now: new Date().toISOString(),
    // Without hard limits the host can hold any number of instances.
    capacity: docker.sizing === "limits" ? await hostCapacity() : undefined,
  };
}
