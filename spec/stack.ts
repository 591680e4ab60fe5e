import type { CondaEnvironment } from "./conda/conda";
import type { LocalPath, ReadinessProbeSpec } from "./deployment";
import type { Position, YamlPath } from "./document";
import type { EndpointSpec } from "./endpoint";
import type { SpecError } from "./errors";
import type { Name } from "./fields";
import type { FileTree } from "./files";
import type { StackConfig } from "./stack-config";
import type { VmSize } from "./tables/vm-sizes";

/** Everything a stack's files say, parsed and checked. What must exist because of it is decided in plan/. */
export interface StackSpec {
  readonly config: StackConfig;
  /** The stack's config file, as the user would type it. */
  readonly configFile: string;
  /** Where a value of the config stands in that file; the path starts below `mlendpoints:`. */
  readonly configAt: (path: YamlPath) => Position;
  readonly endpoints: readonly EndpointEntry[];
  readonly warnings: readonly SpecError[];
}

export interface EndpointEntry {
  readonly endpoint: EndpointSpec;
  /** The endpoint's traffic, or the stack's in its place. */
  readonly traffic: Readonly<Record<string, number>>;
  /** In the order of the stack's config. */
  readonly deployments: readonly DeploymentSpec[];
}

export interface DeploymentSpec {
  readonly file: string;
  readonly name: Name;
  readonly tags: Readonly<Record<string, string>>;
  readonly model: {
    readonly name: string;
    readonly version: string;
    readonly path: LocalPath;
    readonly files: FileTree;
  };
  readonly code: {
    readonly path: LocalPath;
    readonly files: FileTree;
    /** Relative to the code directory. */
    readonly scoringScript: string;
  };
  readonly environment: {
    /** As named in the file; absent when the file names none. */
    readonly image?: string;
    readonly conda: CondaEnvironment;
    /** Text of the lock file beside the conda file, when there is one. */
    readonly lock?: string;
  };
  readonly environmentVariables: Readonly<Record<string, string>>;
  readonly instanceType: VmSize;
  readonly instanceCount: number;
  readonly requestTimeoutMs: number;
  readonly maxConcurrentRequestsPerInstance: number;
  readonly readiness: ReadinessProbeSpec;
}
