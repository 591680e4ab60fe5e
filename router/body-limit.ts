import { extension, type JsonObject, typed } from "./xds";

const MIB = 1024 * 1024;

/**
 * Body limits that an endpoint can have, in bytes. Envoy's streaming limit has no number per route: each limit is a filter
 * of its own in the listener, off until a route switches it on. The listener never changes, so the list is fixed.
 */
export const BODY_LIMITS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500].map((mebibytes) => mebibytes * MIB);

export function bodyLimitFilters(): JsonObject[] {
  return BODY_LIMITS.map((bytes) => ({
    ...extension(filterName(bytes), "extensions.filters.http.body_size_limit.v3.BodySizeLimit", {
      max_request_bytes: bytes,
    }),
    disabled: true,
  }));
}

/** The override that switches a limit on. */
export function bodyLimitOverride(bytes: number): JsonObject {
  if (!BODY_LIMITS.includes(bytes)) {
    throw new RangeError(`payloadLimitBytes ${bytes} is not one of ${BODY_LIMITS.join(", ")}`);
  }
  return { [filterName(bytes)]: typed("config.route.v3.FilterConfig", { config: {} }) };
}

function filterName(bytes: number): string {
  return `body.${bytes}`;
}
