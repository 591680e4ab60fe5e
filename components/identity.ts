import * as pulumi from "@pulumi/pulumi";
import type { IdentityPlan } from "../plan/identity";

export interface EndpointIdentityArgs {
  /** Endpoint whose containers act under this identity. */
  readonly endpoint: pulumi.Input<string>;
  /** As in the endpoint file. */
  readonly type: pulumi.Input<IdentityPlan["type"]>;
  /** The endpoint's name for an identity of its own, the configured one for a user-assigned identity. */
  readonly name: pulumi.Input<string>;
  /** Roles that it holds, the automatic ones included; the names and ids are Azure's. */
  readonly roleAssignments: pulumi.Input<IdentityPlan["roleAssignments"]>;
  /** Roles that it lacks, and that its deployments run without. */
  readonly missing: pulumi.Input<IdentityPlan["missing"]>;
  /** Roles that it was given, and that nothing needs. */
  readonly unused: pulumi.Input<IdentityPlan["unused"]>;
}

/**
 * The identity of an endpoint with its role assignments, as plain inputs that a policy can read. It creates nothing: what an
 * identity may read is decided in plan/, and only that gets into its containers.
 */
export class EndpointIdentity extends pulumi.ComponentResource {
  constructor(name: string, args: EndpointIdentityArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mlendpoints:index:EndpointIdentity", name, args, opts);
    this.registerOutputs({});
  }
}
