import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerDeployment } from "../../plan/docker/plan";
import { type DeploymentPlan, ownerOf } from "../../plan/endpoint-plan";
import { resourceName } from "../naming";
import type { Readiness } from "../platform";
import { gateArgs, instanceArgs } from "./containers";
import { deploymentContext } from "./contexts";
import { type ContainerState, stateOf } from "./engine-client";
import type { DockerHost } from "./host";
import { readinessOf } from "./readiness";
import { transformed } from "./transforms";

/**
 * Makes the containers of a deployment on a Docker host: its image, one container per instance and the readiness gate.
 *
 * All of them are named by generation. A changed deployment is therefore new resources beside the old ones, and the
 * engine deletes the old ones last: after the gate, and after the router has moved and drained the traffic.
 */
export function deployContainers(
  plan: DeploymentPlan,
  own: DockerDeployment,
  host: DockerHost,
  parent: pulumi.Resource,
): pulumi.Output<Readiness> {
  const { endpoint, deployment, generation } = ownerOf(plan);
  const name = (...parts: (string | number)[]): string =>
    resourceName(host.name, endpoint, deployment, generation, ...parts);
  const served = servingInstances(plan, own);
  const image = deploymentImage(name("image"), plan, own, host, parent);
  const instances = own.instances.map((instance, index) => {
    const options = { parent, dependsOn: [image] };
    const args = instanceArgs(host.stack, plan, own, instance, host.network.name);
    return new docker.Container(
      name(index + 1),
      transformed(host.transforms.instance, args, options, name(index + 1)),
      options,
    );
  });
  const options = { parent, dependsOn: [host.routerImage, ...instances] };
  const args = gateArgs(host.stack, plan, own, host.routerImage.name, host.network.name);
  const gate = new docker.Container(
    name("gate"),
    transformed(host.transforms.gate, args, options, name("gate")),
    options,
  );
  return readinessOf(plan, own, gate, served);
}

function deploymentImage(
  name: string,
  { serving }: DeploymentPlan,
  own: DockerDeployment,
  host: DockerHost,
  parent: pulumi.Resource,
): docker.RemoteImage {
  const { environment, layout } = serving.image;
  const base = host.environment(environment.key);
  const options = { parent, dependsOn: [base] };
  const args = {
    name: own.image,
    build: {
      context: deploymentContext(layout),
      buildArgs: { ENVIRONMENT: host.environmentImage(environment.key), ...layout.buildArgs },
    },
  };
  return new docker.RemoteImage(name, transformed(host.transforms.image, args, options, name), options);
}

/**
 * The instances of this generation that may be serving before this update: a gate that opens for more instances or another
 * probe must not end them when it fails. Of a generation that has never come up, none is.
 */
async function servingInstances({ stands }: DeploymentPlan, own: DockerDeployment): Promise<ReadonlySet<string>> {
  const names = pulumi.runtime.isDryRun() ? [] : own.instances.map((instance) => instance.name);
  const running = await Promise.all(names.map(async (name) => mayServe(await stateOf(name), stands)));
  return new Set(names.filter((_, index) => running[index]));
}

/**
 * Whether a container may be one that serves. Where nobody knows which generation stands, one that has been started anew counts
 * as one that crashes: between two crashes it runs as well.
 */
export function mayServe(state: ContainerState | undefined, stands: boolean | undefined): boolean {
  return state?.running === true && (stands ?? state.restarts === 0);
}
