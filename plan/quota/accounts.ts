import type { YamlPath } from "../../spec/document";
import type { StackSpec } from "../../spec/stack/spec";
import type { Demand, Holding, Pool, QuotaContext } from "./demand";
import { reservedCores, thousandths } from "./reserve";
import { changeOf, peak } from "./surge";

export type AccountKind = "total" | "family" | "workspace" | "shared" | "cluster" | "hostCores" | "hostMemory";

/** One account of the ledger: what is held against what is allowed. */
export interface LedgerAccount {
  readonly kind: AccountKind;
  /** As people call it: `total`, `standardDSv2Family`, `cluster aks-east`. Unique in a ledger. */
  readonly name: string;
  /** Of the kinds `family` and `workspace`. */
  readonly family?: string;
  readonly unit: "cores" | "GiB";
  /** Held before this change. */
  readonly now: number;
  /** Held after it. */
  readonly reserved: number;
  /** Held when everything that scales is at its maximum. */
  readonly atMaximum: number;
  /** Held at the peak of the change itself. */
  readonly surge: number;
  /** Absent: nothing limits this account, or nobody knows what does. */
  readonly limit?: number;
  /** `limit - reserved`; negative when the account is overdrawn. */
  readonly free?: number;
}

/** How an account is kept. */
export interface AccountRule {
  readonly kind: AccountKind;
  readonly name: string;
  readonly family?: string;
  readonly unit: "cores" | "GiB";
  readonly limit?: number;
  /** Where the limit stands in the stack's config, or would stand. */
  readonly path: YamlPath;
  /** Whether the peak of a change must stay within the limit too. */
  readonly enforcesSurge: boolean;
  /** What so many instances of a holding take from this account; 0 for what is none of its business. */
  readonly measure: (holding: Holding, instances: number) => number;
}

export type Figures = Pick<LedgerAccount, "now" | "reserved" | "atMaximum" | "surge">;

export const NOTHING: Figures = { now: 0, reserved: 0, atMaximum: 0, surge: 0 };

/** The quota accounts of a stack: the total, and those that some deployment takes from. */
export function accountRules(stack: StackSpec, context: QuotaContext, demands: readonly Demand[]): AccountRule[] {
  const { quota } = stack.config;
  const held = demands.flatMap(({ before, after }) => [before, after]).filter((holding) => holding !== undefined);
  const families = sortedSet(held.filter(({ pool }) => pool === "dedicated").map(({ size }) => size.family));
  const clusters = sortedSet(held.map(({ cluster }) => cluster));
  const cores = { unit: "cores", enforcesSurge: quota.surge === "enforced" } as const;
  const own = caselessEntries(quota.workspace);
  const familyRules = families.map((family): AccountRule => {
    const [key, limit] = caselessEntries(quota.families).get(family.toLowerCase()) ?? [family, undefined];
    const path = ["quota", "families", key];
    return { ...cores, kind: "family", name: family, family, limit, path, measure: coresOf("dedicated", { family }) };
  });
  const workspaceRules = families.flatMap((family): AccountRule[] => {
    const [key, limit] = own.get(family.toLowerCase()) ?? [];
    return key === undefined
      ? []
      : [
          {
            ...cores,
            kind: "workspace",
            name: `${family} of this workspace`,
            family,
            limit,
            path: ["quota", "workspace", key],
            measure: coresOf("dedicated", { family }),
          },
        ];
  });
  const sharedRule: AccountRule = {
    ...cores,
    kind: "shared",
    name: "shared pool",
    limit: quota.shared,
    path: ["quota", "shared"],
    measure: coresOf("shared"),
  };
  const clusterRules = clusters.map((cluster): AccountRule => {
    const limit = context.clusters?.[cluster]?.cores;
    const measure = coresOf("cluster", { cluster });
    return { ...cores, kind: "cluster", name: `cluster ${cluster}`, limit, path: ["endpoints"], measure };
  });
  return [
    {
      ...cores,
      kind: "total",
      name: "total",
      limit: quota.total,
      path: ["quota", "total"],
      measure: coresOf("dedicated"),
    },
    ...familyRules,
    ...workspaceRules,
    ...(held.some(({ pool }) => pool === "shared") ? [sharedRule] : []),
    ...clusterRules,
  ];
}

/** What one deployment takes from an account. */
export function figuresOf({ measure }: Pick<AccountRule, "measure">, demand: Demand): Figures {
  const { before, after } = demand;
  const now = before === undefined ? 0 : measure(before, before.instances);
  const reserved = after === undefined ? 0 : measure(after, after.instances);
  const most = after === undefined ? 0 : Math.max(after.instances, after.scalesTo ?? 0);
  return {
    now,
    reserved,
    atMaximum: after === undefined ? 0 : measure(after, most),
    surge: peak(changeOf(demand), now, reserved),
  };
}

export function add(a: Figures, b: Figures): Figures {
  return {
    now: thousandths(a.now + b.now),
    reserved: thousandths(a.reserved + b.reserved),
    atMaximum: thousandths(a.atMaximum + b.atMaximum),
    surge: thousandths(a.surge + b.surge),
  };
}

export function subtract(a: Figures, b: Figures): Figures {
  return add(a, { now: -b.now, reserved: -b.reserved, atMaximum: -b.atMaximum, surge: -b.surge });
}

/** What all deployments take from an account. */
export function totalOf(rule: AccountRule, demands: readonly Demand[]): Figures {
  return demands.reduce((total, demand) => add(total, figuresOf(rule, demand)), NOTHING);
}

export function accountOf(rule: AccountRule, demands: readonly Demand[]): LedgerAccount {
  const { kind, name, family, unit, limit } = rule;
  const figures = totalOf(rule, demands);
  const free = limit === undefined ? undefined : thousandths(limit - figures.reserved);
  return { kind, name, family, unit, ...figures, limit, free };
}

/** Entries by key in lower case, each with the key as it is written: Azure compares families without regard to case. */
export function caselessEntries<T>(map: Readonly<Record<string, T>>): Map<string, readonly [string, T]> {
  return new Map(Object.entries(map).map((entry) => [entry[0].toLowerCase(), entry]));
}

function coresOf(pool: Pool, only: { readonly family?: string; readonly cluster?: string } = {}) {
  return (holding: Holding, instances: number): number =>
    holding.pool === pool &&
    (only.family ?? holding.size.family) === holding.size.family &&
    (only.cluster ?? holding.cluster) === holding.cluster
      ? reservedCores(instances, holding.size)
      : 0;
}

function sortedSet(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
