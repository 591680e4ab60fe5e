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
   * Name of what its instances run, `<endpoint>-<deployment>-<generation>`. A changed deployment is another backend. How
   * many instances there are is no part of the name: that is data, and changes without a new generation.
   */
  readonly backend: string;
  readonly instances: DeploymentInstances;
  /** `request_settings.request_timeout_ms`: total time, 408 (managed) or 504 (kubernetes) after it. */
  readonly requestTimeoutMs: number;
  /** `request_settings.max_concurrent_requests_per_instance`; at most 2 × this × running instances in flight, then 429. */
  readonly maxConcurrentRequestsPerInstance: number;
  readonly readiness: ReadinessProbe;
}

/** Which instances exist, and how many of them are meant to run: a scaler changes the second without the first. */
export interface DeploymentInstances {
  /** Of all that exist, whether they run or not; the name of one that does not run does not resolve. Sorted by host. */
  readonly addresses: readonly InstanceAddress[];
  /** How many are meant to run, from 0 to all of them. Whole limits of the deployment are this many times one instance's. */
  readonly running: number;
}

export interface InstanceAddress {
  /** An IP address, or a complete name that the router's network resolves: no search domain is ever added to it. */
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

/** The two keys of an endpoint with key auth. Secret: only ever in the router's secret files. */
export interface KeyPair {
  readonly primary: string;
  readonly secondary: string;
}

/** By endpoint name. */
export type EndpointKeys = Readonly<Record<string, KeyPair>>;
