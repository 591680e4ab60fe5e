import * as pulumi from "@pulumi/pulumi";
import { RouterContainer, type RouterContainerArgs } from "./docker/router";

export type RouterArgs = RouterContainerArgs;

/** The one way in: it splits traffic, checks keys and answers for endpoints that cannot. */
export class Router extends pulumi.ComponentResource {
  /** Whether the router has taken over its configuration. Fails when it was not even asked. */
  readonly accepted: pulumi.Output<boolean>;

  constructor(name: string, args: RouterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, port, domain } = args.plan;
    super("mlendpoints:index:Router", name, { host, port, domain }, opts);
    const router = new RouterContainer(name, args, this);
    this.accepted = router.accepted;
    this.registerOutputs({ version: router.version });
  }
}
