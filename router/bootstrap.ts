import { canonicalJson } from "../plan/hash";
import { accessLog, METRICS } from "./access-log";
import { bodyLimitFilters } from "./body-limit";
import { API_KEY_FILTER } from "./keys";
import { localReplyConfig } from "./local-replies";
import { modelErrorFilter } from "./model-errors";
import { ROUTE_CONFIGURATION } from "./routes";
import { extension, type JsonObject, socketAddress, typeUrl } from "./xds";

export interface BootstrapOptions {
  /** Address that the router listens on. @default "0.0.0.0" */
  readonly address?: string;
  /** @default 8080 */
  readonly port?: number;
  /** Folder of the watched files. @default "/etc/router/live" */
  readonly liveDirectory?: string;
  /** @default "/run/router/admin.sock" */
  readonly adminSocket?: string;
}

/**
 * What Envoy starts with and cannot change later. The listener is in here rather than in a watched file, so that a wrong
 * one fails the start instead of leaving a router that is up and hears nothing.
 */
export function compileBootstrap(options: BootstrapOptions = {}): string {
  const live = options.liveDirectory ?? "/etc/router/live";
  const listener = socketAddress(options.address ?? "0.0.0.0", options.port ?? 8080);
  return canonicalJson({
    node: { id: "router", cluster: "mlendpoints" },
    // No port and no other user: who reaches the admin interface can change and read everything.
    admin: { address: { pipe: { path: options.adminSocket ?? "/run/router/admin.sock", mode: 0o600 } } },
    dynamic_resources: { cds_config: watched(`${live}/cds.json`) },
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
                  connectionManager(live),
                ),
              ],
            },
          ],
        },
      ],
    },
    stats_config: { stats_matcher: { inclusion_list: { patterns: STATS } } },
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

function connectionManager(live: string): JsonObject {
  return {
    stat_prefix: "in",
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
    rds: { route_config_name: ROUTE_CONFIGURATION, config_source: watched(`${live}/rds.json`) },
    http_filters: [
      {
        name: API_KEY_FILTER,
        config_discovery: {
          config_source: watched(`${live}/ecds-keys.json`),
          type_urls: [typeUrl("extensions.filters.http.api_key_auth.v3.ApiKeyAuth")],
        },
      },
      ...bodyLimitFilters(),
      modelErrorFilter(),
      extension("envoy.filters.http.router", "extensions.filters.http.router.v3.Router"),
    ],
    access_log: accessLog(),
    local_reply_config: localReplyConfig(),
  };
}

/** Read again whenever another file is moved onto this path, and only then. */
function watched(path: string): JsonObject {
  return { path_config_source: { path }, resource_api_version: "V3" };
}

/** Without a list each cluster has hundreds. Who applies a change needs the ones about updates and about draining. */
const STATS: readonly JsonObject[] = [
  ...[
    `${METRICS}.`,
    "cluster_manager.",
    "extension_config_discovery.",
    "http.in.downstream",
    "http.in.rds.",
    "listener_manager.",
    "server.",
  ].map((prefix) => ({ prefix })),
  ...[
    ".membership_healthy",
    ".membership_total",
    ".upstream_rq_active",
    ".upstream_rq_pending_active",
    ".upstream_rq_pending_overflow",
    ".upstream_rq_retry",
  ].map((suffix) => ({ suffix })),
];
