import * as pulumi from "@pulumi/pulumi";
import type { DeploymentPlan } from "../plan/stack-plan";
import type { DockerHost } from "./docker/host";
import { DeploymentInstances } from "./docker/instances";

export interface OnlineDeploymentArgs {
  readonly plan: DeploymentPlan;
  /** Live traffic in percent. */
  readonly traffic: number;
  /** Whether people depend on the stack. */
  readonly production: boolean;
  /** What all deployments of the stack share on the host. */
  readonly host: DockerHost;
}

/** One version behind an endpoint: its image and its instances, ready to take traffic. */
export class OnlineDeployment extends pulumi.ComponentResource {
  /** Resolves when every instance has passed its readiness probe; fails with what the probe and the containers said. */
  readonly ready: pulumi.Output<boolean>;
  /** Content hash of what the instances run. */
  readonly generation: string;

  constructor(name: string, args: OnlineDeploymentArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan } = args;
    super(
      "mlendpoints:index:OnlineDeployment",
      name,
      {
        endpoint: plan.endpoint,
        deployment: plan.name,
        instanceType: plan.spec.instanceType.name,
        instanceCount: plan.spec.instanceCount,
        traffic: args.traffic,
        production: args.production,
        generation: plan.generation,
        requestTimeoutMs: plan.spec.request.timeoutMs,
        maxConcurrentRequestsPerInstance: plan.spec.request.maxConcurrentRequestsPerInstance,
        readiness: plan.spec.readiness,
      },
      opts,
    );
    this.generation = plan.generation;
    const instances = new DeploymentInstances(`${plan.endpoint}-${plan.name}`, { plan, host: args.host }, this);
    this.ready = instances.ready;
    this.registerOutputs({ generation: this.generation });
  }
}
