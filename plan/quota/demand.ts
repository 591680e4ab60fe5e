import { type InstanceTypes, instanceTypesWith } from "../../input/azure/instance-type";
import { type VmSizes, vmSizesWith } from "../../input/azure/tables/vm-sizes";
import { parseQuantity } from "../../input/documents/quantity";
import type { DeploymentSpec, EndpointSpec, StackSpec } from "../../input/stack/spec";
import type { ChangeKind, DeploymentChange, EndpointChange } from "../changes";
import { type DeployedDeployment, instanceTypeName } from "../deployed";
import { instanceRange } from "../instances";
import { type InstanceSize, thousandths } from "./reserve";

/** What the ledger needs to know besides the stack's files. */
export interface QuotaContext {
  /** What the update changes; absent: nothing is deployed, and all is new. */
  readonly changes?: readonly EndpointChange[];
  /** What the Docker host has. */
  readonly host?: { readonly cores?: number; readonly memoryGib?: number };
  /** What is known of Kubernetes clusters, by the name that endpoints call them by. */
  readonly clusters?: Readonly<Record<string, { readonly cores: number }>>;
  /** The clusters' instance types; the built-in one alone when absent. */
  readonly instanceTypes?: InstanceTypes;
}

/** Where the cores of a deployment come from: the quota of its VM family, the shared pool, or a Kubernetes cluster. */
export type Pool = "dedicated" | "shared" | "cluster";

/** What one deployment holds. */
export interface Holding {
  readonly instances: number;
  /** Instances at the autoscale maximum, where that is more. */
  readonly scalesTo?: number;
  readonly size: InstanceSize;
  readonly pool: Pool;
  /** Of the pool `cluster`: which. */
  readonly cluster?: string;
}

/** What one deployment holds before this change and after it. One of the two is there at least. */
export interface Demand {
  readonly endpoint: string;
  readonly deployment: string;
  readonly before?: Holding;
  readonly after?: Holding;
  readonly change: ChangeKind;
  /** What the change was found by: another size or number would be another change. */
  readonly stands: Pick<DeploymentChange, "before" | "after">;
  /** What says how many instances there are, and how many there can be. */
  readonly fields: { readonly count: string; readonly maximum: string };
  /** Instances that it can go down to: autoscale would start those below its minimum again. */
  readonly fewest: number;
}

/** A deployment whose cores nobody knows: it stands in no account, and that is said. */
export interface Uncounted {
  readonly endpoint: string;
  readonly deployment: string;
  readonly instanceType: string;
  /** Whether it is part of the stack's files; false: it is there until the end of this change. */
  readonly wanted: boolean;
}

export interface Demands {
  readonly demands: readonly Demand[];
  readonly uncounted: readonly Uncounted[];
}

interface Sizes {
  readonly vm: VmSizes;
  readonly cluster: InstanceTypes;
}

/** What all deployments hold: those of the files in their order, then those that are about to go. */
export function drawDemands(stack: StackSpec, context: QuotaContext): Demands {
  const sizes = { vm: vmSizesWith(stack.config.vmSizes), cluster: context.instanceTypes ?? instanceTypesWith([]) };
  const known = new Map(
    (context.changes ?? []).flatMap(({ endpoint, deployments }) =>
      deployments.map((each): [string, DeploymentChange] => [`${endpoint}/${each.deployment}`, each]),
    ),
  );
  const wanted = stack.endpoints.flatMap(({ endpoint, deployments }) =>
    deployments.map((deployment) => wantedDemand(endpoint, deployment, sizes, known)),
  );
  const parts = [...wanted, ...goneDemands(context, sizes)];
  return {
    demands: parts.flatMap(({ demands }) => demands),
    uncounted: parts.flatMap(({ uncounted }) => uncounted),
  };
}

/** What nobody has looked for a predecessor of. */
const NEW: Omit<DeploymentChange, "deployment"> = { change: "new" };

