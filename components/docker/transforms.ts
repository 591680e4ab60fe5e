import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { contentHash } from "../../plan/hash";

/**
 * A hook on the arguments and options of one kind of resource: what it returns is used instead. For everything that has no
 * option of its own, as in `(args) => ({ ...args, memory: 2048, memorySwap: 2048 })`.
 */
export type Transform<Args> = (args: Args, options: pulumi.CustomResourceOptions, name: string) => Args;

/** Hooks by what they change. Each may change the options in place. @default nothing is changed */
export interface DockerTransforms {
  /** Every instance of every deployment. What it changes is part of their generation: another hook brings new instances beside the old. */
  readonly instance?: Transform<docker.ContainerArgs>;
  /** The readiness gates. */
  readonly gate?: Transform<docker.ContainerArgs>;
  /** The router. It is replaced when its arguments change, which its callers notice. */
  readonly router?: Transform<docker.ContainerArgs>;
  /** The container that brings the router its configuration. */
  readonly apply?: Transform<docker.ContainerArgs>;
  readonly network?: Transform<docker.NetworkArgs>;
  /** The router's two volumes. */
  readonly volume?: Transform<docker.VolumeArgs>;
  /** The images of environments, deployments and the router. */
  readonly image?: Transform<docker.RemoteImageArgs>;
}

export function transformed<Args>(
  transform: Transform<Args> | undefined,
  args: Args,
  options: pulumi.CustomResourceOptions,
  name: string,
): Args {
  return transform === undefined ? args : transform(args, options, name);
}

/** Stands for any instance, whose arguments are plain as far as nothing makes outputs of them. */
const SAMPLE: docker.ContainerArgs = { name: "instance", image: "image", envs: [], labels: [] };

/**
 * Content hash of the hook on instances: of its text, and of what it makes of one. What it takes from elsewhere and puts into an
 * output shows in neither. Undefined without a hook.
 */
export function instancesTransformed({ instance }: DockerTransforms): string | undefined {
  if (instance === undefined) {
    return undefined;
  }
  const made = Object.entries(instance(SAMPLE, {}, "instance")).map(([key, value]: [string, unknown]) => [
    key,
    pulumi.Output.isInstance(value) ? "output" : value,
  ]);
  return contentHash([String(instance), Object.fromEntries(made)], 8);
}
