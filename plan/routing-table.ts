/**
 * The routing table: what the router of one stack must do, in terms of endpoints and deployments and without a word
 * of Envoy. `router/` turns it into files for the proxy.
 */
export interface RoutingTable {
  /** Pulumi stack name; shows in logs only. */
  readonly stack: string;
  /**
   * Domain below which endpoints get a host name, `<endpoint>.<domain>`. The path form
   * `/api/v1/endpoint/<endpoint>/…` always works as well.
   */
  readonly domain: string;
  /** Sorted by name. */
  readonly endpoints: readonly EndpointRoutes[];
}

export interface EndpointRoutes {
  readonly name: string;
  /** Which status codes a failure maps to (Azure answers differ between the two kinds, how-to-troubleshoot-online-endpoints). */
  readonly kind: "managed" | "kubernetes";
  readonly auth: { readonly mode: "key" };
  /** Sorted by name. */
  readonly deployments: readonly DeploymentRoute[];
  /** Live traffic in percent by deployment name; sums to 0 or to 100. Deployments at 0 are absent. */
  readonly traffic: Readonly<Record<string, number>>;
  /** Largest request body in bytes; more is answered 413. */
  readonly payloadLimitBytes: number;
}

export interface DeploymentRoute {
  readonly name: string;
  /**
   * Name of this exact set of instances, `<endpoint>-<deployment>-<generation>-x<count>`. A changed deployment or a
   * changed count is another backend, so a change is always: add the new one, switch the routes, drain the old one.
   */
  readonly backend: string;
  /** Where the instances listen, by a host name that the router's network resolves. */
  readonly instances: readonly InstanceAddress[];
  /** `request_settings.request_timeout_ms`: total time, 408 (managed) or 504 (kubernetes) after it. */
  readonly requestTimeoutMs: number;
  /** `request_settings.max_concurrent_requests_per_instance`; at most 2 × this × instances in flight, then 429. */
  readonly maxConcurrentRequestsPerInstance: number;
  readonly readiness: ReadinessProbe;
}

export interface InstanceAddress {
  readonly host: string;
  readonly port: number;
}

/** An HTTP readiness probe. All times in seconds; defaults in input/ (reference-yaml-deployment-managed-online). */
export interface ReadinessProbe {
  readonly port: number;
  readonly path: string;
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

/** The two keys of each endpoint with key auth, by endpoint name. Secret: only ever in the router's key file. */
export type EndpointKeys = Readonly<Record<string, { readonly primary: string; readonly secondary: string }>>;
