import type { DeploymentRoute } from "../../plan/routing-table";
import { duration, type JsonObject } from "../xds";
import type { RouterFeature } from "./feature";

/** An instance that is not ready is looked at this often, whatever its period: it should serve as soon as it can. */
const UNREADY_INTERVAL_MS = 1000;

/** The readiness probe: only instances that pass it get requests. */
export const READINESS: RouterFeature = {
  cluster: (deployment) => ({
    health_checks: [healthCheck(deployment)],
    // An instance whose name is gone has stopped. Without this it would get traffic until its probe has failed often enough.
    ignore_health_on_host_removal: true,
  }),
};

/** A new instance gets no request before its first pass; that one pass is enough for the first time. */
function healthCheck({ backend, readiness: probe }: DeploymentRoute): JsonObject {
  const period = probe.periodSeconds * 1000;
  const unready = Math.min(period, UNREADY_INTERVAL_MS);
  return {
    timeout: duration(probe.timeoutSeconds * 1000),
    interval: duration(period),
    unhealthy_interval: duration(unready),
    // Without these two a deployment at 0% would be looked at once a minute.
    no_traffic_interval: duration(unready),
    no_traffic_healthy_interval: duration(period),
    healthy_threshold: probe.successThreshold,
    unhealthy_threshold: probe.failureThreshold,
    // A kept connection would occupy the only worker of a synchronous server.
    reuse_connection: false,
    http_health_check: {
      // Left out it is the cluster's name, which changes with each change of the cluster.
      host: backend,
      path: probe.path,
      expected_statuses: [{ start: 200, end: 400 }],
      // Any other answer counts towards the failure threshold; left out, the first one would take the instance away.
      retriable_statuses: [
        { start: 100, end: 200 },
        { start: 400, end: 600 },
      ],
    },
  };
}
