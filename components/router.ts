import * as pulumi from "@pulumi/pulumi";
import { child, resourceName } from "./naming";
import type { Application, Platform, RouteArgs } from "./platform";

export interface RouterArgs extends RouteArgs {
  /** Address and port that it listens on. Policies read it. */
  readonly host: string;
  readonly port: number;
  /** Domain below which endpoints have a host name. */
  readonly domain: string;
  readonly platform: Platform;
}

/** The one way in: it splits traffic, checks keys and answers for endpoints that cannot. */
export class Router extends pulumi.ComponentResource {
  /** Whether the router has taken over its configuration. Never fails. */
  readonly application: pulumi.Output<Application>;

  /** @param stack name of the InferenceStack */
  constructor(stack: string, args: RouterArgs, parent: pulumi.Resource) {
    const { host, port, domain, platform } = args;
    super("mlendpoints:index:Router", resourceName(stack, "router"), { host, port, domain }, child(parent, "router"));
    this.application = platform.route(args, this);
    this.registerOutputs({});
  }
}
