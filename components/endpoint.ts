import * as pulumi from "@pulumi/pulumi";
import type { EndpointPlan } from "../plan/stack-plan";
import { Credentials } from "./credentials";
import { OnlineDeployment } from "./deployment";
import type { DockerHost } from "./docker/host";
import { EndpointIdentity } from "./identity";

export interface OnlineEndpointArgs {
  readonly plan: EndpointPlan;
  /** Whether people depend on the stack. */
  readonly production: boolean;
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
    const { plan, production, host } = args;
    super(
      "mlendpoints:index:OnlineEndpoint",
      name,
      {
        endpoint: plan.name,
        authMode: plan.authMode,
        traffic: plan.traffic,
        tags: plan.tags,
        production,
        deployments: plan.deployments.map((deployment) => deployment.name),
      },
      opts,
    );
    this.name = plan.name;
    this.identity = new EndpointIdentity(
      `${name}-identity`,
      { endpoint: plan.name, type: plan.identity.type, roleAssignments: plan.identity.roleAssignments },
      { parent: this },
    );
    this.credentials = new Credentials(`${name}-keys`, { endpoint: plan.name }, { parent: this });
    this.deployments = plan.deployments.map(
      (deployment) =>
        new OnlineDeployment(
          `${name}-${deployment.name}`,
          { plan: deployment, traffic: plan.traffic[deployment.name] ?? 0, production, host },
          { parent: this },
        ),
    );
    this.registerOutputs({ scoringUri: plan.scoringUri });
  }
}
