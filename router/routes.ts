import type { DeploymentRoute, EndpointRoutes, RoutingTable } from "../plan/routing-table";
import { bodyLimitOverride } from "./body-limit";
import { keyAuthOverride, NO_AUTH } from "./keys";
import { modelErrorOverride } from "./model-errors";
import { compareText, duration, extension, type JsonObject, setHeader, typed } from "./xds";

/** Under this name routes carry what logs, metrics and error texts say of them. */
export const METADATA = "mlendpoints";

export const ROUTE_CONFIGURATION = "main";

const DEPLOYMENT_HEADER = "azureml-model-deployment";

/** Longer than the request may take, so that only a silent upload or WebSocket meets it. */
const IDLE_MARGIN_MS = 60_000;

/** One virtual host for each endpoint, and one for any other host: there endpoints are found by path. */
export function compileRoutes(table: RoutingTable): JsonObject {
  const endpoints = [...table.endpoints].sort((a, b) => compareText(a.name, b.name));
  return typed("config.route.v3.RouteConfiguration", {
    name: ROUTE_CONFIGURATION,
    // A route to a cluster that is not there refuses the file; otherwise it would be accepted and answer 503.
    validate_clusters: true,
    // Azure's older name of the request id (azureml-inference-server-http).
    response_headers_to_add: [setHeader("x-ms-request-id", "%REQ(X-REQUEST-ID)%")],
    virtual_hosts: [...endpoints.map((endpoint) => virtualHost(endpoint, table.domain)), anyOtherHost(endpoints)],
  });
}

function virtualHost(endpoint: EndpointRoutes, domain: string): JsonObject {
  return {
    name: endpoint.name,
    domains: [`${endpoint.name}.${domain}`],
    routes: endpointRoutes(endpoint, ROOT),
    ...endpointSettings(endpoint),
  };
}

