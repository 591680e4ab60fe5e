import { isIP } from "node:net";
import type { DeploymentRoute, EndpointRoutes, InstanceAddress, ReadinessProbe } from "../plan/routing-table";
import { FEATURES, type RouterFeature } from "./features";
import { METADATA } from "./names";
import { compareText, duration, extension, type JsonObject, socketAddress, typed } from "./xds";

/** How fast the router sees that an instance came or went. */
const DNS_REFRESH_MS = 1000;

const CONNECT_TIMEOUT_MS = 250;

/**
 * An idle connection is closed before the server can: Gunicorn keeps one for 2 s, Uvicorn and Node for 5 s, and a request
 * that crosses the server's close on the wire is lost.
 */
const IDLE_TIMEOUT_MS = 1000;

/** The clusters of an endpoint: one for each backend, then those of features; sorted by name. */
export function compileClusters(endpoint: EndpointRoutes, features: readonly RouterFeature[] = FEATURES): JsonObject[] {
  return [
    ...[...endpoint.deployments].sort((a, b) => compareText(a.backend, b.backend)).map((of) => cluster(of, features)),
    ...features.flatMap((feature) => feature.clusters?.(endpoint) ?? []),
  ];
}

function cluster(deployment: DeploymentRoute, features: readonly RouterFeature[]): JsonObject {
  const { backend, instances, readiness } = deployment;
  const { addresses, running } = instances;
  if (!Number.isInteger(running) || running < 0 || running > addresses.length) {
    throw new RangeError(`${backend} cannot have ${running} running instances of ${addresses.length}`);
  }
  const fields = features.map((feature) => feature.cluster?.(deployment) ?? {});
  return typed("config.cluster.v3.Cluster", {
    name: backend,
    // `router-apply` waits for as many instances as are meant to run.
    metadata: { filter_metadata: { [METADATA]: { backend, running } } },
    connect_timeout: duration(CONNECT_TIMEOUT_MS),
    cluster_type: extension("envoy.clusters.dns", "extensions.clusters.dns.v3.DnsCluster", {
      dns_lookup_family: "V4_ONLY",
      dns_refresh_rate: duration(DNS_REFRESH_MS),
      dns_failure_refresh_rate: { base_interval: duration(DNS_REFRESH_MS), max_interval: duration(2 * DNS_REFRESH_MS) },
    }),
    load_assignment: {
      cluster_name: backend,
      endpoints: [{ lb_endpoints: [...addresses].sort(byAddress).map((instance) => lbEndpoint(instance, readiness)) }],
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
    ...Object.assign({}, ...fields),
  });
}

function byAddress(a: InstanceAddress, b: InstanceAddress): number {
  return compareText(a.host, b.host) || a.port - b.port;
}

function lbEndpoint({ host, port }: InstanceAddress, readiness: ReadinessProbe): JsonObject {
  const probe: JsonObject = readiness.port === port ? {} : { health_check_config: { port_value: readiness.port } };
  return { endpoint: { address: socketAddress(absolute(host), port), ...probe } };
}

/** The dot at the end keeps the resolver from trying the host's search domains, where somebody else may have that name. */
function absolute(host: string): string {
  return isIP(host) !== 0 || host.endsWith(".") ? host : `${host}.`;
}
