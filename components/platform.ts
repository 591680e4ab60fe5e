import type * as pulumi from "@pulumi/pulumi";
import type { DeploymentPlan } from "../plan/endpoint-plan";
import type { EndpointKeys } from "../plan/routing-table";

/**
 * What carries a stack's plan out on its target: the seam between the components, which know endpoints and deployments, and
 * the folder of a target, which knows containers. A new target is a folder with one of these and a line in `platforms.ts`.
 */
export interface Platform {
  /** Makes the image and the instances of a deployment, beside those of the generation that serves. */
  deploy(plan: DeploymentPlan, parent: pulumi.Resource): pulumi.Output<Readiness>;
  /** Makes the router, and brings it the routes of every endpoint that is not kept as it is. */
  route(args: RouteArgs, parent: pulumi.Resource): pulumi.Output<Application>;
}

/** Whether all instances have passed their readiness probe. Never fails: one deployment must not stop the others. */
export type Readiness = { readonly ready: true } | { readonly ready: false; readonly reason: string };

/** Whether the router has taken over what it was given. Never fails either. */
export type Application =
  | { readonly applied: true }
  | {
      readonly applied: false;
      readonly reason: string;
      /** Endpoints that go on as they were; all others have changed. Absent: nothing has. */
      readonly refused?: readonly string[];
    };

export interface RouteArgs {
  /** The keys of each endpoint. */
  readonly keys: pulumi.Output<EndpointKeys>;
  /** Endpoints that go on as they were, since one of their deployments did not become ready. Known when every deployment is. */
  readonly keep: pulumi.Output<readonly string[]>;
}
