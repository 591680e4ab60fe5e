/** Under this name routes and clusters carry what logs, metrics, error texts and the image's programs say of them. */
export const METADATA = "mlendpoints";

/** What the names of our own metrics begin with. */
export const METRICS = "mlendpoints";

export const ROUTE_CONFIGURATION = "main";

/** Counts of requests, and of the routes, begin with it. */
export const LISTENER_STATS = "in";

/** Folders of the router's image that programs and containers share. */
export interface RouterFolders {
  /** Watched files and accepted endpoints. A volume, which outlives the router's container. @default "/etc/router/live" */
  readonly live: string;
  /** Envoy's admin socket and the lock of `router-apply`. A volume. @default "/run/router" */
  readonly run: string;
  /** What `router-apply` is handed. @default "/staging" */
  readonly staging: string;
}

export const ROUTER_FOLDERS: RouterFolders = { live: "/etc/router/live", run: "/run/router", staging: "/staging" };

/** Name of Envoy's admin socket in the run folder. */
export const ADMIN_SOCKET = "admin.sock";