function wantedDemand(
  endpoint: EndpointSpec,
  spec: DeploymentSpec,
  sizes: Sizes,
  known: ReadonlyMap<string, Omit<DeploymentChange, "deployment">>,
): Demands {
  const names = { endpoint: endpoint.name, deployment: spec.name };
  const { change, before: deployed, after: standing } = known.get(`${endpoint.name}/${spec.name}`) ?? NEW;
  const after = holdingOf(spec, endpoint, sizes);
  if (after === undefined) {
    return { demands: [], uncounted: [{ ...names, instanceType: instanceTypeName(spec), wanted: true }] };
  }
  const before = deployed === undefined ? undefined : formerHolding(deployed, sizes, after);
  const stands = { before: deployed, after: standing };
  return {
    demands: [{ ...names, before, after, change, stands, ...countOf(spec) }],
    uncounted:
      deployed !== undefined && before === undefined
        ? [{ ...names, instanceType: deployed.instanceType, wanted: false }]
        : [],
  };
}

/** A deployment that goes has no file to write a number in. */
const NO_COUNT = { fields: { count: "", maximum: "" }, fewest: 0 };

function countOf(spec: DeploymentSpec): Pick<Demand, "fields" | "fewest"> {
  if (spec.scale.type === "target_utilization") {
    return { fields: { count: "scale_settings.min_instances", maximum: "scale_settings.max_instances" }, fewest: 1 };
  }
  const { minimum, initial, maximum } = instanceRange(spec);
  const fields = { count: "instance_count", maximum: "the autoscale maximum" };
  return { fields, fewest: minimum === initial && initial === maximum ? 1 : minimum };
}

function goneDemands({ changes }: QuotaContext, sizes: Sizes): Demands[] {
  return (changes ?? []).flatMap(({ endpoint, deployments }) =>
    deployments.flatMap(({ deployment, change, before: former }): Demands[] => {
      if (change !== "removed" || former === undefined) {
        return [];
      }
      const before = formerHolding(former, sizes);
      return [
        before === undefined
          ? { demands: [], uncounted: [{ endpoint, deployment, instanceType: former.instanceType, wanted: false }] }
          : {
              demands: [{ endpoint, deployment, before, change, stands: { before: former }, ...NO_COUNT }],
              uncounted: [],
            },
      ];
    }),
  );
}

/** What all deployments hold when the change is done, without a word on what was there before. */
export function settled(demands: readonly Demand[]): Demand[] {
  return demands
    .filter(({ after }) => after !== undefined)
    .map((demand) => ({ ...demand, before: undefined, change: "new", stands: { after: demand.stands.after } }));
}

function holdingOf(deployment: DeploymentSpec, endpoint: EndpointSpec, sizes: Sizes): Holding | undefined {
  const { instanceCount: instances } = deployment;
  if (deployment.kind === "kubernetes") {
    const size = clusterSize(deployment, sizes.cluster);
    const cluster = endpoint.compute ?? "cluster";
    return size === undefined
      ? undefined
      : { instances, scalesTo: scalesTo(deployment), size, pool: "cluster", cluster };
  }
  const size = deployment.instanceType;
  const pool = deployment.sharedQuota ? "shared" : "dedicated";
  return size === undefined ? undefined : { instances, scalesTo: scalesTo(deployment), size, pool };
}

/** Pods take what they request: a cluster holds nothing back for upgrades. */
function clusterSize(deployment: DeploymentSpec, types: InstanceTypes): InstanceSize | undefined {
  const name = instanceTypeName(deployment);
  const type = types.find(name);
  const cores = parseQuantity(deployment.resources?.requests["cpu"] ?? "") ?? type?.requests.cores;
  const memory = parseQuantity(deployment.resources?.requests["memory"] ?? "") ?? type?.requests.memoryBytes ?? 0;
  return cores === undefined
    ? undefined
    : { name, cores: thousandths(cores), memoryGiB: thousandths(memory / 1024 ** 3), exempt: true };
}

function scalesTo(deployment: DeploymentSpec): number | undefined {
  const { initial, maximum } = instanceRange(deployment);
  return maximum > initial ? maximum : undefined;
}

/** What is deployed, by the figures of its instance type today. */
function formerHolding(deployed: DeployedDeployment, sizes: Sizes, after?: Holding): Holding | undefined {
  const { instances, instanceType } = deployed;
  const vm = sizes.vm.find(instanceType);
  if (vm !== undefined) {
    return { instances, size: vm, pool: deployed.sharedQuota ? "shared" : "dedicated" };
  }
  // Only a cluster's instance types are left. What its pods request is not kept: take what the files say of it now.
  return after?.pool === "cluster" && after.size.name === instanceType
    ? { instances, size: after.size, pool: "cluster", cluster: after.cluster }
    : undefined;
}
