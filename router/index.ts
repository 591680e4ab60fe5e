/** From the routing table to the files of Envoy. Pure: same table, same text. */
import type { EndpointKeys, RoutingTable } from "../plan/routing-table";
import { compileClusters } from "./clusters";
import { compileCredentials } from "./keys";
import { compileRoutes } from "./routes";
import { xdsFile } from "./xds";

export { BODY_LIMITS } from "./body-limit";
export { type BootstrapOptions, compileBootstrap } from "./bootstrap";

/** The watched files that hold no secret. */
export interface RouterFiles {
  /** Content hash of the routes: what Envoy reports when it serves them. */
  readonly version: string;
  /** Text of `rds.json`: the endpoints and their routes. */
  readonly rds: string;
  /** Text of `cds.json`: the backends. */
  readonly cds: string;
}

/** @throws RangeError when the traffic or a limit of the table is not one that can be routed */
export function compileRouter(table: RoutingTable): RouterFiles {
  const routes = xdsFile([compileRoutes(table)]);
  return { version: routes.version, rds: routes.text, cds: xdsFile(compileClusters(table)).text };
}

/**
 * Text of `ecds-keys.json`, the only watched file with secrets.
 *
 * @throws Error when an endpoint of the table has no key, or shares one with another endpoint
 */
export function compileKeys(table: RoutingTable, keys: EndpointKeys): string {
  return xdsFile([compileCredentials(table, keys)]).text;
}
