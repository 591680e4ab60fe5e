import { type LimitKey, limit } from "../../input/azure/tables/limits";
import { formatPath, type YamlPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import { placeOf } from "../../input/documents/source-map";
import type { EndpointSpec, StackSpec } from "../../input/stack/spec";

/** How much of one of Azure's limits a stack uses. What other stacks of the subscription use is not known. */
export interface LimitCount {
  readonly key: LimitKey;
  /** Whose limit it is: an endpoint's or a cluster's name; absent: the subscription's. */
  readonly owner?: string;
  /** What is counted: `endpoints`, `deployments`. */
  readonly unit: string;
  readonly used: number;
  readonly limit: number;
}

interface Counted extends Omit<LimitCount, "limit"> {
  /** What holds the entries that are counted, in the stack's config. */
  readonly path: YamlPath;
  /** Whose limit it is, after "more than". */
  readonly of: string;
}

/** What Azure counts of a stack. Names and instances per deployment are checked when the files are read. */
export function countLimits(stack: StackSpec): LimitCount[] {
  return countAll(stack).map(({ path, of, ...count }) => ({ ...count, limit: stack.limits[count.key] }));
}

/** One `OutOfQuota` for each limit that is exceeded. */
export function limitViolations(stack: StackSpec): SpecError[] {
  return countAll(stack).flatMap((count): SpecError[] => {
    const { raisable, ceiling, source } = limit(count.key);
    const allowed = stack.limits[count.key];
    const over = count.used - allowed;
    if (over <= 0) {
      return [];
    }
    const raised = stack.config.limits[count.key] !== undefined;
    const path = raised ? ["limits", count.key] : count.path;
    const canRaise = raisable && count.used <= (ceiling ?? Number.POSITIVE_INFINITY);
    const take = `take out ${over} of the ${count.used} ${count.unit}${count.owner === undefined ? "" : ` of ${count.owner}`}`;
    return [
      {
        code: "OutOfQuota",
        ...placeOf(stack.places, path),
        path: formatPath(path),
        message: `${count.used} ${count.unit} are ${over} more than ${count.of} may have`,
        value: `${count.used} ${count.unit}`,
        allowed: `${allowed} ${count.unit}`,
        hint: canRaise
          ? `${take}, or raise mlendpoints:limits.${count.key} to ${count.used} once Azure has granted that`
          : take,
        rule: "quota",
        source,
      },
    ];
  });
}

function countAll({ endpoints }: StackSpec): Counted[] {
  const all = endpoints.map(({ endpoint, deployments }, index) => ({ endpoint, index, used: deployments.length }));
  const sum = (entries: typeof all): number => entries.reduce((total, { used }) => total + used, 0);
  const clusterOf = ({ kind, compute }: EndpointSpec): string | undefined =>
    kind === "kubernetes" ? (compute ?? "cluster") : undefined;
  const clusters = [...new Set(all.map(({ endpoint }) => clusterOf(endpoint)))].filter((name) => name !== undefined);
  const managed = all.filter(({ endpoint }) => endpoint.kind === "managed");
  const path = ["endpoints"];
  const subscription = { of: "a subscription", path };
  return [
    { key: "endpointsPerSubscription", unit: "endpoints", used: all.length, ...subscription },
    { key: "deploymentsPerSubscription", unit: "deployments", used: sum(all), ...subscription },
    { key: "computeObjectsPerRegion", unit: "managed deployments", used: sum(managed), of: "a region", path },
    ...all.map(
      ({ endpoint, index, used }): Counted => ({
        key: "deploymentsPerEndpoint",
        owner: endpoint.name,
        unit: "deployments",
        used,
        of: "an endpoint",
        path: ["endpoints", index, "deployments"],
      }),
    ),
    ...clusters.flatMap((owner): Counted[] => {
      const on = all.filter(({ endpoint }) => clusterOf(endpoint) === owner);
      const shared = { owner, of: "a Kubernetes cluster", path };
      return [
        { key: "endpointsPerCluster", unit: "endpoints", used: on.length, ...shared },
        { key: "deploymentsPerCluster", unit: "deployments", used: sum(on), ...shared },
      ];
    }),
  ];
}
