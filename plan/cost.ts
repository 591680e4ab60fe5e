import { type VmSizes, vmSizesWith } from "../input/azure/tables/vm-sizes";
import { nearest } from "../input/documents/check";
import { formatPath } from "../input/documents/document";
import type { SpecError } from "../input/documents/errors";
import { withoutAbsent } from "../input/documents/plain";
import { placeOf } from "../input/documents/source-map";
import type { StackConfig } from "../input/stack/config";
import type { DeploymentSpec, StackSpec } from "../input/stack/spec";
import { type Amount, addAmounts, amountOf, HOURS_PER_MONTH } from "./amount";
import type { DeploymentChange, EndpointChange } from "./changes";
import type { DeployedDeployment } from "./deployed";
import { instanceRange } from "./instances";
import { peak } from "./quota/surge";

/**
 * What a stack costs on Azure: the instances that run, by the hour. The 20 % that quota holds back are not billed unless they
 * are used, and there is no surcharge on the machines (how-to-view-online-endpoints-costs). Traffic on the network and what
 * an upgrade needs for a while are not in here.
 */
export interface StackCost {
  readonly hoursPerMonth: number;
  readonly endpoints: readonly EndpointCost[];
  /** Without what the clusters cost. */
  readonly total: Figures;
  /** Instance types in use without a price, sorted. */
  readonly unpriced: readonly string[];
  /** Deployments on a cluster, as `endpoint/deployment`: its nodes are paid for, whatever runs on them. */
  readonly onClusters: readonly string[];
}

export interface EndpointCost {
  /** Azure's cost tag of the endpoint. */
  readonly tags: { readonly azuremlendpoint: string };
  readonly deployments: readonly DeploymentCost[];
  /** Absent when all of them are on a cluster. */
  readonly figures?: Figures;
}

export interface DeploymentCost {
  /** Azure's cost tags: a bill is split by them. */
  readonly tags: { readonly azuremlendpoint: string; readonly azuremldeployment: string };
  /** After the change; of a removed deployment, what it was. */
  readonly instanceType: string;
  readonly billing: "instances" | "cluster";
  /** Absent on a cluster. */
  readonly figures?: Figures;
}

/**
 * `now`: as the last update left it. `after` this change. `minimum` and `maximum`: as far as autoscale can go then; both are
 * `after` without it. `during` the change: both generations of what it replaces.
 */
export const COST_COLUMNS = ["now", "after", "minimum", "maximum", "during"] as const;
export type CostColumn = (typeof COST_COLUMNS)[number];
export type Figures = Readonly<Record<CostColumn, Amount>>;

/** Instances of one type. */
interface Usage {
  readonly instanceType: string;
  readonly instances: number;
}

/** @param changes what the update changes */
export function stackCost(stack: StackSpec, changes: readonly EndpointChange[]): StackCost {
  const prices = priceList(stack.config.prices);
  const sizes = vmSizesWith(stack.config.vmSizes);
  const specs = new Map(
    stack.endpoints.flatMap(({ endpoint, deployments }) =>
      deployments.map((spec): [string, DeploymentSpec] => [`${endpoint.name}/${spec.name}`, spec]),
    ),
  );
  const endpoints = changes.map(({ endpoint, deployments: own }): EndpointCost => {
    const deployments = own.map((change) => {
      const spec = specs.get(`${endpoint}/${change.deployment}`);
      return deploymentCost({ ...change, endpoint, spec }, prices, sizes);
    });
    const onCluster = deployments.length > 0 && deployments.every(({ billing }) => billing === "cluster");
    const figures = onCluster ? undefined : addFigures(deployments);
    return withoutAbsent({ tags: { azuremlendpoint: endpoint }, deployments, figures });
  });
  const total = addFigures(endpoints);
  const all = endpoints.flatMap(({ deployments }) => deployments);
  return {
    hoursPerMonth: HOURS_PER_MONTH,
    endpoints,
    total,
    unpriced: [...new Set(COST_COLUMNS.flatMap((column) => total[column].unpriced))].sort(),
    onClusters: all
      .filter(({ billing }) => billing === "cluster")
      .map(({ tags }) => `${tags.azuremlendpoint}/${tags.azuremldeployment}`),
  };
}

