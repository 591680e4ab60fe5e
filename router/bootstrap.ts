import { canonicalJson } from "../plan/hash";
import { accessLog } from "./access-log";
import { FEATURES, type RouterFeature } from "./features";
import { localReplyConfig } from "./local-replies";
import {
  ADMIN_SOCKET,
  LISTENER_STATS,
  METRICS,
  ROUTE_CONFIGURATION,
  ROUTER_FOLDERS,
  type RouterFolders,
} from "./names";
import { CLUSTERS_FILE, ROUTES_FILE, watchedFiles } from "./watched-files";
import { extension, type JsonObject, socketAddress } from "./xds";

export interface BootstrapOptions {
  /** Address that the router listens on. @default "0.0.0.0" */
  readonly address?: string;
  /** @default 8080 */
  readonly port?: number;
  readonly folders?: RouterFolders;
  /** What the router can do. @default {@link FEATURES} */
  readonly features?: readonly RouterFeature[];
}

/**
 * What Envoy starts with and cannot change later. The listener is in here rather than in a watched file, so that a wrong
 * one fails the start instead of leaving a router that is up and hears nothing.
 */
export function compileBootstrap(options: BootstrapOptions = {}): string {
  const { live, run } = options.folders ?? ROUTER_FOLDERS;
  const features = options.features ?? FEATURES;
  const listener = socketAddress(options.address ?? "0.0.0.0", options.port ?? 8080);
  return canonicalJson({
    node: { id: "router", cluster: "mlendpoints" },
    // No port and no other user: who reaches the admin interface can change and read everything.
    admin: { address: { pipe: { path: `${run}/${ADMIN_SOCKET}`, mode: 0o600 } } },
    dynamic_resources: { cds_config: watched(live, CLUSTERS_FILE) },
    static_resources: {
      listeners: [
        {
          name: "main",
          address: listener,
          per_connection_buffer_limit_bytes: 32 * 1024,
          filter_chains: [
            {
              filters: [
                extension(
                  "envoy.filters.network.http_connection_manager",
                  "extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
                  connectionManager(live, features),
                ),
              ],
            },
          ],
        },
      ],
    },
    stats_config: { stats_matcher: { inclusion_list: { patterns: stats(features) } } },
    layered_runtime: {
      layers: [{ name: "guards", static_layer: { "envoy.reloadable_features.strict_chunk_parsing": true } }],
    },
    overload_manager: {
      resource_monitors: [
        extension(
          "envoy.resource_monitors.global_downstream_max_connections",
          "extensions.resource_monitors.downstream_connections.v3.DownstreamConnectionsConfig",
          { max_active_downstream_connections: 50_000 },
        ),
      ],
    },
  });
}

function connectionManager(live: string, features: readonly RouterFeature[]): JsonObject {
  return {
    stat_prefix: LISTENER_STATS,
    codec_type: "AUTO",
    // Callers are strangers: their x-envoy-* headers are dropped and their request id is replaced (how-to-troubleshoot-online-endpoints).
    use_remote_address: true,
    generate_request_id: true,
    always_set_request_id_in_response: true,
    strip_any_host_port: true,
    normalize_path: true,
    merge_slashes: true,
    path_with_escaped_slashes_action: "REJECT_REQUEST",
    request_headers_timeout: "10s",
    stream_idle_timeout: "300s",
    upgrade_configs: [{ upgrade_type: "websocket" }],
    server_header_transformation: "PASS_THROUGH",
    http_protocol_options: {},
    common_http_protocol_options: { headers_with_underscores_action: "REJECT_REQUEST" },
    rds: { route_config_name: ROUTE_CONFIGURATION, config_source: watched(live, ROUTES_FILE) },
    http_filters: [
      ...features.flatMap((feature) => feature.filters?.((file) => watched(live, file.name)) ?? []),
      extension("envoy.filters.http.router", "extensions.filters.http.router.v3.Router"),
    ],
    access_log: accessLog(),
    local_reply_config: localReplyConfig(),
  };
}

/** Read again whenever another file is moved onto this path, and only then. */
function watched(live: string, file: string): JsonObject {
  return { path_config_source: { path: `${live}/${file}` }, resource_api_version: "V3" };
}

/** Without a list each cluster has hundreds. Who applies a change needs the ones about updates and about draining. */
function stats(features: readonly RouterFeature[]): JsonObject[] {
  const files = watchedFiles(features).map((file) => file.stats);
  const prefixes = [
    `${METRICS}.`,
    "cluster_manager.",
    `http.${LISTENER_STATS}.downstream`,
    "listener_manager.",
    "server.",
    ...files,
  ];
  const suffixes = [
    ".membership_healthy",
    ".membership_total",
    ".upstream_rq_active",
    ".upstream_rq_pending_active",
    ".upstream_rq_pending_overflow",
    ".upstream_rq_retry",
  ];
  return [...prefixes.map((prefix) => ({ prefix })), ...suffixes.map((suffix) => ({ suffix }))];
}
