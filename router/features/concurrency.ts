import type { DeploymentRoute } from "../../plan/routing-table";
import { extension, type JsonObject } from "../xds";
import type { RouterFeature } from "./feature";

/** `max_concurrent_requests_per_instance`: the least busy instance gets a request, and beyond the limit it is refused. */
export const CONCURRENCY: RouterFeature = {
  cluster: (deployment) => ({
    circuit_breakers: circuitBreakers(deployment),
    load_balancing_policy: {
      policies: [
        {
          typed_extension_config: extension(
            "envoy.load_balancing_policies.least_request",
            "extensions.load_balancing_policies.least_request.v3.LeastRequest",
            // Looks at every instance, so that an idle one is found when each may only take one request at a time.
            { selection_method: "FULL_SCAN" },
          ),
        },
      ],
    },
  }),
};

/**
 * With HTTP/1.1 a request has a connection of its own, so connections are what an instance works on at once.
 *
 * Azure refuses above 2 × limit × instances in flight. A request also counts as pending while its connection is being made,
 * which for servers that close after each answer is every request: were the queue only limit × instances long, load within
 * Azure's bound would be refused. So the queue takes all of it, and refusal starts between 2 and 3 × limit × instances.
 */
function circuitBreakers(deployment: DeploymentRoute): JsonObject {
  const perInstance = deployment.maxConcurrentRequestsPerInstance;
  const working = perInstance * deployment.instances.running;
  return {
    thresholds: [
      {
        max_connections: working,
        max_pending_requests: 2 * working,
        max_requests: 2 * working,
        // Left at 3, the death of one busy instance would fail what another one could still serve.
        max_retries: 2 * working,
      },
    ],
    per_host_thresholds: [{ max_connections: perInstance }],
  };
}