interface Change extends DeploymentChange {
  readonly endpoint: string;
  /** Of the files. */
  readonly spec?: DeploymentSpec;
}

function deploymentCost(change: Change, prices: ReadonlyMap<string, number>, sizes: VmSizes): DeploymentCost {
  const { endpoint, deployment, before, after, spec } = change;
  const instanceType = (after ?? before)?.instanceType ?? "";
  const line = { tags: { azuremlendpoint: endpoint, azuremldeployment: deployment }, instanceType };
  if (isOnCluster(instanceType, spec, prices, sizes)) {
    return { ...line, billing: "cluster" };
  }
  const usage = usageOf(change);
  const figures = figuresOf((column) =>
    addAmounts(usage[column].map((used) => amountOf(used, prices.get(used.instanceType.toLowerCase())))),
  );
  return { ...line, billing: "instances", figures };
}

/** What is deployed does not say its kind. What is no VM size, and has no price, can only be an instance type of a cluster. */
function isOnCluster(
  instanceType: string,
  spec: DeploymentSpec | undefined,
  prices: ReadonlyMap<string, number>,
  sizes: VmSizes,
): boolean {
  return spec === undefined
    ? sizes.find(instanceType) === undefined && !prices.has(instanceType.toLowerCase())
    : spec.kind === "kubernetes";
}

function usageOf({ change, before, after, spec }: Change): Readonly<Record<CostColumn, readonly Usage[]>> {
  const of = (deployed: DeployedDeployment | undefined, instances: number): Usage[] =>
    deployed === undefined || instances === 0 ? [] : [{ instanceType: deployed.instanceType, instances }];
  const [now, then] = [before?.instances ?? 0, after?.instances ?? 0];
  const range = spec === undefined ? { minimum: 0, maximum: 0 } : instanceRange(spec);
  return {
    now: of(before, now),
    after: of(after, then),
    minimum: of(after, range.minimum),
    maximum: of(after, range.maximum),
    // Two instance types may have a part in it, with a price each.
    during:
      change === "replaced" ? [...of(before, now), ...of(after, then)] : of(after ?? before, peak(change, now, then)),
  };
}

function figuresOf(amount: (column: CostColumn) => Amount): Figures {
  return Object.fromEntries(COST_COLUMNS.map((column) => [column, amount(column)])) as Record<CostColumn, Amount>;
}

function addFigures(parts: readonly { readonly figures?: Figures }[]): Figures {
  return figuresOf((column) => addAmounts(parts.flatMap(({ figures }) => figures?.[column] ?? [])));
}

function priceList(prices: StackConfig["prices"]): ReadonlyMap<string, number> {
  return new Map(Object.entries(prices).map(([name, price]) => [name.toLowerCase(), price]));
}

/** Prices that are never asked for, and of which one cannot know which is meant. */
export function priceWarnings(stack: StackSpec): SpecError[] {
  const sizes = vmSizesWith(stack.config.vmSizes);
  const names = Object.keys(stack.config.prices);
  const warn = (name: string, told: Pick<SpecError, "message" | "allowed" | "hint">): SpecError => ({
    code: "InvalidValue",
    ...placeOf(stack.places, ["prices", name]),
    path: formatPath(["prices", name]),
    value: name,
    rule: "stack",
    ...told,
  });
  return names.flatMap((name, index) => {
    const twin = names.slice(0, index).find((other) => other.toLowerCase() === name.toLowerCase());
    if (twin !== undefined) {
      return [
        warn(name, {
          message: `has a price already, as '${twin}': upper and lower case are the same, and this one counts`,
          allowed: "one price per instance type",
          hint: "remove one of them",
        }),
      ];
    }
    const near = nearest(name, sizes.names());
    return sizes.find(name) !== undefined
      ? []
      : [
          warn(name, {
            message: "is not an instance type that managed online endpoints run on: the price is never used",
            allowed: "a VM size, in upper or lower case",
            hint: near === undefined ? "remove it, or add the size to mlendpoints:vmSizes" : `did you mean '${near}'?`,
          }),
        ];
  });
}
