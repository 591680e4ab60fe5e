import type { StackConfig } from "../input/stack/config";
import { dockerTarget } from "./docker";
import type { DockerPlan } from "./docker/plan";
import type { Target } from "./target";

/** What one of the targets needs besides the neutral plan. */
export type TargetPlan = DockerPlan;

/** The one place that knows all targets. */
const TARGETS: Readonly<Record<StackConfig["target"], Target<TargetPlan>>> = { docker: dockerTarget };

export function targetOf({ target }: Pick<StackConfig, "target">): Target<TargetPlan> {
  return TARGETS[target];
}
