import * as pulumi from "@pulumi/pulumi";
import type { EndpointKeys } from "../plan/routing-table";
import type { StackPlan } from "../plan/stack-plan";
import { DockerHost } from "./docker/host";
import { OnlineEndpoint } from "./endpoint";
import { Quota } from "./quota";
import { Router } from "./router";

export interface InferenceStackArgs {
  /** What must exist: `planStack(loadStack(…))`. */
  readonly plan: StackPlan;
}

/** One environment: its endpoints, their quota and the router in front of them. */
export class InferenceStack extends pulumi.ComponentResource {
  /** Address by endpoint name. The update ends when the router serves them, or fails. */
  readonly scoringUris: Readonly<Record<string, string>>;
  /** By endpoint name. Secret. */
  readonly keys: pulumi.Output<EndpointKeys>;
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
    const { rows, total, families } = plan.ledger;
    this.quota = new Quota("quota", { rows, total, families }, { parent: this });
    const host = new DockerHost("docker-host", { plan }, { parent: this });
    const endpoints = plan.endpoints.map(
      (endpoint) =>
        new OnlineEndpoint(endpoint.name, { plan: endpoint, production: plan.production, host }, { parent: this }),
    );
    this.keys = pulumi
      .all(endpoints.map((endpoint) => endpoint.credentials.keys))
      .apply((pairs) => Object.fromEntries(endpoints.map((endpoint, index) => [endpoint.name, pairs[index]!])));
    new Router(
      "router",
      {
        plan: plan.router,
        routing: plan.routing,
        host,
        keys: this.keys,
        ready: endpoints.flatMap((endpoint) => endpoint.deployments.map((deployment) => deployment.ready)),
      },
      { parent: this },
    );
    this.scoringUris = Object.fromEntries(plan.endpoints.map((endpoint) => [endpoint.name, endpoint.scoringUri]));
    this.registerOutputs({ scoringUris: this.scoringUris });
  }
}
