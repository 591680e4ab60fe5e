import type * as pulumi from "@pulumi/pulumi";
import type { HostCapacity } from "../plan/plan-context";
import type { StackPlan } from "../plan/stack-plan";
import { hostCapacity as engineCapacity } from "./docker/engine-client";
import { dockerPlatform } from "./docker/platform";
import { type DockerTransforms, instancesTransformed } from "./docker/transforms";
import type { Platform } from "./platform";

/** Hooks on what a stack's target makes. */
export type Transforms = DockerTransforms;

/** The one place that knows the platforms of all targets. */
export function platformOf(name: string, plan: StackPlan, transforms: Transforms, parent: pulumi.Resource): Platform {
  switch (plan.target.target) {
    case "docker":
      return dockerPlatform(name, { plan, docker: plan.target, transforms }, parent);
    default:
      return plan.target.target satisfies never;
  }
}

/**
 * What the host has, where that matters: with hard limits. Otherwise it can hold any number of instances.
 *
 * @returns undefined when it does not matter, or when nobody answers at once
 */
export async function hostCapacity({
  docker,
}: {
  readonly docker?: { readonly sizing?: string };
}): Promise<HostCapacity | undefined> {
  return docker?.sizing === "limits" ? engineCapacity() : undefined;
}

/** Content hash of what the hooks change about every instance. */
export function transformedOf(transforms: Transforms): string | undefined {
  return instancesTransformed(transforms);
}
