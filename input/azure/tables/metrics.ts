/**
 * The metrics that autoscale rules of online endpoints can use (Azure Monitor's lists of supported metrics for online
 * endpoints, 2026-07, and for their deployments, 2024-02). All of them have a value for every minute.
 */
export interface Metric {
  /** Azure's spelling; look-ups ignore case. */
  readonly name: string;
  readonly scope: MetricScope;
  readonly unit: MetricUnit;
  /** How Azure combines the values of instances and of a minute. */
  readonly aggregations: readonly MetricAggregation[];
  /** What the metric can be filtered by. */
  readonly dimensions: readonly string[];
}

export type MetricScope = "deployment" | "endpoint";
export type MetricUnit = "count" | "percent" | "milliseconds" | "bytes per second" | "count per second";
export type MetricAggregation = "Average" | "Min" | "Max";

/** scope, name, unit, aggregations, dimensions */
const TABLE = `
endpoint   RequestsPerMinute              count            Average          deployment,statusCode,statusCodeClass,modelStatusCode
endpoint   RequestLatency                 milliseconds     Average          deployment
endpoint   RequestLatency_P50             milliseconds     Average          deployment
endpoint   RequestLatency_P90             milliseconds     Average          deployment
endpoint   RequestLatency_P95             milliseconds     Average          deployment
endpoint   RequestLatency_P99             milliseconds     Average          deployment
endpoint   NetworkBytes                   bytes_per_second Average          -
endpoint   NewConnectionsPerSecond        count_per_second Average          -
endpoint   ConnectionsActive              count            Average          -
endpoint   DataCollectionEventsPerMinute  count            Min,Max,Average  deployment,type
endpoint   DataCollectionErrorsPerMinute  count            Min,Max,Average  deployment,reason,type
deployment CpuUtilizationPercentage       percent          Min,Max,Average  instanceId
deployment CpuMemoryUtilizationPercentage percent          Min,Max,Average  instanceId
deployment GpuUtilizationPercentage       percent          Min,Max,Average  instanceId
deployment GpuMemoryUtilizationPercentage percent          Min,Max,Average  instanceId
deployment GpuEnergyJoules                count            Min,Max,Average  instanceId
deployment DiskUtilization                percent          Min,Max,Average  instanceId,disk
deployment DeploymentCapacity             count            Min,Max,Average  instanceId,State
deployment DataCollectionEventsPerMinute  count            Min,Max,Average  instanceId,type
deployment DataCollectionErrorsPerMinute  count            Min,Max,Average  instanceId,reason,type
deployment RequestsPerMinute              count            Average          envoy_response_code
deployment RequestLatency_P50             milliseconds     Average          -
deployment RequestLatency_P90             milliseconds     Average          -
deployment RequestLatency_P95             milliseconds     Average          -
deployment RequestLatency_P99             milliseconds     Average          -
`;

export const METRICS: readonly Metric[] = TABLE.trim()
  .split("\n")
  .map((line) => {
    const [scope = "", name = "", unit = "", aggregations = "", dimensions = ""] = line.split(/\s+/);
    return {
      name,
      scope: scope as MetricScope,
      unit: unit.replaceAll("_", " ") as MetricUnit,
      aggregations: aggregations.split(",") as MetricAggregation[],
      dimensions: dimensions === "-" ? [] : dimensions.split(","),
    };
  });

/** The metric of that name, in any case, that a deployment or an endpoint has. */
export function findMetric(name: string, scope: MetricScope): Metric | undefined {
  const folded = name.trim().toLowerCase();
  return METRICS.find((metric) => metric.scope === scope && metric.name.toLowerCase() === folded);
}
