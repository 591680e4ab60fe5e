import * as pulumi from "@pulumi/pulumi";
import type { IdentityPlan } from "../plan/identity";

export interface EndpointIdentityArgs {
  /** Endpoint whose containers act under this identity. */
  readonly endpoint: pulumi.Input<string>;
  /** As in the endpoint file. */
  readonly type: pulumi.Input<IdentityPlan["type"]>;
  /** Roles that it holds, the automatic ones included; the names and ids are Azure's. */
  readonly roleAssignments: pulumi.Input<IdentityPlan["roleAssignments"]>;
}

/** The identity of an endpoint with its role assignments, as plain inputs that a policy can read. */
export class EndpointIdentity extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mlendpoints:index:EndpointIdentity", name, args, opts);
    this.registerOutputs({});
  }
}
