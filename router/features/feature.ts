import type { DeploymentRoute, EndpointRoutes, KeyPair } from "../../plan/routing-table";
import type { Json, JsonObject } from "../xds";

/**
 * One ability of the router: all that Envoy and the programs of the router's image must know of it. The table in index.ts
 * lists the features; bootstrap, routes, clusters and manifest are made from it. Each part may be left out.
 */
export interface RouterFeature {
  /** Filters that the listener gets, in the order in which a request passes them. `watched` is the feature's own file. */
  readonly filters?: (watched: (file: FeatureFile) => JsonObject) => readonly JsonObject[];
  /** What its filters do on every route of an endpoint, by filter name. */
  readonly endpointFilters?: (endpoint: EndpointRoutes) => JsonObject;
  /** What its filters do with a request to no endpoint, by filter name. */
  readonly strangerFilters?: JsonObject;
  /** Fields of each route's action. */
  readonly routeAction?: (route: RouteToDeployment) => JsonObject;
  /** Fields of each deployment's cluster. */
  readonly cluster?: (deployment: DeploymentRoute) => JsonObject;
  /** Clusters besides those of the deployments. Their names begin with the endpoint's, so that no two endpoints clash. */
  readonly clusters?: (endpoint: EndpointRoutes) => readonly JsonObject[];
  /** A file that Envoy watches, because the configuration of one of its filters changes with the endpoints. */
  readonly file?: FeatureFile;
}

export interface RouteToDeployment {
  readonly endpoint: EndpointRoutes;
  readonly deployment: DeploymentRoute;
  /** Whether the caller named the deployment, or it was drawn by the traffic split. */
  readonly way: "pinned" | "live";
}

export type FeatureFile = PlainFile | SecretFile;

interface FileOfFilter {
  /** Name of the file. */
  readonly name: string;
  /** Name of the filter whose configuration it holds, and that configuration when there is no endpoint. */
  readonly filter: string;
  readonly first: JsonObject;
  /**
   * JSON pointer into `first`: where an endpoint's part goes. Parts are added to a list there, or to an object, where two
   * endpoints may have an entry in common only when it is the same one.
   */
  readonly at: string;
}

interface PlainFile extends FileOfFilter {
  readonly secret: false;
  readonly part: (endpoint: EndpointRoutes) => Json;
}

/** Only the router's own user may read it, and so may the part of each endpoint. */
interface SecretFile extends FileOfFilter {
  readonly secret: true;
  /** Fields whose text is hidden from Envoy while it checks the file, because it prints what it refuses. */
  readonly hidden: readonly string[];
  /** @throws Error without the secret in it, when a key is missing */
  readonly part: (endpoint: EndpointRoutes, keys: KeyPair | undefined) => Json;
}
