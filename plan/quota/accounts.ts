import type { YamlPath } from "../../input/documents/document";
import type { QuotaConfig } from "../../input/stack/quota-config";
import type { StackSpec } from "../../input/stack/spec";
import { entryOf } from "../deployed";
import type { Demand, Holding, Pool, QuotaContext } from "./demand";
import { reservedCores, thousandths } from "./reserve";
import { peak } from "./surge";

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
  const shared = held.some(({ pool }) => pool === "shared");
  const rules: RuleOfCores[] = [
    { ...coresOf("dedicated"), kind: "total", name: "total", limit: quota.total, path: ["quota", "total"] },
    ...families.map((family) => familyRule(family, quota)),
    ...families.flatMap((family) => workspaceRule(family, quota) ?? []),
    ...(shared ? [sharedRule(quota)] : []),
    ...sortedSet(held.map(({ cluster }) => cluster)).map((cluster) => clusterRule(cluster, context)),
  ];
  return rules.map((rule) => ({ ...rule, enforcesSurge: quota.surge === "enforced" }));
}

type RuleOfCores = Omit<AccountRule, "enforcesSurge">;

function familyRule(family: string, { families }: QuotaConfig): RuleOfCores {
  const [key, limit] = caselessEntries(families).get(family.toLowerCase()) ?? [family, undefined];
  const path = ["quota", "families", key];
  return { ...coresOf("dedicated", { family }), kind: "family", name: family, family, limit, path };
}

function workspaceRule(family: string, { workspace }: QuotaConfig): RuleOfCores | undefined {
  const entry = caselessEntries(workspace).get(family.toLowerCase());
  if (entry === undefined) {
    return undefined;
  }
  const [key, limit] = entry;
  const name = `${family} of this workspace`;
  const path = ["quota", "workspace", key];
  return { ...coresOf("dedicated", { family }), kind: "workspace", name, family, limit, path };
}

function sharedRule({ shared }: QuotaConfig): RuleOfCores {
  return { ...coresOf("shared"), kind: "shared", name: "shared pool", limit: shared, path: ["quota", "shared"] };
}

function clusterRule(cluster: string, { clusters }: QuotaContext): RuleOfCores {
  const limit = entryOf(clusters, cluster)?.cores;
  return {
    ...coresOf("cluster", { cluster }),
    kind: "cluster",
    name: `cluster ${cluster}`,
    limit,
    path: ["endpoints"],
  };
}

/** What one deployment takes from an account. */
export function figuresOf({ measure }: Pick<AccountRule, "measure">, demand: Demand): Figures {
  const { before, after, change } = demand;
  const now = before === undefined ? 0 : measure(before, before.instances);
  const reserved = after === undefined ? 0 : measure(after, after.instances);
  return {
    now,
    reserved,
    atMaximum: after === undefined ? 0 : measure(after, after.scalesTo ?? after.instances),
    surge: peak(change, now, reserved),
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
export function totalOf(rule: Pick<AccountRule, "measure">, demands: readonly Demand[]): Figures {
  return demands.reduce((total, demand) => add(total, figuresOf(rule, demand)), NOTHING);
}

/** Entries by key in lower case, each with the key as it is written: Azure compares families without regard to case. */
export function caselessEntries<T>(map: Readonly<Record<string, T>>): Map<string, readonly [string, T]> {
  return new Map(Object.entries(map).map((entry) => [entry[0].toLowerCase(), entry]));
}

function coresOf(
  pool: Pool,
  only: { readonly family?: string; readonly cluster?: string } = {},
): Pick<AccountRule, "unit" | "measure"> {
  return {
    unit: "cores",
    measure: (holding, instances) =>
      holding.pool === pool &&
      (only.family ?? holding.size.family) === holding.size.family &&
      (only.cluster ?? holding.cluster) === holding.cluster
        ? reservedCores(instances, holding.size)
        : 0,
  };
}

function sortedSet(names: readonly (string | undefined)[]): string[] {
  return [...new Set(names.filter((name) => name !== undefined))].sort();
}
