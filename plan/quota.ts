import Table from "cli-table3";
import type { SpecError } from "../spec/errors";
import type { StackSpec } from "../spec/stack/spec";
import type { VmSize } from "../spec/tables/vm-sizes";

/** The quota account of a stack: what every deployment reserves against what is allowed. Cores everywhere. */
export interface Ledger {
  readonly rows: readonly LedgerRow[];
  readonly total: LedgerAccount;
  /** One per VM family in use, sorted. */
  readonly families: readonly (LedgerAccount & { readonly family: string })[];
}

export interface LedgerRow {
  readonly endpoint: string;
  readonly deployment: string;
  readonly instanceType: string;
  readonly family: string;
  readonly instances: number;
  /** Instances that quota is held for: `ceil(1.2 × instances)`, or `instances` on exempt sizes. */
  readonly reservedInstances: number;
  readonly coresPerInstance: number;
  /** `reservedInstances × coresPerInstance`. */
  readonly reserved: number;
}

export interface LedgerAccount {
  readonly reserved: number;
  /** Absent: nothing limits this account. */
  readonly limit?: number;
}

/**
 * Instances that quota is held for. Azure reserves 20 % for system-initiated upgrades and recovery
 * (how-to-manage-quotas), except on the sizes that its SKU list marks as exempt.
 */
export function reservedInstances(instances: number, size: Pick<VmSize, "exempt">): number {
  return size.exempt ? instances : Math.ceil(1.2 * instances);
}

/** Draws up the ledger of a stack. */
export function drawLedger(stack: StackSpec): Ledger {
  const rows: LedgerRow[] = stack.endpoints.flatMap(({ endpoint, deployments }) =>
    deployments.flatMap((deployment) => {
      const size = deployment.instanceType;
      if (size === undefined) {
        return [];
      }
      const { family, cores } = size;
      const held = reservedInstances(deployment.instanceCount, size);
      return {
        endpoint: endpoint.name,
        deployment: deployment.name,
        instanceType: size.name,
        family,
        instances: deployment.instanceCount,
        reservedInstances: held,
        coresPerInstance: cores,
        reserved: held * cores,
      };
    }),
  );
  const { total, families } = stack.config.quota;
  const used = [...new Set(rows.map((row) => row.family))].sort();
  return {
    rows,
    total: { reserved: sum(rows), limit: total },
    families: used.map((family) => ({
      family,
      reserved: sum(rows.filter((row) => row.family === family)),
      limit: caselessEntry(families, family),
    })),
  };
}

/** One `OutOfQuota` for every account that is overdrawn, each with the whole ledger's figures and what to change. */
export function quotaViolations(ledger: Ledger, stack: Pick<StackSpec, "configFile" | "configAt">): SpecError[] {
  const accounts = [
    { name: "the stack", key: "total", account: ledger.total },
    ...ledger.families.map((account) => ({ name: account.family, key: `families.${account.family}`, account })),
  ];
  return accounts.flatMap(({ name, key, account }) => {
    if (account.limit === undefined || account.reserved <= account.limit) {
      return [];
    }
    const over = account.reserved - account.limit;
    return [
      {
        code: "OutOfQuota",
        ...stack.configAt(["quota", ...key.split(".")]),
        path: `quota.${key}`,
        message: `${name} needs ${account.reserved} cores, ${over} more than its quota`,
        value: `${account.reserved} cores reserved`,
        allowed: `${account.limit} cores`,
        hint: `raise mlendpoints:quota.${key} to ${account.reserved}, or give up ${over} cores: fewer instances or a smaller instance type`,
      },
    ];
  });
}

/** The ledger as people read it. */
export function formatLedger(ledger: Ledger): string {
  const table = new Table({
    head: ["deployment", "instance type", "instances", "held for", "cores each", "reserved"],
    colAligns: ["left", "left", "right", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  for (const row of ledger.rows) {
    table.push([
      `${row.endpoint}/${row.deployment}`,
      row.instanceType,
      row.instances,
      row.reservedInstances,
      row.coresPerInstance,
      row.reserved,
    ]);
  }
  const accounts = [
    ...ledger.families.map((account) => ({ name: account.family, ...account })),
    { name: "total", ...ledger.total },
  ];
  const lines = accounts.map(
    ({ name, reserved, limit }) =>
      `${name}: ${reserved} cores reserved, ${limit === undefined ? "no limit" : `limit ${limit}, ${reserved > limit ? `${reserved - limit} too many` : `${limit - reserved} free`}`}`,
  );
  return [table.toString(), ...lines].join("\n");
}

function sum(rows: readonly LedgerRow[]): number {
  return rows.reduce((cores, row) => cores + row.reserved, 0);
}

function caselessEntry(map: Readonly<Record<string, number>>, key: string): number | undefined {
  return Object.entries(map).find(([name]) => name.toLowerCase() === key.toLowerCase())?.[1];
}