/** Found by a prefix tree, so the number of endpoints does not matter. */
function anyOtherHost(endpoints: readonly EndpointRoutes[]): JsonObject {
  const host: JsonObject = { name: "*", domains: ["*"] };
  const byPath = endpoints.map((endpoint): [string, JsonObject] => {
    const prefix = `/api/v1/endpoint/${endpoint.name}/`;
    const settings = endpointSettings(endpoint);
    const routes = endpointRoutes(endpoint, { prefix, rewrite: { prefix_rewrite: "/" } });
    const list: JsonObject = { routes: routes.map((route) => ({ ...route, ...settings })) };
    return [prefix, { action: extension(endpoint.name, "config.route.v3.RouteList", list) }];
  });
  return byPath.length === 0
    ? { ...host, routes: [NO_SUCH_ENDPOINT] }
    : {
        ...host,
        matcher: {
          matcher_tree: {
            input: extension("path", "type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: ":path" }),
            prefix_match_map: { map: Object.fromEntries(byPath) },
          },
          on_no_match: { action: extension("none", "config.route.v3.Route", NO_SUCH_ENDPOINT) },
        },
      };
}

/** What holds for every route of an endpoint. */
function endpointSettings(endpoint: EndpointRoutes): JsonObject {
  return {
    // A request is kept until its connection stands, so that it can go to another instance when it does not.
    request_body_buffer_limit: endpoint.payloadLimitBytes,
    typed_per_filter_config: {
      ...keyAuthOverride(endpoint.name),
      ...modelErrorOverride(endpoint.kind),
      ...bodyLimitOverride(endpoint.payloadLimitBytes),
    },
  };
}

interface Place {
  readonly prefix: string;
  readonly rewrite: JsonObject;
}
const ROOT: Place = { prefix: "/", rewrite: {} };

/** In the order that they are tried: named by header, named but unknown, drawn by lot, nothing live. */
function endpointRoutes(endpoint: EndpointRoutes, place: Place): JsonObject[] {
  const deployments = [...endpoint.deployments].sort((a, b) => compareText(a.name, b.name));
  const live = liveShares(endpoint);
  return [
    ...deployments.map((deployment) => ({
      ...toDeployment(endpoint, deployment, "pinned", place),
      match: {
        prefix: place.prefix,
        headers: [{ name: DEPLOYMENT_HEADER, string_match: { exact: deployment.name, ignore_case: true } }],
      },
    })),
    {
      ...notFound(endpoint.name, "unknown-deployment", "DeploymentNotFound", {
        body_format: { text_format: `endpoint '${endpoint.name}' has no deployment '%REQ(${DEPLOYMENT_HEADER})%'` },
      }),
      match: { prefix: place.prefix, headers: [{ name: DEPLOYMENT_HEADER, present_match: true }] },
    },
    ...live.map(({ deployment, below }) => ({
      ...toDeployment(endpoint, deployment, "live", place),
      match: { prefix: place.prefix, ...(below < 100 ? fraction(below) : {}) },
    })),
    ...(live.length > 0
      ? []
      : [
          {
            ...notFound(endpoint.name, "no-live-deployment", "NoLiveDeployment", {
              // Azure's words (how-to-troubleshoot-online-endpoints).
              body: {
                inline_string: `endpoint '${endpoint.name}' doesn't have any valid deployment with positive weight`,
              },
            }),
            match: { prefix: place.prefix },
          },
        ]),
  ];
}

interface LiveShare {
  readonly deployment: DeploymentRoute;
  /** A request is this deployment's when its lot, 0 to 99, is below this and not below the one before. */
  readonly below: number;
}

/** A request has one lot, which every route tests: so the thresholds add up, and the last one takes all that is left. */
function liveShares(endpoint: EndpointRoutes): LiveShare[] {
  const shares: LiveShare[] = [];
  let below = 0;
  for (const [name, percent] of Object.entries(endpoint.traffic).sort(([a], [b]) => compareText(a, b))) {
    const deployment = endpoint.deployments.find((candidate) => candidate.name === name);
    if (deployment === undefined || !Number.isInteger(percent) || percent < 0) {
      throw new RangeError(`traffic of endpoint ${endpoint.name}: ${name} cannot have ${percent}%`);
    }
    below += percent;
    if (percent > 0) {
      shares.push({ deployment, below });
    }
  }
  if (below !== 0 && below !== 100) {
    throw new RangeError(`traffic of endpoint ${endpoint.name} sums to ${below}%`);
  }
  return shares;
}

function fraction(percent: number): JsonObject {
  return { runtime_fraction: { default_value: { numerator: percent, denominator: "HUNDRED" } } };
}

function toDeployment(endpoint: EndpointRoutes, deployment: DeploymentRoute, way: string, place: Place): JsonObject {
  const { name, backend, requestTimeoutMs } = deployment;
  return {
    name: `${endpoint.name}|${name}|${way}`,
    route: {
      cluster: backend,
      timeout: duration(requestTimeoutMs),
      idle_timeout: duration(requestTimeoutMs + IDLE_MARGIN_MS),
      retry_policy: RETRY_POLICY,
      ...place.rewrite,
    },
    metadata: metadata(endpoint.name, name, {
      request_timeout_ms: String(requestTimeoutMs),
      payload_limit_bytes: String(endpoint.payloadLimitBytes),
    }),
    response_headers_to_add: [setHeader(DEPLOYMENT_HEADER, name)],
  };
}

/**
 * Only when the model cannot have seen the request. Twice, because an instance that died looks like the least busy one: it
 * is taken again, and after its second failure it is left out (see OUTLIER_DETECTION), so that the third attempt succeeds.
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

function notFound(endpoint: string, name: string, code: string, reply: JsonObject): JsonObject {
  return {
    name: `${endpoint}|-|${name}`,
    direct_response: { status: 404, ...reply },
    metadata: metadata(endpoint, "-", { error_code: code }),
  };
}

function metadata(endpoint: string, deployment: string, more: JsonObject): JsonObject {
  return { filter_metadata: { [METADATA]: { endpoint, deployment, ...more } } };
}

const NO_SUCH_ENDPOINT: JsonObject = {
  ...notFound("-", "no-endpoint", "EndpointNotFound", { body: { inline_string: "no such endpoint" } }),
  match: { prefix: "/" },
  typed_per_filter_config: NO_AUTH,
};
