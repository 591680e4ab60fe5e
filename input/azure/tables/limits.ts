import type { SpecError } from "../../documents/errors";

/** What a limit is about. Endpoint kinds share most of them: Azure counts the sum of all kinds. */
export type LimitScope = "managed" | "kubernetes" | "batch";

interface LimitRow {
  readonly value: number;
  /** What one of it is. */
  readonly unit: string;
  readonly appliesTo: readonly LimitScope[];
  /** True when Azure raises it on request. */
  readonly raisable: boolean;
  /** The highest figure that Azure raises it to, where one is published. */
  readonly ceiling?: number;
  /** Azure document that states it. */
  readonly source: string;
  /** Date of the source when it was read. */
  readonly readOn: string;
  readonly description: string;
}

const ALL = ["managed", "kubernetes", "batch"] as const;
const ONLINE = ["managed", "kubernetes"] as const;
const MANAGED = ["managed"] as const;
const KUBERNETES = ["kubernetes"] as const;

const QUOTAS = { source: "how-to-manage-quotas", readOn: "2026-01-27" } as const;
const TROUBLESHOOTING = { source: "how-to-troubleshoot-online-endpoints", readOn: "2024-09-18" } as const;
const ROLLOUT = { source: "how-to-safely-rollout-online-endpoints", readOn: "2023-10-24" } as const;
const COLLECTOR = { source: "how-to-collect-production-data", readOn: "2025-12-30" } as const;
const AUTOSCALE = { source: "autoscale-understanding-settings", readOn: "2026-08-05" } as const;

/** Azure's limits of endpoints and deployments. All of them are per region. */
const TABLE = {
  endpointsPerSubscription: {
    ...QUOTAS,
    value: 100,
    unit: "endpoints",
    appliesTo: ALL,
    raisable: true,
    description: "endpoints of all kinds in a subscription",
  },
  deploymentsPerSubscription: {
    ...QUOTAS,
    value: 500,
    unit: "deployments",
    appliesTo: ALL,
    raisable: true,
    description: "deployments of all kinds in a subscription",
  },
  deploymentsPerEndpoint: {
    ...QUOTAS,
    value: 20,
    unit: "deployments",
    appliesTo: ALL,
    raisable: true,
    description: "deployments behind one endpoint",
  },
  instancesPerDeployment: {
    ...QUOTAS,
    value: 50,
    unit: "instances",
    appliesTo: MANAGED,
    raisable: true,
    description: "instances of one deployment; the 20 % held for upgrades come on top",
  },
  endpointsPerCluster: {
    ...QUOTAS,
    value: 60,
    unit: "endpoints",
    appliesTo: KUBERNETES,
    raisable: false,
    description: "endpoints on one Kubernetes cluster",
  },
  deploymentsPerCluster: {
    ...QUOTAS,
    value: 100,
    unit: "deployments",
    appliesTo: KUBERNETES,
    raisable: false,
    description: "deployments on one Kubernetes cluster",
  },
  computeObjectsPerRegion: {
    ...QUOTAS,
    value: 500,
    unit: "compute objects",
    appliesTo: MANAGED,
    raisable: true,
    ceiling: 2500,
    description: "training clusters, compute instances and managed deployments in a region, together",
  },
  nameLengthMin: {
    ...QUOTAS,
    value: 3,
    unit: "characters",
    appliesTo: ALL,
    raisable: false,
    description: "shortest name of an endpoint or a deployment",
  },
  nameLengthMax: {
    ...QUOTAS,
    value: 32,
    unit: "characters",
    appliesTo: ALL,
    raisable: false,
    description: "longest name of an endpoint or a deployment",
  },
  joinedNameLengthMinKubernetes: {
    ...QUOTAS,
    value: 6,
    unit: "characters",
    appliesTo: KUBERNETES,
    raisable: false,
    description: "shortest endpoint name and deployment name, counted together",
  },
  joinedNameLengthMaxKubernetes: {
    ...QUOTAS,
    value: 62,
    unit: "characters",
    appliesTo: KUBERNETES,
    raisable: false,
    description: "longest endpoint name and deployment name, counted together",
  },
  requestTimeoutMsManaged: {
    ...QUOTAS,
    value: 180_000,
    unit: "milliseconds",
    appliesTo: MANAGED,
    raisable: false,
    description: "longest request_timeout_ms of a managed deployment",
  },
  requestTimeoutMsPromptFlow: {
    ...QUOTAS,
    value: 300_000,
    unit: "milliseconds",
    appliesTo: MANAGED,
    raisable: false,
    description: "longest request_timeout_ms of a managed deployment of a prompt flow",
  },
  requestTimeoutMsKubernetes: {
    ...QUOTAS,
    value: 300_000,
    unit: "milliseconds",
    appliesTo: KUBERNETES,
    raisable: false,
    description: "longest request_timeout_ms of a Kubernetes deployment",
  },
  requestsPerSecondPerEndpoint: {
    ...QUOTAS,
    value: 500,
    unit: "requests per second",
    appliesTo: MANAGED,
    raisable: true,
    description: "requests to all deployments of an endpoint; more are answered with 429",
  },
  newConnectionsPerSecondPerEndpoint: {
    ...QUOTAS,
    value: 500,
    unit: "connections per second",
    appliesTo: MANAGED,
    raisable: true,
    description: "connections opened to an endpoint in a second",
  },
  activeConnectionsPerEndpoint: {
    ...QUOTAS,
    value: 500,
    unit: "connections",
    appliesTo: MANAGED,
    raisable: true,
    description: "connections open to an endpoint at a time",
  },
  bandwidthMegabytesPerSecondPerEndpoint: {
    ...QUOTAS,
    value: 5,
    unit: "megabytes per second",
    appliesTo: MANAGED,
    raisable: true,
    description: "traffic of an endpoint, mirrored traffic included (Azure writes MBPS); more is delayed, not refused",
  },
  pendingRequestsPerConcurrentRequest: {
    ...TROUBLESHOOTING,
    value: 2,
    unit: "requests",
    appliesTo: MANAGED,
    raisable: false,
    description:
      "requests in flight for each of max_concurrent_requests_per_instance × instance_count; more are answered with 429",
  },
  mirrorPercentMax: {
    ...ROLLOUT,
    value: 50,
    unit: "percent",
    appliesTo: MANAGED,
    raisable: false,
    description: "share of the live traffic that can be mirrored",
  },
  mirrorTargetsPerEndpoint: {
    ...ROLLOUT,
    value: 1,
    unit: "deployments",
    appliesTo: MANAGED,
    raisable: false,
    description: "deployments of an endpoint that take mirrored traffic",
  },
  collectorsPerScript: {
    ...COLLECTOR,
    value: 5,
    unit: "collectors",
    appliesTo: ONLINE,
    raisable: false,
    description: "data collectors in one scoring script",
  },
  autoscaleProfilesPerSetting: {
    ...AUTOSCALE,
    value: 20,
    unit: "profiles",
    appliesTo: MANAGED,
    raisable: false,
    description: "profiles of one autoscale setting",
  },
  autoscaleRulesPerProfile: {
    ...AUTOSCALE,
    value: 10,
    unit: "rules",
    appliesTo: MANAGED,
    raisable: false,
    description: "rules of one autoscale profile",
  },
  autoscaleFixedDateDaysMax: {
    ...AUTOSCALE,
    value: 365,
    unit: "days",
    appliesTo: MANAGED,
    raisable: false,
    description: "longest time between start and end of an autoscale profile with a fixed date",
  },
} as const satisfies Record<string, LimitRow>;

