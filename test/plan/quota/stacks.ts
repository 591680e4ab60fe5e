import { limitsWith } from "../../../input/azure/tables/limits";
import { vmSizesWith } from "../../../input/azure/tables/vm-sizes";
import type { YamlPath } from "../../../input/documents/path";
import { type SourceMap, sourceMapOf } from "../../../input/documents/source-map";
import { type StackConfig, StackConfigSchema } from "../../../input/stack/config";
import type { DeploymentSpec, EndpointEntry, StackSpec } from "../../../input/stack/spec";
import { stackChanges } from "../../../plan/changes";
import type { DeployedDeployment, DeployedEndpoint, DeployedStack } from "../../../plan/deployed";
import type { QuotaContext } from "../../../plan/quota";

/**
 * A ledger's stack in a few words. A deployment is `shop/blue 10 Standard_DS3_v2`, then what differs from the usual:
 * `max=20` (autoscale), `min=2`, `shared`, `gen=b` (the usual generation is `a`), `cluster=aks` with `cpu=500m` instead of
 * a VM size's cores (then the type is the cluster's own).
 */
export interface Wanted {
  readonly endpoint: string;
  readonly deployment: string;
  readonly count: number;
  readonly type: string;
  readonly options: Readonly<Record<string, string>>;
}

export interface Draft {
  /** Deployments of the files. */
  readonly files: readonly (string | Wanted)[];
  /** What is deployed. */
  readonly deployed?: readonly (string | Wanted)[];
  /** The rest of the stack's config. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly context?: Omit<QuotaContext, "changes">;
}

export function parseWanted(text: string | Wanted): Wanted {
  if (typeof text !== "string") {
    return text;
  }
  const [name = "", count = "", type = "", ...options] = text.split(" ");
  const [endpoint = "", deployment = ""] = name.split("/");
  const pairs = options.map((option): [string, string] => {
    const [key = "", value = "true"] = option.split("=");
    return [key, value];
  });
  return { endpoint, deployment, count: Number(count), type, options: Object.fromEntries(pairs) };
}

/** A stack with as much of it as the ledger reads. A place's line is 1, its column how deep the value stands. */
export function stackOf({ files, config = {} }: Draft): StackSpec {
  const wanted = files.map(parseWanted);
  const parsed = StackConfigSchema.parse({ endpoints: [{ file: "endpoint.yml" }], ...config });
  return {
    config: parsed,
    configFile: "stack.yaml",
    places: placesOf("stack.yaml", config),
    limits: limitsWith(parsed.limits).limits,
    endpoints: [...new Set(wanted.map(({ endpoint }) => endpoint))].map((name) => {
      const own = wanted.filter(({ endpoint }) => endpoint === name);
      const cluster = own[0]?.options["cluster"];
      return {
        endpoint: {
          name,
          kind: cluster === undefined ? "managed" : "kubernetes",
          compute: cluster,
          places: placesOf("endpoint.yml", {}),
        },
        deployments: own.map((each) => ({
          ...deploymentOf(each, parsed),
          places: placesOf(`${each.deployment}.yml`, { instance_type: each.type }),
        })),
      } as unknown as EndpointEntry;
    }),
    warnings: [],
  };
}

function placesOf(file: string, value: unknown): SourceMap {
  const at = (path: YamlPath) => ({ file, line: 1, column: path.length });
  return sourceMapOf({ file, value, at, keyAt: at, written: () => undefined });
}

export function contextOf({ files, deployed, context }: Draft): QuotaContext {
  const wanted = files.map(parseWanted);
  const order = [...new Set(wanted.map(({ endpoint }) => endpoint))].map((endpoint) => ({
    endpoint,
    deployments: wanted.filter((each) => each.endpoint === endpoint).map(({ deployment }) => deployment),
  }));
  const before = deployed === undefined ? undefined : stateOf(deployed.map(parseWanted));
  return { ...context, changes: stackChanges(order, before, stateOf(wanted)) };
}

function stateOf(wanted: readonly Wanted[]): DeployedStack {
  const endpoints = [...new Set(wanted.map(({ endpoint }) => endpoint))].map((name) => {
    const own = wanted.filter(({ endpoint }) => endpoint === name);
    const deployments = Object.fromEntries(own.map((each) => [each.deployment, standing(each)]));
    return [name, { deployments } as unknown as DeployedEndpoint];
  });
  return { version: 1, endpoints: Object.fromEntries(endpoints) as Record<string, DeployedEndpoint> };
}

function standing({ count, type, options }: Wanted): DeployedDeployment {
  return {
    generation: options["gen"] ?? "a",
    since: "2026-01-01T00:00:00.000Z",
    instanceType: vmSizesWith({}).find(type)?.name ?? type,
    instances: count,
    maxInstances: Number(options["max"] ?? count),
    sharedQuota: options["shared"] !== undefined,
  };
}

function deploymentOf(
  { deployment, count, type, options }: Wanted,
  config: StackConfig,
): Omit<DeploymentSpec, "places"> {
  const { min = String(Math.min(count, 1)), max, cpu, shared, cluster } = options;
  const size = vmSizesWith(config.vmSizes).find(type);
  if (cluster === undefined && size === undefined) {
    throw new Error(`there is no VM size ${type}`);
  }
  const profile = { capacity: { minimum: Number(min), default: count, maximum: Number(max) } };
  return {
    name: deployment,
    kind: cluster === undefined ? "managed" : "kubernetes",
    instanceType: cluster === undefined ? size : undefined,
    kubernetesInstanceType: cluster === undefined ? undefined : type,
    instanceCount: count,
    scale:
      max === undefined
        ? { type: "default" }
        : cluster === undefined
          ? { type: "default", autoscale: { enabled: options["off"] === undefined, profiles: [profile] } }
          : { type: "target_utilization", minInstances: count, maxInstances: Number(max) },
    resources: cpu === undefined ? undefined : { requests: { cpu }, limits: {} },
    sharedQuota: shared !== undefined,
  } as unknown as DeploymentSpec;
}
