import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../plan/deployed";
import type { EndpointKeys } from "../plan/routing-table";
import type { InferenceStackArgs } from "./args";
import { OnlineEndpoint } from "./endpoint";
import { deployedOutput, failUnlessComplete, outcomeOf, unreadyEndpoints } from "./outcome";
import { platformOf } from "./platforms";
import { prepareStack } from "./prepare";
import { Quota } from "./quota";
import { Router } from "./router";

/**
 * One environment: its endpoints, their quota and the router in front of them.
 *
 * Endpoints fail alone: an update in which a deployment does not become ready fails, names it, leaves its endpoint as it was,
 * and brings all others what was planned. What replaced versions leave is deleted by the next update that succeeds.
 */
export class InferenceStack extends pulumi.ComponentResource {
  /** Address by endpoint name. */
  readonly scoringUris: Readonly<Record<string, string>>;
  /** By endpoint name. Secret. */
  readonly keys: pulumi.Output<EndpointKeys>;
  /** What stands when the update is over: the next one is compared with it. Never fails: the SDK cannot bear an output that does. */
  readonly deployed: pulumi.Output<DeployedStack>;
  /** The quota ledger. */
  readonly quota: Quota;

  /**
   * @param name what the names of all its resources begin with
   * @throws pulumi.RunError with every fault of every file
   */
  constructor(name: string, args: InferenceStackArgs, opts?: pulumi.ComponentResourceOptions) {
    const plan = prepareStack(name, args);
    super(
      "mlendpoints:index:InferenceStack",
      name,
      { stack: plan.stack, target: plan.target.target, production: plan.production },
      opts,
    );
    this.quota = new Quota(name, { ledger: plan.quota }, this);
    const platform = platformOf(name, plan, args.transform ?? {}, this);
    // Times of this very run would be others in the next one, and each run a change.
    const standing = args.before === undefined ? undefined : plan.deployed.endpoints;
    const endpoints = plan.endpoints.map(
      (endpoint) =>
        new OnlineEndpoint(
          name,
          {
            plan: endpoint,
            deployed: standing?.[endpoint.name],
            production: plan.production,
            routerHost: plan.router.host,
            platform,
          },
          this,
        ),
    );
    this.keys = pulumi
      .all(endpoints.map((endpoint) => endpoint.credentials.keys))
      .apply((pairs) => Object.fromEntries(endpoints.map((endpoint, index) => [endpoint.name, pairs[index]!])));
    const deployments = endpoints.flatMap((endpoint) => endpoint.deployments);
    const { host, port } = plan.router;
    const router = new Router(
      name,
      {
        host,
        port,
        domain: plan.routing.domain,
        platform,
        keys: this.keys,
        keep: pulumi
          .all(deployments.map(({ readiness }) => readiness))
          .apply((all) => unreadyEndpoints(deployments, all)),
      },
      this,
    );
    const outcome = outcomeOf(deployments, router.application, plan.now);
    this.deployed = deployedOutput(outcome, args.before?.stack, plan.deployed);
    failUnlessComplete(outcome);
    this.scoringUris = Object.fromEntries(plan.endpoints.map((endpoint) => [endpoint.name, endpoint.scoringUri]));
    this.registerOutputs({ scoringUris: this.scoringUris });
  }
}
