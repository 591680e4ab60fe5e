import * as pulumi from "@pulumi/pulumi";
import { RouterContainer, type RouterContainerArgs } from "./docker/router";

export type RouterArgs = RouterContainerArgs;

/** The one way in: it splits traffic, checks keys and answers for endpoints that cannot. */
export class Router extends pulumi.ComponentResource {
  constructor(name: string, args: RouterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { host, port, domain } = args.plan;
    super("mlendpoints:index:Router", name, { host, port, domain }, opts);
    const router = new RouterContainer(name, args, this);
    this.registerOutputs({ version: router.version });
  }
}
