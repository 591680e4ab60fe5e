import type { DeploymentSpec } from "../../input/stack/spec";
import type { Refusal, ServingKind, ServingKindName } from "./kind";

/** A kind that is known and cannot be served yet: its deployments are refused. */
export function coming(
  name: ServingKindName,
  refusals: (deployment: DeploymentSpec) => readonly Refusal[],
): ServingKind {
  return {
    name,
    refusals,
    plan: () => {
      throw new Error(`a deployment of the kind ${name} is refused before it is planned`);
    },
  };
}
