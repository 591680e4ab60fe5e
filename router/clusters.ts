import type { DeploymentRoute, InstanceAddress, ReadinessProbe, RoutingTable } from "../plan/routing-table";
import { compareText, duration, extension, type JsonObject, socketAddress, typed } from "./xds";

/** How fast the router sees that an instance came or went. */
const DNS_REFRESH_MS = 1000;

const CONNECT_TIMEOUT_MS = 250;

/**
 * An idle connection is closed before the server can: Gunicorn keeps one for 2 s, Uvicorn and Node for 5 s, and a request
 * that crosses the server's close on the wire is lost.
 */
const IDLE_TIMEOUT_MS = 1000;

/** An instance that is not ready is looked at this often, whatever its period: it should serve as soon as it can. */
const UNREADY_INTERVAL_MS = 1000;

/** One cluster for each backend, sorted by name. */
export function compileClusters(table: RoutingTable): JsonObject[] {
  const deployments = table.endpoints.flatMap((endpoint) => endpoint.deployments);
  const byName = new Map(deployments.map((deployment) => [deployment.backend, deployment]));
  if (byName.size < deployments.length) {
    throw new Error("two deployments have the same backend");
  }
  return [...byName.values()].sort((a, b) => compareText(a.backend, b.backend)).map(cluster);
}

function cluster(deployment: DeploymentRoute): JsonObject {
  const { backend, instances, readiness } = deployment;
  return typed("config.cluster.v3.Cluster", {
    name: backend,
    connect_timeout: duration(CONNECT_TIMEOUT_MS),
    cluster_type: extension("envoy.clusters.dns", "extensions.clusters.dns.v3.DnsCluster", {
      dns_lookup_family: "V4_ONLY",
      dns_refresh_rate: duration(DNS_REFRESH_MS),
      dns_failure_refresh_rate: { base_interval: duration(DNS_REFRESH_MS), max_interval: duration(2 * DNS_REFRESH_MS) },
    }),
    load_assignment: {
      cluster_name: backend,
      endpoints: [{ lb_endpoints: [...instances].sort(byAddress).map((instance) => lbEndpoint(instance, readiness)) }],
    },
    // An instance whose name is gone has stopped. Without this it would get traffic until its probe has failed often enough.
    ignore_health_on_host_removal: true,
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
    common_lb_config: {
      // "Nothing is ready" is a clear 503, not requests sprayed over instances that are not ready.
      healthy_panic_threshold: { value: 0 },
      // By default Envoy sits on news about an instance for a second; requests go on to a dead one for as long.
      update_merge_window: "0s",
    },
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": typed(
        "extensions.upstreams.http.v3.HttpProtocolOptions",
        {
          explicit_http_config: { http_protocol_options: {} },
          common_http_protocol_options: { idle_timeout: duration(IDLE_TIMEOUT_MS) },
        },
      ),
    },
    circuit_breakers: circuitBreakers(deployment),
    health_checks: [healthCheck(readiness)],
    outlier_detection: OUTLIER_DETECTION,
  });
}

function byAddress(a: InstanceAddress, b: InstanceAddress): number {
  return compareText(a.host, b.host) || a.port - b.port;
}

function lbEndpoint(instance: InstanceAddress, readiness: ReadinessProbe): JsonObject {
  const probe: JsonObject =
    readiness.port === instance.port ? {} : { health_check_config: { port_value: readiness.port } };
  return { endpoint: { address: socketAddress(instance.host, instance.port), ...probe } };
}

/**
 * With HTTP/1.1 a request has a connection of its own, so connections are what an instance works on at once.
 *
 * Azure refuses above 2 × limit × instances in flight. A request also counts as pending while its connection is being made,
 * which for servers that close after each answer is every request: were the queue only limit × instances long, load within
 * Azure's bound would be refused. So the queue takes all of it, and refusal starts between 2 and 3 × limit × instances.
 */
function circuitBreakers(deployment: DeploymentRoute): JsonObject {
  const perInstance = deployment.maxConcurrentRequestsPerInstance;
  const working = perInstance * deployment.instances.length;
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

/** The readiness probe. A new instance gets no request before its first pass; that one pass is enough for the first time. */
function healthCheck(probe: ReadinessProbe): JsonObject {
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
