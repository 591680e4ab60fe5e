/**
 * The inputs of our components: plain values that are known in preview, and the same in every run until the files change.
 * Policies read them, so the policy pack takes its types from here. This file imports nothing: the pack is a package of its
 * own.
 */

export interface EndpointInputs {
  readonly endpoint: string;
  readonly kind: string;
  readonly authMode: string;
  readonly publicNetworkAccess: boolean;
  /** Address that the router listens on. */
  readonly routerHost: string;
  /** Percent by deployment. */
  readonly traffic: Readonly<Record<string, number>>;
  readonly mirrorTraffic: Readonly<Record<string, number>>;
  readonly tags: Readonly<Record<string, string>>;
  readonly production: boolean;
  readonly deployments: readonly string[];
  /** ISO time of the update that created it. */
  readonly since?: string;
}

export interface ProbeInputs {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export interface PackageInput {
  readonly name: string;
  readonly requirement: string;
  readonly pinned: boolean;
}

export interface DeploymentInputs {
  readonly endpoint: string;
  readonly deployment: string;
  readonly instanceType: string;
  readonly instanceCount: number;
  /** With autoscale the highest number of instances; the number of instances otherwise. */
  readonly maxInstances: number;
  /** Percent of the endpoint's requests. */
  readonly traffic: number;
  readonly mirrorTraffic: number;
  readonly production: boolean;
  readonly generation: string;
  readonly requestTimeoutMs: number;
  readonly maxConcurrentRequestsPerInstance: number;
  readonly maxQueueWaitMs: number;
  readonly readiness: ProbeInputs;
  readonly liveness: ProbeInputs;
  /** Whether the deployment file has these probes, and not only Azure's defaults. */
  readonly ownProbes: { readonly liveness: boolean; readonly readiness: boolean };
  readonly customContainer: boolean;
  /** As named in the environment; absent when it names none. */
  readonly image?: string;
  /** As written: references to secrets stay references. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly packages: readonly PackageInput[];
  /** Whether a lock file stands beside the conda file. */
  readonly locked: boolean;
  readonly egressPublicNetworkAccess: boolean;
  readonly sharedQuota: boolean;
  /** ISO time at which this generation was deployed, or is deployed now. */
  readonly since?: string;
  readonly endpointSince?: string;
}

export interface RoleInput {
  readonly role: string;
  readonly roleId: string;
  readonly scope: string;
}

export interface IdentityInputs {
  /** Endpoint whose containers act under this identity. */
  readonly endpoint: string;
  /** As in the endpoint file: system_assigned or user_assigned. */
  readonly type: string;
  /** The endpoint's name for an identity of its own, the configured one for a user-assigned identity. */
  readonly name: string;
  /** Roles that it holds, the automatic ones included; names and ids are Azure's. */
  readonly roleAssignments: readonly RoleInput[];
  /** Roles that it lacks, and that its deployments run without. */
  readonly missing: readonly RoleInput[];
  /** Roles that it was given in the config, and that nothing of the endpoint's needs. */
  readonly unused: readonly RoleInput[];
}

export interface AccountInput {
  /** The kind `total` is the sum of all deployments. */
  readonly kind: string;
  readonly name: string;
  readonly unit: string;
  readonly reserved: number;
  /** With everything that scales at its maximum. */
  readonly atMaximum: number;
  /** Absent: nothing limits this account. */
  readonly limit?: number;
}

export interface QuotaViolationInput {
  readonly message: string;
  readonly value: string;
  readonly allowed: string;
  /** The smallest change that fits. */
  readonly fix: string;
}

export interface QuotaInputs {
  readonly accounts: readonly AccountInput[];
  /** Of cores, and of what else Azure counts. */
  readonly violations: readonly QuotaViolationInput[];
  /** Deployments whose cores nobody knows, as `endpoint/deployment`. */
  readonly uncounted: readonly string[];
}
