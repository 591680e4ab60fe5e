import { breakName, type Cell, textTable, WIDTH } from "../text-table";
import type { LedgerAccount } from "./accounts";
import type { Ledger, LedgerRow } from "./ledger";
import type { LimitCount } from "./limits";

/** Between two columns of a text table. */
const GAP = 2;
/** Longest name that Azure's own VM sizes have. */
const TYPE_WIDTH = 25;
/** Stands for what is not limited. */
const NONE = "—";

/** The ledger as people read it: deployments by account, then the accounts, then what else Azure counts. */
export function formatLedger(ledger: Ledger): string {
  return [
    ...(ledger.rows.length === 0 ? [] : [deploymentTable(ledger.rows), ""]),
    accountTable(ledger.accounts),
    ...ledger.uncounted.map(
      ({ endpoint, deployment, instanceType }) => `not counted: ${endpoint}/${deployment}, cores of ${instanceType}`,
    ),
    "limits",
    ...limitLines(ledger.limits).map((line) => `  ${line}`),
  ].join("\n");
}

const ROW_HEAD = ["deployment", "instance type", "now", "after", "held", "cores", "reserved", "at max", "peak"];

function deploymentTable(rows: readonly LedgerRow[]): string {
  const groups = [...new Set(rows.map(groupOf))];
  const lines = groups.flatMap((group): Cell[][] => [
    [group],
    ...rows
      .filter((row) => groupOf(row) === group)
      .map((row) => [
        `  ${row.endpoint}/${row.deployment}`,
        row.instanceType,
        row.instancesNow,
        row.instances,
        row.heldInstances,
        row.coresPerInstance,
        row.reserved,
        row.atMaximum,
        row.surge,
      ]),
  ]);
  return table(ROW_HEAD, lines);
}

function groupOf({ pool, family, cluster }: LedgerRow): string {
  switch (pool) {
    case "dedicated":
      return family ?? "";
    case "shared":
      return "shared pool";
    case "cluster":
      return `cluster ${cluster ?? ""}`;
    default:
      return pool satisfies never;
  }
}

function accountTable(accounts: readonly LedgerAccount[]): string {
  const head = ["account", "unit", "now", "reserved", "at max", "peak", "limit", "free"];
  const lines = accounts.map(({ name, unit, now, reserved, atMaximum, surge, limit, free }) => [
    name,
    unit,
    now,
    reserved,
    atMaximum,
    surge,
    limit ?? NONE,
    free === undefined ? NONE : free < 0 ? `${-free} over` : free,
  ]);
  return table(head, lines);
}

/** Of each limit the fullest owner. */
function limitLines(counts: readonly LimitCount[]): string[] {
  const fullest = new Map<string, LimitCount>();
  for (const count of counts) {
    const before = fullest.get(count.key);
    if (before === undefined || count.used > before.used) {
      fullest.set(count.key, count);
    }
  }
  return [...fullest.values()].map(
    ({ owner, unit, used, limit }) => `${used} of ${limit} ${unit}${owner === undefined ? "" : ` of ${owner}`}`,
  );
}

/** A table no wider than a terminal: the first column is as wide as the rest leaves it. */
function table(head: readonly string[], lines: readonly (readonly Cell[])[]): string {
  const narrow = lines.map((line) =>
    line.map((cell, column) => (column === 1 ? breakName(`${cell}`, TYPE_WIDTH) : cell)),
  );
  const rest = head.slice(1).map((title, index) => widthOf([title, ...narrow.map((line) => line[index + 1] ?? "")]));
  // Figures of a width that leaves less than 20 columns are no quota of anybody's.
  const first = Math.max(20, WIDTH - rest.reduce((sum, width) => sum + width + GAP, 0));
  // A line with a name alone has the whole width. A name that needs it stands above its figures: cut short it could be
  // another deployment's.
  const wide = narrow.flatMap(([name = "", ...cells]): Cell[][] =>
    cells.length > 0 && `${name}`.length <= first
      ? [[name, ...cells]]
      : [[breakName(`${name}`, WIDTH)], ...(cells.length === 0 ? [] : [["", ...cells]])],
  );
  return textTable(head, wide, 2);
}

function widthOf(cells: readonly Cell[]): number {
  return Math.max(...cells.flatMap((cell) => `${cell}`.split("\n")).map((line) => line.length));
}
