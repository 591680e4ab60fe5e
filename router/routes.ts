import type { DeploymentRoute, EndpointRoutes } from "../plan/routing-table";
import { FEATURES, type RouterFeature, type RouteToDeployment } from "./features";
import { METADATA, ROUTE_CONFIGURATION } from "./names";
import { compareText, duration, extension, type Json, type JsonObject, setHeader, typed } from "./xds";

const DEPLOYMENT_HEADER = "azureml-model-deployment";

/** Longer than the request may take, so that only a silent upload or WebSocket meets it. */
const IDLE_MARGIN_MS = 60_000;

/** Below it endpoints are found by path, on any host that is not an endpoint's own. */
const PATHS = "/api/v1/endpoint/";

const NO_SUCH_ENDPOINT: JsonObject = notFound("-", "no-endpoint", "EndpointNotFound", {
  body: { inline_string: "no such endpoint" },
});

/**
 * What holds for all endpoints, and what is served when there is none: the route configuration that endpoints add to.
 *
 * Paths are found by a prefix tree, so the number of endpoints does not matter. Envoy wants it to have an entry.
 */
export function commonRoutes(features: readonly RouterFeature[] = FEATURES): JsonObject {
  const stranger = { ...NO_SUCH_ENDPOINT, match: { prefix: "/" }, typed_per_filter_config: strangerFilters(features) };
  const none = { action: extension("none", "config.route.v3.Route", stranger) };
  return typed("config.route.v3.RouteConfiguration", {
    name: ROUTE_CONFIGURATION,
    // A route to a cluster that is not there refuses the file; otherwise it would be accepted and answer 503.
    validate_clusters: true,
    // Azure's older name of the request id (azureml-inference-server-http).
    response_headers_to_add: [setHeader("x-ms-request-id", "%REQ(X-REQUEST-ID)%")],
    virtual_hosts: [
      {
        name: "*",
        domains: ["*"],
        matcher: {
          matcher_tree: {
            input: extension("path", "type.matcher.v3.HttpRequestHeaderMatchInput", { header_name: ":path" }),
            prefix_match_map: { map: { [PATHS]: none } },
          },
          on_no_match: none,
        },
      },
    ],
  });
}

/** An endpoint's virtual host, and its routes by path; by JSON pointer into {@link commonRoutes} in a list of resources. */
export function compileRoutes(
  endpoint: EndpointRoutes,
  domain: string,
  features: readonly RouterFeature[] = FEATURES,
): Readonly<Record<string, Json>> {
  const settings = endpointSettings(endpoint, features);
  const host = {
    name: endpoint.name,
    domains: [`${endpoint.name}.${domain}`],
    routes: endpointRoutes(endpoint, { prefix: "/", rewrite: {} }, features),
    ...settings,
  };
  const prefix = `${PATHS}${endpoint.name}/`;
  const routes = endpointRoutes(endpoint, { prefix, rewrite: { prefix_rewrite: "/" } }, features);
  const list = { routes: routes.map((route) => ({ ...route, ...settings })) };
  return {
    "/0/virtual_hosts": [host],
    "/0/virtual_hosts/0/matcher/matcher_tree/prefix_match_map/map": {
      [prefix]: { action: extension(endpoint.name, "config.route.v3.RouteList", list) },
    },
  };
}

function strangerFilters(features: readonly RouterFeature[]): JsonObject {
  return Object.assign({}, ...features.map((feature) => feature.strangerFilters ?? {}));
}

/** What holds for every route of an endpoint. */
function endpointSettings(endpoint: EndpointRoutes, features: readonly RouterFeature[]): JsonObject {
  return {
    // A request is kept until its connection stands, so that it can go to another instance when it does not.
    request_body_buffer_limit: endpoint.payloadLimitBytes,
    typed_per_filter_config: Object.assign({}, ...features.map((feature) => feature.endpointFilters?.(endpoint) ?? {})),
  };
}

interface Place {
  readonly prefix: string;
  readonly rewrite: JsonObject;
}

/** In the order that they are tried: named by header, named but unknown, drawn by lot, nothing live. */
function endpointRoutes(endpoint: EndpointRoutes, place: Place, features: readonly RouterFeature[]): JsonObject[] {
  const to = (deployment: DeploymentRoute, way: RouteToDeployment["way"]): JsonObject =>
    toDeployment({ endpoint, deployment, way }, place, features);
  const deployments = [...endpoint.deployments].sort((a, b) => compareText(a.name, b.name));
  const live = liveShares(endpoint);
  return [
    ...deployments.map((deployment) => ({
      ...to(deployment, "pinned"),
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
      ...to(deployment, "live"),
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

function toDeployment(route: RouteToDeployment, place: Place, features: readonly RouterFeature[]): JsonObject {
  const { endpoint, deployment, way } = route;
  const { name, backend, requestTimeoutMs } = deployment;
  return {
    name: `${endpoint.name}|${name}|${way}`,
    route: {
      cluster: backend,
      timeout: duration(requestTimeoutMs),
      idle_timeout: duration(requestTimeoutMs + IDLE_MARGIN_MS),
      ...Object.assign({}, ...features.map((feature) => feature.routeAction?.(route) ?? {})),
      ...place.rewrite,
    },
    metadata: metadata(endpoint.name, name, {
      request_timeout_ms: String(requestTimeoutMs),
      payload_limit_bytes: String(endpoint.payloadLimitBytes),
    }),
    response_headers_to_add: [setHeader(DEPLOYMENT_HEADER, name)],
  };
}

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
