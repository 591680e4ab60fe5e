import type { DeploymentSpec, EndpointSpec } from "../input/stack/spec";
import type { GenerationParts } from "./generation-parts";
import type { IdentityPlan } from "./identity";
import type { DeploymentRoute } from "./routing-table";
import type { ContainerVariables } from "./secrets";
import type { Serving } from "./serving/kind";

/** An endpoint, for any target. */
export interface EndpointPlan {
  readonly name: string;
  readonly spec: EndpointSpec;
  readonly tags: Readonly<Record<string, string>>;
  readonly authMode: "key";
  readonly traffic: Readonly<Record<string, number>>;
  readonly scoringUri: string;
  readonly identity: IdentityPlan;
  readonly deployments: readonly DeploymentPlan[];
}

/** One version behind an endpoint, for any target. */
export interface DeploymentPlan {
  readonly endpoint: string;
  readonly name: string;
  readonly spec: DeploymentSpec;
  readonly serving: Serving;
  /** Environment variables of its containers; the values of references are hidden until they are revealed. */
  readonly variables: ContainerVariables;
  /** Content hash of what an instance runs; a change of it is a new generation beside the old one. */
  readonly generation: string;
  /** What that hash is made of: content hash by name of the part. */
  readonly parts: GenerationParts;
  readonly route: DeploymentRoute;
  /** Set when this generation has failed before: another value is another try. */
  readonly attempt?: string;
  /** Whether this generation is the one that stands; absent where nobody knows what does. */
  readonly stands?: boolean;
}

/** Whose instances: one generation of one deployment. */
export interface Owner {
  readonly endpoint: string;
  readonly deployment: string;
  readonly generation: string;
}

export function ownerOf({ endpoint, name, generation }: DeploymentPlan): Owner {
  return { endpoint, deployment: name, generation };
}
