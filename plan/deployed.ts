import { z } from "zod";
import { DEFAULT_INSTANCE_TYPE } from "../input/azure/instance-type";
import { byCodeUnit } from "../input/documents/order";
import type { DeploymentSpec, EndpointSpec } from "../input/stack/spec";
import { changedParts, formatParts, type GenerationParts, parseParts, SECRETS } from "./generation-parts";
import { instanceRange } from "./instances";

/**
 * What an update left, as its stack keeps it in the output `deployed`: all that the next change is compared with. Plain data
 * without secrets. Later versions of this program read it: change its shape only together with `version`.
 */
export interface DeployedStack {
  readonly version: 1;
  readonly endpoints: Readonly<Record<string, DeployedEndpoint>>;
  /** The router. Absent when a program has left this that did not say. */
  readonly router?: DeployedRouter;
  /** By `<endpoint>/<deployment>`: generations that did not become ready in the last update. */
  readonly failed?: Readonly<Record<string, FailedGeneration>>;
}

export interface DeployedRouter {
  /** Content hash of what its image is made of, and the address that it listens on: another one is another container. */
  readonly key: string;
  readonly address: string;
  /** ISO time of the last update in which it did not take over its configuration. */
  readonly attempt?: string;
}

export interface FailedGeneration {
  readonly generation: string;
  /** ISO time of the update. */
  readonly at: string;
}

export interface DeployedEndpoint {
  /** ISO time of the update that created it. */
  readonly since: string;
  readonly authMode: string;
  readonly publicNetworkAccess: boolean;
  readonly scoringUri: string;
  /** Percent by deployment; those without are left out. */
  readonly traffic: Readonly<Record<string, number>>;
  readonly mirrorTraffic: Readonly<Record<string, number>>;
  readonly deployments: Readonly<Record<string, DeployedDeployment>>;
}

export interface DeployedDeployment {
  readonly generation: string;
  /** ISO time of the update that brought this generation. */
  readonly since: string;
  readonly instanceType: string;
  /** Instances that it was started with; autoscale may have changed their number since. */
  readonly instances: number;
  readonly maxInstances: number;
  readonly sharedQuota: boolean;
  /** What makes up the generation, to say what of it has changed: `code 5b7ed5ca, model f9429d03`. In one line, since previews show it. */
  readonly parts?: string;
  /** ISO time of the last update in which this generation did not become ready. */
  readonly attempt?: string;
}

/** What stood before a change. Neither field: nothing did. */
export interface Former {
  readonly stack?: DeployedStack;
  /** Why nobody can tell. */
  readonly unknown?: string;
}

/** An endpoint as it shall stand after the change. */
export interface StandingEndpoint {
  readonly endpoint: EndpointSpec;
  readonly scoringUri: string;
  readonly deployments: readonly StandingDeployment[];
}

export interface StandingDeployment {
  readonly spec: DeploymentSpec;
  /** Absent: an error stands in the way of knowing it. */
  readonly generation?: string;
  readonly parts?: GenerationParts;
  readonly attempt?: string;
  /** False: the generation is made with secrets that only the engine can decrypt, and cannot be compared. */
  readonly secretsKnown?: boolean;
}

/** Generation that nobody can tell here. It is never kept: no update is made of such a plan. */
export const UNKNOWN_GENERATION = "unknown";

/** What stands after a change. A second run without a change gives the same, whatever the time is. */
export function deployedStack(
  endpoints: readonly StandingEndpoint[],
  { deployed, now }: { readonly deployed?: DeployedStack; readonly now: string },
  router?: Omit<DeployedRouter, "attempt">,
): DeployedStack {
  const attempt = deployed?.router?.attempt;
  return {
    version: 1,
    ...(router === undefined ? {} : { router: { ...router, ...(attempt === undefined ? {} : { attempt }) } }),
    endpoints: byName(
      endpoints.map((standing) => {
        const { name } = standing.endpoint;
        return [name, deployedEndpoint(standing, entryOf(deployed?.endpoints, name), now)];
      }),
    ),
  };
}

