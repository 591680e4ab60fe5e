import * as pulumi from "@pulumi/pulumi";
import { instanceRange } from "../plan/instances";
import { packageVersions } from "../plan/pinned";
import type { DeploymentPlan } from "../plan/stack-plan";
import type { DockerHost } from "./docker/host";
import { DeploymentInstances } from "./docker/instances";

export interface OnlineDeploymentArgs {
  readonly plan: DeploymentPlan;
  /** Live traffic in percent. */
  readonly traffic: number;
  /** Percent of the live traffic that is copied to it. */
  readonly mirrorTraffic: number;
  /** Whether people depend on the stack. */
  readonly production: boolean;
  /** ISO time of the update that brought this generation, and of the one that created its endpoint. */
  readonly since: string;
  readonly endpointSince: string;
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
    super("mlendpoints:index:OnlineDeployment", name, policyInputs(args), opts);
    this.generation = plan.generation;
    const instances = new DeploymentInstances(`${plan.endpoint}-${plan.name}`, { plan, host: args.host }, this);
    this.ready = instances.ready;
    this.registerOutputs({ generation: this.generation });
  }
}

/** What policies read: plain values, known in preview, and the same in every run until the files change. */
function policyInputs({ plan, traffic, mirrorTraffic, production, since, endpointSince }: OnlineDeploymentArgs) {
  const { spec } = plan;
  return {
    endpoint: plan.endpoint,
    deployment: plan.name,
    instanceType: spec.instanceType.name,
    instanceCount: spec.instanceCount,
    maxInstances: instanceRange(spec).maximum,
    traffic,
    mirrorTraffic,
    production,
    generation: plan.generation,
    requestTimeoutMs: spec.request.timeoutMs,
    maxConcurrentRequestsPerInstance: spec.request.maxConcurrentRequestsPerInstance,
    maxQueueWaitMs: spec.request.maxQueueWaitMs,
    readiness: spec.readiness,
    liveness: spec.liveness,
    ownProbes: spec.ownProbes,
    customContainer: spec.environment.inferenceConfig !== undefined,
    image: spec.environment.image,
    // As written: a reference to a secret stays a reference.
    environmentVariables: spec.environmentVariables,
    packages: packageVersions(spec.environment.conda),
    locked: spec.environment.lock !== undefined,
    egressPublicNetworkAccess: spec.egressPublicNetworkAccess,
    sharedQuota: spec.sharedQuota,
    since,
    endpointSince,
  };
}
