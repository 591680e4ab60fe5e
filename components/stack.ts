import * as pulumi from "@pulumi/pulumi";
import type { DeployedStack } from "../plan/deployed";
import type { EndpointKeys } from "../plan/routing-table";
import type { StackPlan } from "../plan/stack-plan";
import { deployedOutput } from "./deployed";
import { DockerHost } from "./docker/host";
import { OnlineEndpoint } from "./endpoint";
import { Quota } from "./quota";
import { Router } from "./router";

export interface InferenceStackArgs {
  /** What must exist: `planStack(loadStack(…))`. */
  readonly plan: StackPlan;
  /** What the last update left; it goes on standing when this one fails. */
  readonly before?: DeployedStack;
}

/** One environment: its endpoints, their quota and the router in front of them. */
export class InferenceStack extends pulumi.ComponentResource {
  /** Address by endpoint name. The update ends when the router serves them, or fails. */
  readonly scoringUris: Readonly<Record<string, string>>;
  /** By endpoint name. Secret. */
  readonly keys: pulumi.Output<EndpointKeys>;
  /** What stands when the update is over. Never fails: the SDK cannot bear an output of the stack that does. */
  readonly deployed: pulumi.Output<DeployedStack>;
  /** The quota ledger. */
  readonly quota: Quota;

  constructor(name: string, args: InferenceStackArgs, opts?: pulumi.ComponentResourceOptions) {
    const { plan } = args;
    super(
      "mlendpoints:index:InferenceStack",
      name,
      { stack: plan.stack, target: "docker", production: plan.production },
      opts,
    );
    this.quota = new Quota("quota", { ledger: plan.quota }, { parent: this });
    const host = new DockerHost("docker-host", { plan }, { parent: this });
    const endpoints = plan.endpoints.map(
      (endpoint) =>
        new OnlineEndpoint(
          endpoint.name,
          {
            plan: endpoint,
            deployed: plan.deployed.endpoints[endpoint.name]!,
            production: plan.production,
            routerHost: plan.router.host,
            host,
          },
          { parent: this },
        ),
    );
    this.keys = pulumi
      .all(endpoints.map((endpoint) => endpoint.credentials.keys))
      .apply((pairs) => Object.fromEntries(endpoints.map((endpoint, index) => [endpoint.name, pairs[index]!])));
    const ready = endpoints.flatMap((endpoint) => endpoint.deployments.map((deployment) => deployment.ready));
    const router = new Router(
      "router",
      {
        plan: plan.router,
        routing: plan.routing,
        host,
        keys: this.keys,
        ready,
      },
      { parent: this },
    );
    this.deployed = deployedOutput([...ready, router.accepted], plan.deployed, args.before);
    this.scoringUris = Object.fromEntries(plan.endpoints.map((endpoint) => [endpoint.name, endpoint.scoringUri]));
    this.registerOutputs({ scoringUris: this.scoringUris });
  }
}
