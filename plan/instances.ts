import type { DeploymentSpec } from "../input/stack/spec";

/** How many instances a deployment can have. Without autoscale all three are one number. */
export interface InstanceRange {
  readonly minimum: number;
  /** Those that it starts with. */
  readonly initial: number;
  readonly maximum: number;
}

/** Over all profiles of the autoscale settings: which of them rules is a matter of the hour. */
export function instanceRange({ instanceCount: initial, scale }: DeploymentSpec): InstanceRange {
  if (scale.type === "target_utilization") {
    return { minimum: scale.minInstances, initial, maximum: scale.maxInstances };
  }
  const profiles = scale.autoscale?.enabled === true ? scale.autoscale.profiles : [];
  return profiles.length === 0
    ? { minimum: initial, initial, maximum: initial }
    : {
        minimum: Math.min(...profiles.map(({ capacity }) => capacity.minimum)),
        initial,
        maximum: Math.max(...profiles.map(({ capacity }) => capacity.maximum)),
      };
}
