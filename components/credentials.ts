import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";

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

  constructor(name: string, args: CredentialsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("mlendpoints:index:Credentials", name, args, opts);
    this.keys = pulumi
      .all([this.key(`${name}-primary`), this.key(`${name}-secondary`)])
      .apply(([primary, secondary]) => ({ primary, secondary }));
    this.registerOutputs({ keys: this.keys });
  }

  private key(name: string): pulumi.Output<string> {
    const password = new random.RandomPassword(name, { length: KEY_LENGTH, special: false }, { parent: this });
    return pulumi.secret(password.result);
  }
}
