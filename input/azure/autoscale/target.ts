import { show } from "../../documents/check";
import type { YamlPath } from "../../documents/document";
import { findMetric, type MetricScope } from "../tables/metrics";
import type { Context } from "./draft";
import { type AutoscaleTarget, SOURCES } from "./model";
import { type NamedResource, readResourceId } from "./resource-id";

const DEPLOYMENT_ID =
  "/subscriptions/…/providers/Microsoft.MachineLearningServices/workspaces/…/onlineEndpoints/…/deployments/…";
const NAMESPACE = "microsoft.machinelearningservices/workspaces/onlineendpoints";

/** The deployment that a setting scales; undefined when the file does not say. */
export function readTarget(id: string | undefined, at: YamlPath, { reader }: Context): AutoscaleTarget | undefined {
  const named = id === undefined ? undefined : readResourceId(id);
  switch (named?.kind) {
    case undefined:
      return undefined;
    case "deployment":
      return { endpoint: named.endpoint, deployment: named.deployment };
    case "expression":
      reader.warn(at, {
        code: "NoEffect",
        message: "is a template's expression, which is not evaluated here",
        value: show(id),
        allowed: DEPLOYMENT_ID,
        hint: "write the deployment's id, or name the deployment where the file is used",
        rule: "target",
        source: SOURCES.settings,
      });
      return undefined;
    case "endpoint":
    case "other":
      reader.error(at, {
        code: "BadArgument",
        message:
          named.kind === "endpoint"
            ? "is an endpoint: its deployments scale, not itself"
            : "is not an online deployment",
        value: show(id),
        allowed: DEPLOYMENT_ID,
        hint: "write the id of an online deployment",
        rule: "service",
        source: SOURCES.howTo,
      });
      return undefined;
    default:
      return unreachable(named);
  }
}

/** Whose metric a rule reads; undefined when the file does not say. */
export function readMetricResource(
  id: string | undefined,
  at: YamlPath,
  target: AutoscaleTarget | undefined,
  metric: string | undefined,
  { reader }: Context,
): MetricScope | undefined {
  if (id === undefined) {
    return undefined;
  }
  const named = readResourceId(id);
  switch (named.kind) {
    case "deployment":
    case "endpoint":
      if (target !== undefined && !belongs(named, target)) {
        reader.error(at, {
          code: "NotSupported",
          message: `is another ${named.kind} than the one that scales`,
          value: show(id),
          allowed: `deployment '${target.deployment}' or endpoint '${target.endpoint}'`,
          hint: "use a metric of the deployment that scales, or of its endpoint",
          rule: "target",
          source: SOURCES.settings,
        });
      }
      return named.kind;
    case "expression":
      return named.of ?? onlyScope(metric ?? "");
    case "other":
      reader.error(at, {
        code: "NotSupported",
        message: "is neither an online deployment nor an endpoint",
        value: show(id),
        allowed: "the id of an online deployment or of its endpoint",
        hint: "use a metric of the deployment or of its endpoint",
        rule: "target",
        source: SOURCES.howTo,
      });
      return undefined;
    default:
      return unreachable(named);
  }
}

/** A namespace says the same as the resource; any other one would be other metrics. */
export function checkNamespace(namespace: string | null | undefined, at: YamlPath, { reader }: Context): void {
  const folded = (namespace ?? "").trim().toLowerCase();
  if (!["", NAMESPACE, `${NAMESPACE}/deployments`].includes(folded)) {
    reader.error(at, {
      code: "NotSupported",
      message: "has no metrics of online endpoints",
      value: show(namespace),
      allowed: `${NAMESPACE}, ${NAMESPACE}/deployments`,
      hint: "remove the namespace",
      rule: "target",
      source: SOURCES.metrics,
    });
  }
}

function belongs(named: Extract<NamedResource, { endpoint: string }>, target: AutoscaleTarget): boolean {
  return named.endpoint === target.endpoint && (named.kind === "endpoint" || named.deployment === target.deployment);
}

/** The one kind of resource that has the metric; the deployment when both have it. */
function onlyScope(metric: string): MetricScope {
  return findMetric(metric, "deployment") === undefined && findMetric(metric, "endpoint") !== undefined
    ? "endpoint"
    : "deployment";
}

function unreachable(value: never): never {
  throw new Error(`unknown kind of resource: ${JSON.stringify(value)}`);
}
