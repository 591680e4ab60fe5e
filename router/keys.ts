import type { EndpointKeys, RoutingTable } from "../plan/routing-table";
import { compareText, type JsonObject, typed } from "./xds";

export const API_KEY_FILTER = "envoy.filters.http.api_key_auth";

const TYPE = "extensions.filters.http.api_key_auth.v3.";

/** The model never sees the caller's key. An override replaces this whole field, so it has to be said in both places. */
const FORWARDING: JsonObject = { hide_credentials: true };

/**
 * The credentials of all endpoints of the table, the only secret of the router. What an endpoint accepts is said by
 * {@link keyAuthOverride}, which names clients and holds no key.
 *
 * @throws Error when an endpoint lacks a key or two endpoints share one; never shows a key
 */
export function compileCredentials(table: RoutingTable, keys: EndpointKeys): JsonObject {
  const clients = new Map<string, string>();
  for (const { name } of [...table.endpoints].sort((a, b) => compareText(a.name, b.name))) {
    const pair = keys[name];
    for (const slot of ["primary", "secondary"] as const) {
      const key = pair?.[slot] ?? "";
      if (key === "") {
        throw new Error(`endpoint ${name} has no ${slot} key`);
      }
      const owner = clients.get(key);
      // Envoy would refuse the file for every endpoint, and log the key. Twice in one endpoint is harmless: one entry.
      if (owner !== undefined && owner !== client(name, "primary")) {
        throw new Error(`the ${slot} key of endpoint ${name} is also a key of endpoint ${owner.split("/")[0]}`);
      }
      clients.set(key, owner ?? client(name, slot));
    }
  }
  return typed("config.core.v3.TypedExtensionConfig", {
    name: API_KEY_FILTER,
    typed_config: typed(`${TYPE}ApiKeyAuth`, {
      key_sources: [{ header: "Authorization" }],
      credentials: [...clients]
        .map(([key, name]) => ({ key, client: name }))
        .sort((a, b) => compareText(a.client, b.client)),
      forwarding: FORWARDING,
    }),
  });
}

export function keyAuthOverride(endpoint: string): JsonObject {
  return {
    [API_KEY_FILTER]: typed(`${TYPE}ApiKeyAuthPerRoute`, {
      allowed_clients: [client(endpoint, "primary"), client(endpoint, "secondary")],
      forwarding: FORWARDING,
    }),
  };
}

/** For what belongs to no endpoint: "no such endpoint" needs no key. */
export const NO_AUTH: JsonObject = { [API_KEY_FILTER]: typed("config.route.v3.FilterConfig", { disabled: true }) };

function client(endpoint: string, slot: "primary" | "secondary"): string {
  return `${endpoint}/${slot}`;
}