export type LimitKey = keyof typeof TABLE;

export interface Limit extends LimitRow {
  readonly key: LimitKey;
}

/** The figures alone: `limits.deploymentsPerEndpoint`. */
export type Limits = Readonly<Record<LimitKey, number>>;

const KEYS = Object.keys(TABLE) as LimitKey[];

export const LIMIT_TABLE: readonly Limit[] = KEYS.map((key) => ({ key, ...TABLE[key] }));

export const limits: Limits = Object.fromEntries(KEYS.map((key) => [key, TABLE[key].value])) as Limits;

/** Everything that is known of a limit: `limit("mirrorPercentMax").source`. */
export function limit(key: LimitKey): Limit {
  return { key, ...TABLE[key] };
}

/** What is wrong with one override. The caller knows the file and the place. */
export interface LimitFault extends Omit<SpecError, "file" | "line" | "column" | "path"> {
  readonly key: string;
}

export interface RaisedLimits {
  /** Azure's figures, with the overrides that are allowed. */
  readonly limits: Limits;
  readonly faults: readonly LimitFault[];
}

/**
 * The limits of a subscription for which Azure raised some: `limitsWith({ deploymentsPerEndpoint: 40 })`. An override can
 * also be lower, where a team wants less than Azure allows.
 */
export function limitsWith(overrides: Readonly<Partial<Record<LimitKey, number>>>): RaisedLimits {
  const entries = Object.entries(overrides).filter(([, value]) => value !== undefined);
  const faults = entries.flatMap(([key, value]) => faultOf(key, value) ?? []);
  const wrong = new Set(faults.map(({ key }) => key));
  return {
    limits: { ...limits, ...Object.fromEntries(entries.filter(([key]) => !wrong.has(key))) },
    faults,
  };
}

function faultOf(key: string, value: unknown): LimitFault | undefined {
  // Keys come from a file: their type is a wish.
  const row = LIMIT_TABLE.find((each) => each.key === key);
  const raisable = LIMIT_TABLE.filter((each) => each.raisable).map((each) => each.key);
  if (row === undefined) {
    return {
      key,
      code: "UnknownField",
      message: `there is no limit '${key}'`,
      value: key,
      allowed: raisable.join(", "),
      hint: "name one of the limits that Azure raises",
      rule: "stack",
    };
  }
  if (!row.raisable) {
    return {
      key,
      code: "BadArgument",
      message: `Azure does not raise this limit: it stays at ${row.value} ${row.unit}`,
      value: String(value),
      allowed: raisable.join(", "),
      hint: "remove it",
      rule: "stack",
      source: row.source,
    };
  }
  const ceiling = row.ceiling ?? Number.MAX_SAFE_INTEGER;
  if (typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= ceiling) {
    return undefined;
  }
  const bounds = row.ceiling === undefined ? "1 or more" : `1 to ${row.ceiling}`;
  return {
    key,
    code: "InvalidValue",
    message: `must be a whole number of ${row.unit}, ${bounds}`,
    value: String(value),
    allowed: `a whole number, ${bounds}`,
    hint: "write the figure that Azure granted",
    rule: "stack",
    source: row.source,
  };
}
