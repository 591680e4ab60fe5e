import type { EndpointRoutes } from "../../plan/routing-table";
import { extension, type JsonObject, typed } from "../xds";
import type { RouterFeature } from "./feature";

const MIB = 1024 * 1024;

/**
 * Body limits that an endpoint can have, in bytes. Envoy's streaming limit has no number per route: each limit is a filter
 * of its own in the listener, off until a route switches it on. The listener never changes, so the list is fixed.
 */
export const BODY_LIMITS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500].map((mebibytes) => mebibytes * MIB);

/** A larger body is answered 413, whether or not its length was said before. */
export const BODY_LIMIT: RouterFeature = {
  filters: () =>
    BODY_LIMITS.map((bytes) => ({
      ...extension(filterName(bytes), "extensions.filters.http.body_size_limit.v3.BodySizeLimit", {
        max_request_bytes: bytes,
      }),
      disabled: true,
    })),
  endpointFilters: switchedOn,
};

function switchedOn({ payloadLimitBytes }: EndpointRoutes): JsonObject {
  if (!BODY_LIMITS.includes(payloadLimitBytes)) {
    throw new RangeError(`payloadLimitBytes ${payloadLimitBytes} is not one of ${BODY_LIMITS.join(", ")}`);
  }
  return { [filterName(payloadLimitBytes)]: typed("config.route.v3.FilterConfig", { config: {} }) };
}

function filterName(bytes: number): string {
  return `body.${bytes}`;
}
