import { withoutAbsent } from "../../input/documents/plain";
import type { StackSpec } from "../../input/stack/spec";
import type { ChangeKind } from "../changes";
import { type AccountRule, accountRules, type Figures, type LedgerAccount, totalOf } from "./accounts";
import { capacityRules } from "./capacity";
import { type Demand, type Demands, drawDemands, type Pool, type QuotaContext, type Uncounted } from "./demand";
import { countLimits, type LimitCount } from "./limits";
import { reservedCores, reservedInstances, thousandths } from "./reserve";
import { peak } from "./surge";

/** The quota account of a stack. Cores, unless a unit says otherwise. */
export interface Ledger {
  /** One per deployment: those of the files in their order, then those that are about to go. */
  readonly rows: readonly LedgerRow[];
  /** The total, then families, caps of this workspace, shared pool, clusters, the host. */
  readonly accounts: readonly LedgerAccount[];
  /** What Azure counts besides cores. */
  readonly limits: readonly LimitCount[];
  /** Deployments whose cores nobody knows: they stand in no account. */
  readonly uncounted: readonly Uncounted[];
}

/** What one deployment holds. */
export interface LedgerRow {
  readonly endpoint: string;
  readonly deployment: string;
  /** What this change does to it. */
  readonly change: ChangeKind;
  /** After the change; of a removed deployment, what it was. */
  readonly instanceType: string;
  /** Absent on Kubernetes. */
  readonly family?: string;
  readonly pool: Pool;
  /** Of the pool `cluster`. */
  readonly cluster?: string;
  readonly instancesNow: number;
  /** After the change. */
  readonly instances: number;
  /** Instances that quota is held for after the change: with the 20 % for upgrades. */
  readonly heldInstances: number;
  /** Cores of one instance. */
  readonly coresPerInstance: number;
  /** Before the change. */
  readonly reservedNow: number;
  /** After the change: `heldInstances × coresPerInstance`. */
  readonly reserved: number;
  /** At the autoscale maximum; equals `reserved` when nothing scales it. */
  readonly atMaximum: number;
  /** At the peak of this very change. */
  readonly surge: number;
}

/** What the ledger, its checks and the search for a change that fits all work on. */
export interface Book extends Demands {
  readonly accounts: readonly BookAccount[];
}

/** An account with what all deployments take from it: added up once, since a large stack has thousands. */
export interface BookAccount {
  readonly rule: AccountRule;
  readonly total: Figures;
}

export function openBook(stack: StackSpec, context: QuotaContext): Book {
  return bookOf(drawDemands(stack, context), stack, context);
}

export function bookOf({ demands, uncounted }: Demands, stack: StackSpec, context: QuotaContext): Book {
  const rules = [...accountRules(stack, context, demands), ...capacityRules(stack, context)];
  return { demands, uncounted, accounts: rules.map((rule) => ({ rule, total: totalOf(rule, demands) })) };
}

/** Draws up the ledger of a stack. */
export function drawLedger(stack: StackSpec, context: QuotaContext = {}): Ledger {
  return ledgerOf(openBook(stack, context), stack);
}

export function ledgerOf({ demands, uncounted, accounts }: Book, stack: StackSpec): Ledger {
  return {
    rows: demands.map(rowOf),
    accounts: accounts.map(({ rule: { kind, name, family, unit, limit }, total }) => {
      const free = limit === undefined ? undefined : thousandths(limit - total.reserved);
      return withoutAbsent({ kind, name, family, unit, ...total, limit, free });
    }),
    limits: countLimits(stack),
    uncounted,
  };
}

function rowOf(demand: Demand): LedgerRow {
  const { endpoint, deployment, before, after, change } = demand;
  // A demand without both is never drawn.
  const { size, pool, cluster } = (after ?? before)!;
  const instances = after?.instances ?? 0;
  const reservedNow = before === undefined ? 0 : reservedCores(before.instances, before.size);
  const reserved = reservedCores(instances, size);
  return withoutAbsent({
    endpoint,
    deployment,
    change,
    instanceType: size.name,
    family: size.family,
    pool,
    cluster,
    instancesNow: before?.instances ?? 0,
    instances,
    heldInstances: reservedInstances(instances, size),
    coresPerInstance: size.cores,
    reservedNow,
    reserved,
    atMaximum: after === undefined ? 0 : reservedCores(after.scalesTo ?? instances, size),
    surge: peak(change, reservedNow, reserved),
  });
}

/** A row without what only this change says: the same in every preview until the files change. */
export type LastingRow = Omit<LedgerRow, "change" | "instancesNow" | "reservedNow" | "surge">;
export type LastingAccount = Omit<LedgerAccount, "now" | "surge">;

export function lastingRow({ change, instancesNow, reservedNow, surge, ...row }: LedgerRow): LastingRow {
  return row;
}

export function lastingAccount({ now, surge, ...account }: LedgerAccount): LastingAccount {
  return account;
}
