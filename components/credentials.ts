import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { child, resourceName } from "./naming";

export interface CredentialsArgs {
  /** Endpoint that the keys open. */
  readonly endpoint: string;
}

/** Characters of a key: 62 possible ones each, so 64 of them are some 380 bits. Azure publishes no length. */
const KEY_LENGTH = 64;

/** The two keys of an endpoint. Either opens it, so that one can be exchanged while callers use the other. */
export class Credentials extends pulumi.ComponentResource {
  /** Secret. */
  readonly keys: pulumi.Output<{ readonly primary: string; readonly secondary: string }>;

  /** @param stack name of the InferenceStack */
  constructor(stack: string, args: CredentialsArgs, parent: pulumi.Resource) {
    const parts = [args.endpoint, "keys"];
    super("mlendpoints:index:Credentials", resourceName(stack, ...parts), args, child(parent, ...parts));
    this.keys = pulumi
      .all([this.key(stack, [...parts, "primary"]), this.key(stack, [...parts, "secondary"])])
      .apply(([primary, secondary]) => ({ primary, secondary }));
    this.registerOutputs({ keys: this.keys });
  }

  private key(stack: string, parts: readonly string[]): pulumi.Output<string> {
    const password = new random.RandomPassword(
      resourceName(stack, ...parts),
      { length: KEY_LENGTH, special: false },
      child(this, ...parts),
    );
    return pulumi.secret(password.result);
  }
}