function deployedEndpoint(
  { endpoint, scoringUri, deployments }: StandingEndpoint,
  former: DeployedEndpoint | undefined,
  now: string,
): DeployedEndpoint {
  return {
    since: former?.since ?? now,
    authMode: endpoint.authMode,
    publicNetworkAccess: endpoint.publicNetworkAccess,
    scoringUri,
    traffic: shares(endpoint.traffic),
    mirrorTraffic: shares(endpoint.mirrorTraffic),
    deployments: byName(
      deployments.map((standing) => {
        const { name } = standing.spec;
        return [name, deployedDeployment(standing, entryOf(former?.deployments, name), now)];
      }),
    ),
  };
}

function deployedDeployment(
  standing: StandingDeployment,
  former: DeployedDeployment | undefined,
  now: string,
): DeployedDeployment {
  const { spec, secretsKnown = true } = standing;
  const { initial, maximum } = instanceRange(spec);
  const parts = partsOf(standing, former);
  const same = secretsKnown
    ? former?.generation === standing.generation
    : changedParts(former?.parts, parts)?.length === 0;
  const generation = secretsKnown ? standing.generation : undefined;
  return {
    ...(same && former !== undefined
      ? { generation: former.generation, since: former.since }
      : { generation: generation ?? UNKNOWN_GENERATION, since: now }),
    instanceType: instanceTypeName(spec),
    instances: initial,
    maxInstances: maximum,
    sharedQuota: spec.sharedQuota,
    ...(parts === undefined ? {} : { parts }),
    ...(standing.attempt === undefined ? {} : { attempt: standing.attempt }),
  };
}

/** Secrets that nobody can read here are taken to be what they were: the rest of the generation can still be compared. */
function partsOf({ parts, secretsKnown = true }: StandingDeployment, former?: DeployedDeployment): string | undefined {
  if (parts === undefined || secretsKnown) {
    return parts === undefined ? undefined : formatParts(parts);
  }
  const { [SECRETS]: unknown, ...known } = parts;
  const before = parseParts(former?.parts ?? "")[SECRETS];
  return formatParts(before === undefined ? known : { ...known, [SECRETS]: before });
}

/** Name of what an instance runs on: a VM size, or an instance type of the cluster. */
export function instanceTypeName(spec: DeploymentSpec): string {
  return spec.instanceType?.name ?? spec.kubernetesInstanceType ?? DEFAULT_INSTANCE_TYPE.name;
}

/** An endpoint may be called `constructor`: what an object inherits is no entry of it. */
export function entryOf<T>(map: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, name) ? map[name] : undefined;
}

function shares(percents: Readonly<Record<string, number>>): Record<string, number> {
  return byName(Object.entries(percents).filter(([, percent]) => percent > 0));
}

/** Sorted, so that another order in the files is no change. */
function byName<T>(entries: readonly (readonly [string, T])[]): Record<string, T> {
  return Object.fromEntries([...entries].sort(([a], [b]) => byCodeUnit(a, b)));
}

const Shares = z.record(z.string(), z.number());

const Deployment = z.object({
  generation: z.string(),
  since: z.iso.datetime(),
  instanceType: z.string(),
  instances: z.int().min(0),
  maxInstances: z.int().min(0),
  sharedQuota: z.boolean(),
  parts: z.string().optional(),
  attempt: z.iso.datetime().optional(),
});

const Stack = z.object({
  version: z.literal(1),
  router: z.object({ key: z.string(), address: z.string(), attempt: z.iso.datetime().optional() }).optional(),
  failed: z.record(z.string(), z.object({ generation: z.string(), at: z.iso.datetime() })).optional(),
  endpoints: z.record(
    z.string(),
    z.object({
      since: z.iso.datetime(),
      authMode: z.string(),
      publicNetworkAccess: z.boolean(),
      scoringUri: z.string(),
      traffic: Shares,
      mirrorTraffic: Shares,
      deployments: z.record(z.string(), Deployment),
    }),
  ),
});

/**
 * Reads what a stack has kept. Something else than that, as an older or newer program may leave it, is no reason to stop: it
 * only means that nothing is known of what is deployed, and why.
 */
export function parseDeployed(value: unknown): Former {
  if (value === undefined || value === null) {
    return {};
  }
  const version = (value as { readonly version?: unknown }).version;
  if (version !== 1) {
    const written = JSON.stringify(version) ?? "(none)";
    return { unknown: `what is deployed was written in version ${written}, and this program reads version 1` };
  }
  const { success, data, error } = Stack.safeParse(value);
  if (!success) {
    const [issue] = error.issues;
    return { unknown: `what is deployed cannot be read: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}` };
  }
  return { stack: data };
}
