/** A value of Envoy's JSON configuration. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json;
}

/** Name of a message type in JSON: `typeUrl("config.cluster.v3.Cluster")`. */
export function typeUrl(type: string): string {
  return `type.googleapis.com/envoy.${type}`;
}

/** A message of a given type: `typed("config.cluster.v3.Cluster", …)`. */
export function typed(type: string, fields: JsonObject = {}): JsonObject {
  return { "@type": typeUrl(type), ...fields };
}

/** An extension point filled in: `extension("envoy.filters.http.router", "extensions.filters.http.router.v3.Router")`. */
export function extension(name: string, type: string, fields: JsonObject = {}): JsonObject {
  return { name, typed_config: typed(type, fields) };
}

/** Protobuf's JSON form of a duration. */
export function duration(milliseconds: number): string {
  return `${milliseconds / 1000}s`;
}

/** By code unit, which is the same on every machine; a locale is not. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** An address of TCP. */
export function socketAddress(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}

/** A header that replaces one of that name. */
export function setHeader(key: string, value: string): JsonObject {
  return { header: { key, value }, append_action: "OVERWRITE_IF_EXISTS_OR_ADD" };
}
