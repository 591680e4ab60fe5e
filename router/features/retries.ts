import { extension, type JsonObject } from "../xds";
import type { RouterFeature } from "./feature";

/** A request that an instance cannot have seen goes to another one; no other request is ever sent twice. */
export const RETRIES: RouterFeature = {
  routeAction: () => ({ retry_policy: RETRY_POLICY }),
  cluster: () => ({ outlier_detection: OUTLIER_DETECTION }),
};

/**
 * Twice, because an instance that died looks like the least busy one: it is taken again, and after its second failure it is
 * left out (see OUTLIER_DETECTION), so that the third attempt succeeds.
 */
const RETRY_POLICY: JsonObject = {
  retry_on: "connect-failure,refused-stream,reset-before-request",
  num_retries: 2,
  retry_host_predicate: [
    extension(
      "envoy.retry_host_predicates.previous_hosts",
      "extensions.retry.host.previous_hosts.v3.PreviousHostsPredicate",
    ),
  ],
  host_selection_retry_max_attempts: 3,
};

/**
 * Takes an instance away for a moment that cannot be connected to; never one whose model answers 500. A stopped container's
 * name is gone a second later, so the moment can be short. Never more than half of the instances: then it is not they.
 */
const OUTLIER_DETECTION: JsonObject = {
  split_external_local_origin_errors: true,
  consecutive_local_origin_failure: 2,
  enforcing_consecutive_local_origin_failure: 100,
  enforcing_consecutive_5xx: 0,
  enforcing_consecutive_gateway_failure: 0,
  enforcing_success_rate: 0,
  enforcing_local_origin_success_rate: 0,
  interval: "1s",
  base_ejection_time: "2s",
  max_ejection_time: "10s",
  max_ejection_percent: 50,
  always_eject_one_host: false,
};
