import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { ContainerVariables } from "../../plan/secrets";
import type { ContainerSize } from "../../plan/sizes";
import type { DeploymentPlan, InstancePlan } from "../../plan/stack-plan";
import { deploymentContext } from "./contexts";
import { isRunning } from "./engine-client";
import { failIfUnready } from "./failure";
import type { DockerHost } from "./host";
import { labels } from "./labels";

export interface DeploymentInstancesArgs {
  readonly plan: DeploymentPlan;
  readonly host: DockerHost;
}

/** Seconds between the request to end and the kill. An instance is drained before, so this is for its own clean-up. */
const GRACE_SECONDS = 30;

/** Microseconds; the engine's own default. */
const CPU_PERIOD = 100_000;

/** User id that the scoring images run as. */
const SCORING_USER = "1001";

/**
 * The containers of a deployment on a Docker host: its image, one container per instance and the readiness gate.
 *
 * All of them are named by generation. A changed deployment is therefore new resources beside the old ones, and the
 * engine deletes the old ones last: after the gate, and after the router has moved and drained the traffic.
 */
export class DeploymentInstances {
  readonly ready: pulumi.Output<boolean>;

  constructor(name: string, args: DeploymentInstancesArgs, parent: pulumi.Resource) {
    const { plan, host } = args;
    const generation = `${name}-${plan.generation}`;
    const served = runningInstances(plan);
    const image = new docker.RemoteImage(
      `${generation}-image`,
      {
        name: plan.image,
        build: {
          context: deploymentContext(plan),
          buildArgs: { ENVIRONMENT: plan.environment.image, ...plan.layout.buildArgs },
        },
      },
      { parent, dependsOn: [host.environment(plan.environment.key)] },
    );
    const instances = plan.instances.map(
      (instance, index) =>
        new docker.Container(`${generation}-${index + 1}`, instanceArgs(plan, instance, host), {
          parent,
          dependsOn: [image],
        }),
    );
    const gate = new docker.Container(`${plan.route.backend}-gate`, gateArgs(plan, host), {
      parent,
      dependsOn: [host.routerImage, ...instances],
    });
    this.ready = failIfUnready(plan, gate, served);
  }
}

/**
 * The instances of this generation that run before this update. They may be serving: a gate that opens for more instances
 * or another probe must not end them when it fails.
 */
async function runningInstances(plan: DeploymentPlan): Promise<ReadonlySet<string>> {
  const names = pulumi.runtime.isDryRun() ? [] : plan.instances.map((instance) => instance.name);
  const running = await Promise.all(names.map((name) => isRunning(name)));
  return new Set(names.filter((_, index) => running[index]));
}

function instanceArgs(plan: DeploymentPlan, instance: InstancePlan, host: DockerHost): docker.ContainerArgs {
  return {
    name: instance.name,
    image: plan.image,
    envs: environment(plan.variables),
    networksAdvanced: [{ name: host.network.name, aliases: [instance.host] }],
    labels: labels(host.stack, { endpoint: plan.endpoint, deployment: plan.name }),
    restart: "unless-stopped",
    destroyGraceSeconds: GRACE_SECONDS,
    ...sizeArgs(plan.size),
    ...HARDENED,
    user: SCORING_USER,
  };
}

/**
 * What a container finds in its environment. Injected values are secrets of the state, and so the engine hides the whole list in
 * diffs. They stand nowhere else: labels, names and commands are open to everybody.
 */
function environment({ plain, injected }: ContainerVariables): pulumi.Input<string>[] {
  const all: readonly [string, pulumi.Input<string>][] = [
    ...Object.entries(plain).map(([name, value]): [string, string] => [`${name}=`, `${name}=${value}`]),
    ...Object.entries(injected.reveal()).map(([name, value]): [string, pulumi.Output<string>] => [
      `${name}=`,
      pulumi.secret(`${name}=${value}`),
    ]),
  ];
  return all.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, variable]) => variable);
}

/** What every container of ours is denied. */
export const HARDENED = {
  init: true,
  readOnly: true,
  tmpfs: { "/tmp": "rw,nosuid,nodev,size=256m" },
  capabilities: { drops: ["ALL"] },
  securityOpts: ["no-new-privileges"],
  logDriver: "json-file",
  logOpts: { "max-size": "10m", "max-file": "3" },
} satisfies Partial<docker.ContainerArgs>;

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
  }
}

/** The readiness gate: a short-lived container that waits for the probes of all instances, or tells what it saw. */
function gateArgs(plan: DeploymentPlan, host: DockerHost): docker.ContainerArgs {
  return {
    name: `mlendpoints-${host.stack}-${plan.route.backend}-gate`,
    image: host.routerImage.name,
    entrypoints: ["router-gate"],
    command: [JSON.stringify({ instances: plan.route.instances, ...plan.route.readiness })],
    networksAdvanced: [{ name: host.network.name }],
    labels: labels(host.stack, { role: "gate" }),
    attach: true,
    logs: true,
    mustRun: false,
    ...HARDENED,
  };
}
