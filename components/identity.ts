import * as pulumi from "@pulumi/pulumi";
import type { IdentityInputs } from "./inputs";

/** What policies read, with the unknown allowed where another program has it. */
export type EndpointIdentityArgs = { readonly [Key in keyof IdentityInputs]: pulumi.Input<IdentityInputs[Key]> };

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
