import type { MetricScope } from "../tables/metrics";

/** An Azure Monitor autoscale setting of one online deployment, checked and with all defaults filled in. */
export interface AutoscaleSpec {
  readonly name: string;
  readonly enabled: boolean;
  /** Which deployment it scales; absent when the file does not say. */
  readonly target?: AutoscaleTarget;
  /** 1 to 20. Which one runs: the first fixed-date profile of now, else the recurring one that started last, else the default. */
  readonly profiles: readonly AutoscaleProfile[];
}

/** Names in lower case. */
export interface AutoscaleTarget {
  readonly endpoint: string;
  readonly deployment: string;
}

/** With neither `fixedDate` nor `recurrence` it is the default profile. */
export interface AutoscaleProfile {
  readonly name: string;
  readonly capacity: Capacity;
  /** 0 to 10. */
  readonly rules: readonly AutoscaleRule[];
  readonly fixedDate?: FixedDate;
  readonly recurrence?: Recurrence;
}

/** Numbers of instances: 1 ≤ minimum ≤ default ≤ maximum ≤ 50. */
export interface Capacity {
  readonly minimum: number;
  readonly maximum: number;
  /** Scaled out to when the metrics cannot be read. */
  readonly default: number;
}

/** Instants in UTC, `2026-12-24T08:00:00Z`: the file has local time of `timeZone`. */
export interface FixedDate {
  /** IANA name. */
  readonly timeZone: string;
  readonly start: string;
  readonly end: string;
}

/** When the profile starts, each week. It ends when another recurring profile starts. */
export interface Recurrence {
  /** IANA name. */
  readonly timeZone: string;
  readonly days: readonly Day[];
  readonly hour: number;
  readonly minute: number;
}

export interface AutoscaleRule {
  /** Azure's spelling. */
  readonly metric: string;
  /** Whose metric it is. */
  readonly resource: MetricScope;
  readonly timeGrainSeconds: number;
  /** Combines the values of one time grain. */
  readonly statistic: Statistic;
  /** How far to look back; at least one time grain. */
  readonly timeWindowSeconds: number;
  /** Combines the time grains of the window. */
  readonly timeAggregation: TimeAggregation;
  readonly operator: Operator;
  readonly threshold: number;
  /** All of them must hold. */
  readonly dimensions: readonly DimensionFilter[];
  readonly dividePerInstance: boolean;
  readonly action: ScaleAction;
}

export interface DimensionFilter {
  readonly name: string;
  readonly operator: DimensionOperator;
  /** One of them; at least one. */
  readonly values: readonly string[];
}

export interface ScaleStep {
  /** `None` only with `ExactCount`, where the count says it all. */
  readonly direction: Direction;
  readonly type: ScaleType;
  /** Instances, or percent of them with `PercentChangeCount`. */
  readonly value: number;
}

export interface ScaleAction extends ScaleStep {
  /** How long nothing else happens after this action, in either direction. */
  readonly cooldownSeconds: number;
}

export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
export const STATISTICS = ["Average", "Min", "Max", "Sum", "Count"] as const;
export const TIME_AGGREGATIONS = ["Average", "Minimum", "Maximum", "Total", "Count", "Last"] as const;
export const OPERATORS = [
  "Equals",
  "NotEquals",
  "GreaterThan",
  "GreaterThanOrEqual",
  "LessThan",
  "LessThanOrEqual",
] as const;
export const DIMENSION_OPERATORS = ["Equals", "NotEquals"] as const;
export const DIRECTIONS = ["Increase", "Decrease", "None"] as const;
export const SCALE_TYPES = ["ChangeCount", "PercentChangeCount", "ExactCount"] as const;

export type Day = (typeof DAYS)[number];
export type Statistic = (typeof STATISTICS)[number];
export type TimeAggregation = (typeof TIME_AGGREGATIONS)[number];
export type Operator = (typeof OPERATORS)[number];
export type DimensionOperator = (typeof DIMENSION_OPERATORS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type ScaleType = (typeof SCALE_TYPES)[number];

/** Azure documents that the rules come from. */
export const SOURCES = {
  howTo: "how-to-autoscale-endpoints",
  settings: "autoscale-understanding-settings",
  /** The reference of the resource type, with the ranges of its fields. */
  reference: "autoscalesettings",
  profiles: "autoscale-multiprofile",
  predictive: "autoscale-predictive",
  metrics: "how-to-monitor-online-endpoints",
  quotas: "how-to-manage-quotas",
} as const;
