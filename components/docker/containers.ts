import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerDeployment, DockerInstance } from "../../plan/docker/plan";
import type { ContainerSize } from "../../plan/docker/sizes";
import type { DeploymentPlan } from "../../plan/endpoint-plan";
import type { ContainerVariables } from "../../plan/secrets";
import type { Serving } from "../../plan/serving/kind";
import { labels } from "./labels";

/** Seconds between the request to end and the kill. An instance is drained before, so this is for its own clean-up. */
const GRACE_SECONDS = 30;

/** Microseconds; the engine's own default. */
const CPU_PERIOD = 100_000;

/** What every container of ours is denied. */
export const HARDENED = {
  init: true,
  readOnly: true,
  tmpfs: { "/tmp": tmpfs(256) },
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  logDriver: "json-file",
  logOpts: { "max-size": "10m", "max-file": "3" },
} satisfies Partial<docker.ContainerArgs>;

/** One instance of a deployment. A change of what stands here needs another `CONTAINER_RECIPE`. */
export function instanceArgs(
  stack: string,
  plan: DeploymentPlan,
  own: DockerDeployment,
  instance: DockerInstance,
  network: pulumi.Input<string>,
): docker.ContainerArgs {
  const { serving, variables, endpoint, name: deployment } = plan;
  return {
    name: instance.name,
    image: own.image,
    envs: environment(serving, variables),
    networksAdvanced: [{ name: network, aliases: [instance.host] }],
    labels: labels(stack, "instance", { endpoint, deployment }),
    restart: "unless-stopped",
    destroyGraceSeconds: GRACE_SECONDS,
    ...sizeArgs(own.size),
    ...HARDENED,
    tmpfs: Object.fromEntries(serving.writable.map(({ path, mebibytes }) => [path, tmpfs(mebibytes)])),
    user: String(serving.user),
  };
}

/** The readiness gate: a short-lived container that waits for the probes of all instances, or tells what it saw. */
export function gateArgs(
  stack: string,
  { endpoint, name: deployment, route, attempt }: DeploymentPlan,
  own: DockerDeployment,
  image: pulumi.Input<string>,
  network: pulumi.Input<string>,
): docker.ContainerArgs {
  return {
    name: own.gate,
    image,
    entrypoints: ["router-gate"],
    command: [JSON.stringify({ instances: route.instances.addresses, ...route.readiness })],
    // Another value is another container: a gate that has failed is tried again by the next update.
    ...(attempt === undefined ? {} : { envs: [`ATTEMPT=${attempt}`] }),
    networksAdvanced: [{ name: network }],
    labels: labels(stack, "gate", { endpoint, deployment }),
    attach: true,
    logs: true,
    mustRun: false,
    ...HARDENED,
  };
}

/**
 * What a container finds in its environment. Injected values are secrets of the state, and so the engine hides the whole list in
 * diffs. They stand nowhere else: labels, names and commands are open to everybody.
 */
function environment(serving: Serving, { plain, injected }: ContainerVariables): pulumi.Input<string>[] {
  const open = { ...serving.environmentVariables, ...plain };
  const all: readonly [string, pulumi.Input<string>][] = [
    ...Object.entries(open).map(([name, value]): [string, string] => [`${name}=`, `${name}=${value}`]),
    ...Object.entries(injected.reveal()).map(([name, value]): [string, pulumi.Output<string>] => [
      `${name}=`,
      pulumi.secret(`${name}=${value}`),
    ]),
  ];
  return all.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, variable]) => variable);
}

function sizeArgs(size: ContainerSize): Partial<docker.ContainerArgs> {
  switch (size.sizing) {
    case "shares":
      return { cpuShares: size.cpuShares };
    case "limits":
      return {
        // Not `cpus`: Docker reports "4" back as "4.0", and the provider would replace the container at every run.
        cpuPeriod: CPU_PERIOD,
        cpuQuota: size.cores * CPU_PERIOD,
        memory: size.memoryMiB,
        // Without it Docker allows as much swap again, and the provider sees a difference at every run.
        memorySwap: size.memoryMiB,
      };
    default:
      return size satisfies never;
  }
}

function tmpfs(mebibytes: number): string {
  return `rw,nosuid,nodev,size=${mebibytes}m`;
}
