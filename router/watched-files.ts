import { FEATURES, type FeatureFile, type RouterFeature } from "./features";
import { LISTENER_STATS, ROUTE_CONFIGURATION } from "./names";
import { commonRoutes } from "./routes";
import { type JsonObject, typed } from "./xds";

/** A file that Envoy reads again whenever another one is moved onto its path. */
export interface WatchedFile {
  readonly name: string;
  /** Only the router's own user may read it. */
  readonly secret: boolean;
  /** What the names of the counters begin with that tell what Envoy did with it. */
  readonly stats: string;
  /** Where its content would stand in a start-up configuration: Envoy checks across files only there. */
  readonly place: "clusters" | "routes" | "filter";
  /** Fields whose text is hidden from Envoy while it checks the file. */
  readonly hidden: readonly string[];
  /** Its resources when there is no endpoint. What endpoints add is said by JSON pointers into this. */
  readonly first: readonly JsonObject[];
}

export const CLUSTERS_FILE = "cds.json";
export const ROUTES_FILE = "rds.json";

/**
 * All of them, in the order in which a change is handed over: what routes need comes before the routes.
 *
 * Each costs one of the 128 inotify instances that a user of the host has, and Envoy ends when there is none left; so there
 * is one file for a feature, never one for an endpoint.
 */
export function watchedFiles(features: readonly RouterFeature[] = FEATURES): readonly WatchedFile[] {
  const own = { secret: false, hidden: [] };
  const files = features.flatMap(({ file }) => (file === undefined ? [] : [featureFile(file)]));
  return [
    { ...own, name: CLUSTERS_FILE, stats: "cluster_manager.cds.", place: "clusters", first: [] },
    ...files,
    {
      ...own,
      name: ROUTES_FILE,
      stats: `http.${LISTENER_STATS}.rds.${ROUTE_CONFIGURATION}.`,
      place: "routes",
      first: [commonRoutes(features)],
    },
  ];
}

function featureFile(file: FeatureFile): WatchedFile {
  return {
    name: file.name,
    secret: file.secret,
    stats: `extension_config_discovery.http_filter.${file.filter}.`,
    place: "filter",
    hidden: file.secret ? file.hidden : [],
    first: [typed("config.core.v3.TypedExtensionConfig", { name: file.filter, typed_config: file.first })],
  };
}

/** Pointer to where an endpoint's part of a feature's file goes. */
export function featurePointer(file: FeatureFile): string {
  return `/0/typed_config${file.at}`;
}
