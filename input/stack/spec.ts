import type { AssetReference } from "../azure/asset-reference";
import type { AutoscaleSpec } from "../azure/autoscale/spec";
import type { LocalPath } from "../azure/deployment/files";
import type { Name, OnlineKind } from "../azure/fields";
import type { SecretReference } from "../azure/secret-reference";
import type { Limits } from "../azure/tables/limits";
import type { VmSize } from "../azure/tables/vm-sizes";
import type { SpecError } from "../documents/errors";
import type { FileTree } from "../documents/files";
import type { SourceMap } from "../documents/source-map";
import type { CondaEnvironment } from "../python/conda/conda";
import type { ScoringScript } from "../python/scoring-script";
import type { StackConfig } from "./config";

/** Everything a stack's files say, parsed and checked, Azure's defaults filled in: plain data. What must exist because of it is decided in plan/. */
export interface StackSpec {
  readonly config: StackConfig;
  /** The stack's config file, as the user would type it. */
  readonly configFile: string;
  /** Where the values of the config stand; paths start below `mlendpoints:`. */
  readonly places: SourceMap;
  /** Azure's limits with those that were raised for the user. */
  readonly limits: Limits;
  readonly endpoints: readonly EndpointEntry[];
  readonly warnings: readonly SpecError[];
}

export interface EndpointEntry {
  readonly endpoint: EndpointSpec;
  /** In the order of the stack's config. */
  readonly deployments: readonly DeploymentSpec[];
}

/** An endpoint file with this stack's overrides. */
export interface EndpointSpec {
  readonly file: string;
  /** Where the fields stand: in the file, or in the stack's config where that overrides them. */
  readonly places: SourceMap;
  readonly kind: OnlineKind;
  readonly name: Name;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly authMode: "key" | "aml_token" | "aad_token";
  readonly identity: IdentitySpec;
  /** Percent by deployment. */
  readonly traffic: Readonly<Record<string, number>>;
  /** Percent of the live traffic that is copied, by deployment: one at most. */
  readonly mirrorTraffic: Readonly<Record<string, number>>;
  readonly publicNetworkAccess: boolean;
  /** Of a Kubernetes endpoint: its cluster. */
  readonly compute?: string;
}

export type IdentitySpec =
  | {
      readonly type: "system_assigned";
      /** Grant access to the workspace's secrets by itself (`enforce_access_to_default_secret_stores`). */
      readonly enforceSecretAccess: boolean;
    }
  | { readonly type: "user_assigned"; readonly resourceId: string };

/** A deployment file with this stack's overrides. */
export interface DeploymentSpec {
  readonly file: string;
  readonly places: SourceMap;
  readonly kind: OnlineKind;
  readonly name: Name;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly model?: ModelSpec;
  /** Absolute path in the container; a custom container's own choice. */
  readonly modelMountPath?: string;
  readonly code?: CodeSpec;
  readonly environment?: EnvironmentSpec;
  /** As written; values that are references stand in `secretReferences` too. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly secretReferences: Readonly<Record<string, SecretReference>>;
  /** Managed: Azure's VM size. Kubernetes: absent. */
  readonly instanceType?: VmSize;
  /** Kubernetes: name of the cluster's instance type. */
  readonly kubernetesInstanceType?: string;
  /** Instances at the start; with autoscale or `target_utilization` the number changes later. */
  readonly instanceCount: number;
  readonly scale: ScaleSpec;
  readonly request: RequestSpec;
  readonly liveness: ProbeSpec;
  readonly readiness: ProbeSpec;
  readonly dataCollector?: DataCollectorSpec;
  readonly resources?: ResourcesSpec;
  readonly egressPublicNetworkAccess: boolean;
  readonly appInsightsEnabled: boolean;
  readonly privateNetworkConnection: boolean;
  /** Reserves from the shared quota pool. */
  readonly sharedQuota: boolean;
  /** Whether it has `liveness_probe` or `readiness_probe` of its own, and not only the defaults. */
  readonly ownProbes: { readonly liveness: boolean; readonly readiness: boolean };
}

export interface ModelSpec {
  /** A generated one for a model without a name (concept-online-deployment-model-specification). */
  readonly name: string;
  readonly version: string;
  readonly type: "custom_model" | "mlflow_model" | "triton_model";
  readonly properties: Readonly<Record<string, unknown>>;
  /** The reference that led to it. */
  readonly reference?: AssetReference;
  /** Address of a model that is not on this machine; it has no files then. */
  readonly remote?: string;
  readonly path?: LocalPath;
  readonly files?: FileTree;
}

export interface CodeSpec {
  readonly path: LocalPath;
  readonly files: FileTree;
  /** Relative to the code directory. */
  readonly scoringScript: string;
  /** What the script defines; absent when nobody looked. */
  readonly script?: ScoringScript;
}

export interface EnvironmentSpec {
  readonly name?: string;
  /** As named in the file; absent when the file names none. */
  readonly image?: string;
  readonly conda?: CondaEnvironment;
  /** Text of the lock file beside the conda file, when there is one. */
  readonly lock?: string;
  /** Folder with a Dockerfile. */
  readonly build?: { readonly path: LocalPath; readonly dockerfile: string };
  /** Routes of a custom container. */
  readonly inferenceConfig?: Readonly<Record<"liveness" | "readiness" | "scoring", RouteSpec>>;
  readonly reference?: AssetReference;
}

export interface RouteSpec {
  readonly port: number;
  readonly path: string;
}

export type ScaleSpec =
  | { readonly type: "default"; readonly autoscale?: AutoscaleSpec }
  | {
      readonly type: "target_utilization";
      readonly minInstances: number;
      readonly maxInstances: number;
      readonly targetUtilizationPercentage: number;
      readonly pollingIntervalSeconds: number;
    };

export interface RequestSpec {
  readonly timeoutMs: number;
  readonly maxConcurrentRequestsPerInstance: number;
  readonly maxQueueWaitMs: number;
}

export interface ProbeSpec {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export interface DataCollectorSpec {
  readonly collections: Readonly<
    Record<
      string,
      {
        readonly enabled: boolean;
        readonly data?: { readonly name?: string; readonly path?: string; readonly version: string };
      }
    >
  >;
  readonly rollingRate: "minute" | "hour" | "day" | "month" | "year";
  readonly samplingRate: number;
  readonly captureHeaders: readonly string[];
}

export interface ResourcesSpec {
  readonly requests: Readonly<Record<string, string>>;
  readonly limits: Readonly<Record<string, string>>;
}
