import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { StackPlan } from "../../plan/stack-plan";
import { environmentContext, routerContext } from "./contexts";

export interface DockerHostArgs {
  readonly plan: StackPlan;
}

/** What the endpoints of a stack share on a Docker host: a network, the router's image and the environment images. */
export class DockerHost extends pulumi.ComponentResource {
  readonly stack: string;
  readonly network: docker.Network;
  /** Holds the router, `router-apply` and `router-gate`. */
  readonly routerImage: docker.RemoteImage;
  private readonly environments: ReadonlyMap<string, docker.RemoteImage>;

  constructor(name: string, args: DockerHostArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mlendpoints:index:DockerHost", name, {}, opts);
    const { plan } = args;
    this.stack = plan.stack;
    const own = { parent: this };
    this.network = new docker.Network("network", { name: `mlendpoints-${plan.stack}` }, own);
    // The router and the environments are caches that other stacks may share and that take long to make: a destroy
    // leaves them to `make clean`.
    this.routerImage = new docker.RemoteImage(
      "router-image",
      {
        name: plan.router.image,
        keepLocally: true,
        build: { context: routerContext(plan.router), buildArgs: { BASE: plan.router.base, ENVOY: plan.router.envoy } },
      },
      own,
    );
    this.environments = new Map(
      plan.environments.map((environment) => [
        environment.key,
        new docker.RemoteImage(
          `environment-${environment.key}`,
          {
            name: environment.image,
            keepLocally: true,
            build: {
              context: environmentContext(environment),
              buildArgs: { BASE: environment.base, PYTHON_MINOR: environment.python.pythonMinor },
            },
          },
          own,
        ),
      ]),
    );
    this.registerOutputs({});
  }

  environment(key: string): docker.RemoteImage {
    const image = this.environments.get(key);
    if (image === undefined) {
      throw new Error(`environment ${key} is in no plan`);
    }
    return image;
  }
}
