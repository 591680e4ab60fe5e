import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerPlan } from "../../plan/docker/plan";
import type { EnvironmentPlan } from "../../plan/serving/kind";
import type { StackPlan } from "../../plan/stack-plan";
import { child, resourceName } from "../naming";
import { ENVIRONMENT_BUILD, environmentContext, environmentStage, keepContexts, routerContext } from "./contexts";
import { forgetBuildStages } from "./engine-client";
import { labels } from "./labels";
import { type DockerTransforms, transformed } from "./transforms";

export interface DockerHostArgs {
  readonly plan: StackPlan;
  readonly docker: DockerPlan;
  readonly transforms: DockerTransforms;
}

/** What the endpoints of a stack share on a Docker host: a network, the router's image and the environment images. */
export class DockerHost extends pulumi.ComponentResource {
  /** Of the InferenceStack: what the names of all resources begin with. */
  readonly name: string;
  /** Of the stack on the host: what the names of all containers have in them. */
  readonly stack: string;
  readonly network: docker.Network;
  /** Holds the router, `router-apply` and `router-gate`. */
  readonly routerImage: docker.RemoteImage;
  readonly transforms: DockerTransforms;
  private readonly docker: DockerPlan;
  private readonly environments: ReadonlyMap<string, docker.RemoteImage>;

  constructor(name: string, { plan, docker, transforms }: DockerHostArgs, parent: pulumi.Resource) {
    super("mlendpoints:index:DockerHost", resourceName(name, "docker-host"), {}, child(parent, "docker-host"));
    this.name = name;
    this.stack = plan.stack;
    this.docker = docker;
    this.transforms = transforms;
    keepContexts(plan);
    this.network = this.makeNetwork();
    this.routerImage = this.image(["router-image"], docker.router.image, {
      context: routerContext(plan.router),
      buildArgs: { BASE: plan.router.base, ENVOY: plan.router.envoy },
    });
    this.environments = new Map(plan.environments.map((each) => [each.key, this.environmentOf(each)]));
    pulumi.all([...this.environments.values()].map((image) => image.imageId)).apply(forgetBuildStages);
    this.registerOutputs({});
  }

  /** Name of an environment's image. */
  environmentImage(key: string): string {
    return this.docker.environments[key]!;
  }

  environment(key: string): docker.RemoteImage {
    const image = this.environments.get(key);
    if (image === undefined) {
      throw new Error(`environment ${key} is in no plan`);
    }
    return image;
  }

  private makeNetwork(): docker.Network {
    const name = resourceName(this.name, "network");
    // A network from before it had labels stays as it is: another one would be another network, under running containers.
    const options = { ...child(this, "network"), ignoreChanges: ["labels"] };
    const args = { name: this.docker.network, labels: labels(this.stack, "network") };
    return new docker.Network(name, transformed(this.transforms.network, args, options, name), options);
  }

  private environmentOf(plan: EnvironmentPlan): docker.RemoteImage {
    return this.image(["environment", plan.key], this.environmentImage(plan.key), {
      ...ENVIRONMENT_BUILD,
      context: environmentContext(plan),
      buildArgs: { BASE: plan.base, PYTHON_MINOR: plan.python.pythonMinor, ...environmentStage() },
    });
  }

  /**
   * The router and the environments are caches that other stacks may share and that take long to make: a destroy leaves
   * them to `make clean`.
   */
  private image(parts: readonly string[], image: string, build: docker.RemoteImageArgs["build"]): docker.RemoteImage {
    const name = resourceName(this.name, ...parts);
    const options = child(this, ...parts);
    const args = { name: image, keepLocally: true, build };
    return new docker.RemoteImage(name, transformed(this.transforms.image, args, options, name), options);
  }
}
