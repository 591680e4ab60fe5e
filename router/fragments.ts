import { canonicalJson, contentHash } from "../plan/hash";
import type { EndpointKeys, EndpointRoutes, RoutingTable } from "../plan/routing-table";
import { compileClusters } from "./clusters";
import { FEATURES, type RouterFeature } from "./features";
import { compileRoutes } from "./routes";
import { CLUSTERS_FILE, featurePointer, ROUTES_FILE } from "./watched-files";
import { compareText, type Json } from "./xds";

/**
 * What one endpoint adds to the router's files. `router-apply` puts the fragments of all endpoints together; it keeps the
 * one that is live when an endpoint's new one must not be taken over.
 */
export interface EndpointFragment {
  readonly endpoint: string;
  /** Content hash: what `router-status` gives for the endpoint when this fragment is live. */
  readonly version: string;
  /** Text of `endpoints/<endpoint>.json`: by file and JSON pointer, what is added there. */
  readonly text: string;
}

export interface CompiledRouter {
  /** Content hash of all fragments. */
  readonly version: string;
  /** Text of `table.json`: which fragments belong together. */
  readonly table: string;
  /** Sorted by endpoint. */
  readonly fragments: readonly EndpointFragment[];
}

type Parts = Readonly<Record<string, Readonly<Record<string, Json>>>>;

/**
 * The routing table without its secrets, one fragment for each endpoint.
 *
 * @throws RangeError when the traffic, a limit or a number of instances is not one that can be routed
 */
export function compileRouter(table: RoutingTable, features: readonly RouterFeature[] = FEATURES): CompiledRouter {
  const backends = table.endpoints.flatMap(({ deployments }) => deployments.map(({ backend }) => backend));
  if (new Set(backends).size < backends.length) {
    throw new Error("two deployments have the same backend");
  }
  const fragments = byName(table.endpoints).map((endpoint): EndpointFragment => {
    const parts = openParts(endpoint, table.domain, features);
    const version = contentHash(parts);
    return { endpoint: endpoint.name, version, text: canonicalJson({ endpoint: endpoint.name, version, parts }) };
  });
  const endpoints = Object.fromEntries(fragments.map(({ endpoint, version }) => [endpoint, version]));
  const version = contentHash(endpoints);
  return { version, table: canonicalJson({ version, endpoints }), fragments };
}

/**
 * Text of `endpoints/<endpoint>.secret.json` by endpoint: all that is secret of its fragment.
 *
 * @throws Error when an endpoint lacks a key or two endpoints share one; never shows a key
 */
export function compileSecrets(
  table: RoutingTable,
  keys: EndpointKeys,
  features: readonly RouterFeature[] = FEATURES,
): Readonly<Record<string, string>> {
  refuseShared(table, keys);
  return Object.fromEntries(
    byName(table.endpoints).map((endpoint) => {
      const parts: Parts = Object.fromEntries(
        features.flatMap(({ file }) =>
          file?.secret === true
            ? [[file.name, { [featurePointer(file)]: file.part(endpoint, keys[endpoint.name]) }]]
            : [],
        ),
      );
      return [endpoint.name, canonicalJson({ endpoint: endpoint.name, parts })];
    }),
  );
}

function openParts(endpoint: EndpointRoutes, domain: string, features: readonly RouterFeature[]): Parts {
  return {
    [CLUSTERS_FILE]: { "": compileClusters(endpoint, features) },
    [ROUTES_FILE]: compileRoutes(endpoint, domain, features),
    ...Object.fromEntries(
      features.flatMap(({ file }) =>
        file?.secret === false ? [[file.name, { [featurePointer(file)]: file.part(endpoint) }]] : [],
      ),
    ),
  };
}

/** A key must tell which endpoint it opens. Envoy would refuse the whole file, and log the key. */
function refuseShared(table: RoutingTable, keys: EndpointKeys): void {
  const owners = new Map<string, string>();
  for (const { name } of byName(table.endpoints)) {
    for (const slot of ["primary", "secondary"] as const) {
      const key = keys[name]?.[slot] ?? "";
      const owner = owners.get(key) ?? name;
      if (key !== "" && owner !== name) {
        throw new Error(`the ${slot} key of endpoint ${name} is also a key of endpoint ${owner}`);
      }
      owners.set(key, name);
    }
  }
}

function byName(endpoints: readonly EndpointRoutes[]): EndpointRoutes[] {
  return [...endpoints].sort((a, b) => compareText(a.name, b.name));
}
