import type * as pulumi from "@pulumi/pulumi";
import { deploymentKey } from "../../plan/target";
import type { Platform } from "../platform";
import { deployContainers } from "./deployment";
import { DockerHost, type DockerHostArgs } from "./host";
import { RouterContainers } from "./router";

/** Carries a stack out on a Docker host. */
export function dockerPlatform(name: string, args: DockerHostArgs, parent: pulumi.Resource): Platform {
  const { plan, docker } = args;
  const host = new DockerHost(name, args, parent);
  return {
    deploy: (deployment, owner) =>
      deployContainers(deployment, docker.deployments[deploymentKey(deployment)]!, host, owner),
    route: (routes, owner) => new RouterContainers({ ...routes, plan, docker, host }, owner).application,
  };
}
