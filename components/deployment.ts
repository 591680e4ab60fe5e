import * as pulumi from "@pulumi/pulumi";
import { instanceTypeName } from "../plan/deployed";
import type { DeploymentPlan } from "../plan/endpoint-plan";
import { instanceRange } from "../plan/instances";
import { packageVersions } from "../plan/pinned";
import type { DeploymentInputs } from "./inputs";
import { child, resourceName } from "./naming";
import type { Platform, Readiness } from "./platform";

export interface OnlineDeploymentArgs {
  readonly plan: DeploymentPlan;
  /** Live traffic in percent. */
  readonly traffic: number;
  /** Percent of the live traffic that is copied to it. */
  readonly mirrorTraffic: number;
  /** Whether people depend on the stack. */
  readonly production: boolean;
  /** ISO time of the update that brought this generation, and of the one that created its endpoint. Absent where nobody knows. */
  readonly since?: string;
  readonly endpointSince?: string;
  readonly platform: Platform;
}

/** One version behind an endpoint: its image and its instances, ready to take traffic. */
export class OnlineDeployment extends pulumi.ComponentResource {
  /** Whether every instance has passed its readiness probe; otherwise what the probe and the containers said. Never fails. */
  readonly readiness: pulumi.Output<Readiness>;
  readonly plan: DeploymentPlan;

  /** @param stack name of the InferenceStack */
  constructor(stack: string, args: OnlineDeploymentArgs, parent: pulumi.Resource) {
    const { plan, platform } = args;
    const parts = [plan.endpoint, plan.name];
    super(
      "mlendpoints:index:OnlineDeployment",
      resourceName(stack, ...parts),
      policyInputs(args),
      child(parent, ...parts),
    );
    this.plan = plan;
    this.readiness = platform.deploy(plan, this);
    this.registerOutputs({ generation: plan.generation });
  }
}

/** What policies read: plain values, known in preview, and the same in every run until the files change. */
function policyInputs(args: OnlineDeploymentArgs): DeploymentInputs {
  const { plan, traffic, mirrorTraffic, production, since, endpointSince } = args;
  const { spec } = plan;
  return {
    endpoint: plan.endpoint,
    deployment: plan.name,
    instanceType: instanceTypeName(spec),
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
    customContainer: plan.serving.kind === "custom-container",
    image: spec.environment?.image,
    // As written: a reference to a secret stays a reference.
    environmentVariables: spec.environmentVariables,
    packages: spec.environment?.conda === undefined ? [] : packageVersions(spec.environment.conda),
    locked: spec.environment?.lock !== undefined,
    egressPublicNetworkAccess: spec.egressPublicNetworkAccess,
    sharedQuota: spec.sharedQuota,
    since,
    endpointSince,
  };
}
