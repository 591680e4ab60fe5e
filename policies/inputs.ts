/** What the components tell a policy: their inputs, plain values that are known in preview. */

export const COMPONENTS = {
  endpoint: "mlendpoints:index:OnlineEndpoint",
  deployment: "mlendpoints:index:OnlineDeployment",
  identity: "mlendpoints:index:EndpointIdentity",
  quota: "mlendpoints:index:Quota",
} as const;

export const CONTAINER = "docker:index/container:Container";

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
  readonly endpoint: string;
  readonly type: string;
  readonly name: string;
  readonly roleAssignments: readonly RoleInput[];
  /** Roles that nothing of the endpoint's needs. */
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

/** The inputs of Docker's own container resource that policies look at. All of them may be left out. */
export interface ContainerInputs {
  readonly name?: string;
  readonly privileged?: boolean;
  readonly readOnly?: boolean;
  readonly uploads?: readonly unknown[];
  readonly capabilities?: { readonly adds?: readonly string[]; readonly drops?: readonly string[] };
  readonly securityOpts?: readonly string[];
  readonly labels?: readonly { readonly label: string; readonly value: string }[];
  /** MiB. */
  readonly memory?: number;
  readonly memorySwap?: number;
}

/** What a component may leave out. Any other input that is not there stops a policy from saying "in order". */
const OPTIONAL = new Set(["image"]);

/** Inputs that are objects with fixed fields; the others are maps and lists, where anything may be absent. */
const STRUCTS = new Set(["readiness", "liveness", "ownProbes"]);

/** Why a policy could not tell. It is reported like a violation: silence would look like consent. */
export class Unchecked extends Error {}

/**
 * The inputs, made to throw when one is read that is not there: `undefined > 0` is false, and a policy would say nothing.
 * A value that is not known yet throws by itself: that is the SDK's doing.
 */
export function complete<T extends object>(inputs: T, path = ""): T {
  return new Proxy(inputs, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key);
      if (typeof key === "symbol" || OPTIONAL.has(key)) {
        return value;
      }
      if (value === undefined || value === null) {
        throw new Unchecked(`the input ${path}${key} is missing; use components and policies of one version`);
      }
      return STRUCTS.has(key) && typeof value === "object" ? complete(value, `${path}${key}.`) : value;
    },
  });
}
