import * as pulumi from "@pulumi/pulumi";
import { type DeployedEndpoint, entryOf } from "../plan/deployed";
import type { EndpointPlan } from "../plan/stack-plan";
import { Credentials } from "./credentials";
import { OnlineDeployment } from "./deployment";
import type { DockerHost } from "./docker/host";
import { EndpointIdentity } from "./identity";

export interface OnlineEndpointArgs {
  readonly plan: EndpointPlan;
  /** The endpoint as it stands after this change: since when, with which generations. */
  readonly deployed: DeployedEndpoint;
  /** Whether people depend on the stack. */
  readonly production: boolean;
  /** Address that the router listens on. */
  readonly routerHost: string;
  /** What all endpoints of the stack share on the host. */
  readonly host: DockerHost;
}

/** A stable name with its keys, its identity and its deployments. The router makes it an address. */
export class OnlineEndpoint extends pulumi.ComponentResource {
  readonly name: string;
  readonly credentials: Credentials;
  readonly identity: EndpointIdentity;
  readonly deployments: readonly OnlineDeployment[];

  constructor(name: string, args: OnlineEndpointArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan, deployed, production, host } = args;
    super("mlendpoints:index:OnlineEndpoint", name, policyInputs(args), opts);
    this.name = plan.name;
    const { type, name: identityName, roleAssignments, missing, unused } = plan.identity;
    this.identity = new EndpointIdentity(
      `${name}-identity`,
      { endpoint: plan.name, type, name: identityName, roleAssignments, missing, unused },
      { parent: this },
    );
    this.credentials = new Credentials(`${name}-keys`, { endpoint: plan.name }, { parent: this });
    this.deployments = plan.deployments.map(
      (deployment) =>
        new OnlineDeployment(
          `${name}-${deployment.name}`,
          {
            plan: deployment,
            traffic: entryOf(plan.traffic, deployment.name) ?? 0,
            mirrorTraffic: entryOf(plan.spec.mirrorTraffic, deployment.name) ?? 0,
            production,
            since: deployed.deployments[deployment.name]?.since ?? deployed.since,
            endpointSince: deployed.since,
            host,
          },
          { parent: this },
        ),
    );
    this.registerOutputs({ scoringUri: plan.scoringUri });
  }
}

/** What policies read: plain values, known in preview, and the same in every run until the files change. */
function policyInputs({ plan, deployed, production, routerHost }: OnlineEndpointArgs) {
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
    since: deployed.since,
  };
}
