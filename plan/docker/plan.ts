import type { ContainerSize } from "./sizes";

/** What a stack is called and how large it is on a Docker host. By name only: components/docker carries it out. */
export interface DockerPlan {
  readonly target: "docker";
  readonly network: string;
  readonly router: {
    readonly image: string;
    readonly name: string;
    readonly apply: string;
    readonly configVolume: string;
    readonly runVolume: string;
  };
  /** Image by key of the environment. */
  readonly environments: Readonly<Record<string, string>>;
  /** By `<endpoint>/<deployment>`. */
  readonly deployments: Readonly<Record<string, DockerDeployment>>;
}

export interface DockerDeployment {
  readonly image: string;
  readonly size: ContainerSize;
  readonly gate: string;
  readonly instances: readonly DockerInstance[];
}

export interface DockerInstance {
  /** Name of its container, unique on the host. */
  readonly name: string;
  /** Name that the router finds it by. */
  readonly host: string;
}
