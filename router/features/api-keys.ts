import type { EndpointRoutes, KeyPair } from "../../plan/routing-table";
import { type JsonObject, typed, typeUrl } from "../xds";
import type { FeatureFile, RouterFeature } from "./feature";

const FILTER = "envoy.filters.http.api_key_auth";

const TYPE = "extensions.filters.http.api_key_auth.v3.";

/** The model never sees the caller's key. An override replaces this whole field, so it has to be said in both places. */
const FORWARDING: JsonObject = { hide_credentials: true };

/** The credentials of all endpoints. What an endpoint accepts is said on its routes, which name clients and hold no key. */
const FILE: FeatureFile = {
  name: "ecds-keys.json",
  filter: FILTER,
  first: typed(`${TYPE}ApiKeyAuth`, {
    key_sources: [{ header: "Authorization" }],
    credentials: [],
    forwarding: FORWARDING,
  }),
  at: "/credentials",
  secret: true,
  hidden: ["key"],
  part: credentials,
};

/** Each endpoint has two keys, and either opens it (how-to-authenticate-online-endpoint). */
export const API_KEYS: RouterFeature = {
  filters: (watched) => [
    { name: FILTER, config_discovery: { config_source: watched(FILE), type_urls: [typeUrl(`${TYPE}ApiKeyAuth`)] } },
  ],
  endpointFilters: ({ name }) => ({
    [FILTER]: typed(`${TYPE}ApiKeyAuthPerRoute`, {
      allowed_clients: [client(name, "primary"), client(name, "secondary")],
      forwarding: FORWARDING,
    }),
  }),
  // "No such endpoint" needs no key.
  strangerFilters: { [FILTER]: typed("config.route.v3.FilterConfig", { disabled: true }) },
  file: FILE,
};

function credentials({ name }: EndpointRoutes, keys: KeyPair | undefined): JsonObject[] {
  for (const slot of ["primary", "secondary"] as const) {
    if ((keys?.[slot] ?? "") === "") {
      throw new Error(`endpoint ${name} has no ${slot} key`);
    }
  }
  const { primary, secondary } = keys!;
  const first = { key: primary, client: client(name, "primary") };
  // Envoy refuses a key that it has twice.
  return primary === secondary ? [first] : [first, { key: secondary, client: client(name, "secondary") }];
}

function client(endpoint: string, slot: keyof KeyPair): string {
  return `${endpoint}/${slot}`;
}
