import * as pulumi from "@pulumi/pulumi";
import { type DeployedEndpoint, entryOf } from "../plan/deployed";
import type { EndpointPlan } from "../plan/endpoint-plan";
import { Credentials } from "./credentials";
import { OnlineDeployment } from "./deployment";
import { EndpointIdentity } from "./identity";
import type { EndpointInputs } from "./inputs";
import { child, resourceName } from "./naming";
import type { Platform } from "./platform";

export interface OnlineEndpointArgs {
  readonly plan: EndpointPlan;
  /** The endpoint as it stands after this change: since when, with which generations. Absent where nobody knows what was before. */
  readonly deployed?: DeployedEndpoint;
  /** Whether people depend on the stack. */
  readonly production: boolean;
  /** Address that the router listens on. */
  readonly routerHost: string;
  readonly platform: Platform;
}

/** A stable name with its keys, its identity and its deployments. The router makes it an address. */
export class OnlineEndpoint extends pulumi.ComponentResource {
  readonly name: string;
  readonly credentials: Credentials;
  readonly identity: EndpointIdentity;
  readonly deployments: readonly OnlineDeployment[];

  /** @param stack name of the InferenceStack */
  constructor(stack: string, args: OnlineEndpointArgs, parent: pulumi.Resource) {
    const { plan, deployed, production, platform } = args;
    super(
      "mlendpoints:index:OnlineEndpoint",
      resourceName(stack, plan.name),
      policyInputs(args),
      child(parent, plan.name),
    );
    this.name = plan.name;
    const { type, name: identityName, roleAssignments, missing, unused } = plan.identity;
    this.identity = new EndpointIdentity(
      resourceName(stack, plan.name, "identity"),
      { endpoint: plan.name, type, name: identityName, roleAssignments, missing, unused },
      child(this, plan.name, "identity"),
    );
    this.credentials = new Credentials(stack, { endpoint: plan.name }, this);
    this.deployments = plan.deployments.map(
      (deployment) =>
        new OnlineDeployment(
          stack,
          {
            plan: deployment,
            traffic: entryOf(plan.traffic, deployment.name) ?? 0,
            mirrorTraffic: entryOf(plan.spec.mirrorTraffic, deployment.name) ?? 0,
            production,
            since: entryOf(deployed?.deployments, deployment.name)?.since ?? deployed?.since,
            endpointSince: deployed?.since,
            platform,
          },
          this,
        ),
    );
    this.registerOutputs({ scoringUri: plan.scoringUri });
  }
}

/** What policies read: plain values, known in preview, and the same in every run until the files change. */
function policyInputs({ plan, deployed, production, routerHost }: OnlineEndpointArgs): EndpointInputs {
  const { kind, authMode, publicNetworkAccess, mirrorTraffic } = plan.spec;
  return {
    endpoint: plan.name,
    kind,
    authMode,
    publicNetworkAccess,
    routerHost,
    traffic: plan.traffic,
    mirrorTraffic,
    tags: plan.tags,
    production,
    deployments: plan.deployments.map((deployment) => deployment.name),
    since: deployed?.since,
  };
}
