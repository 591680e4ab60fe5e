import type { Amount } from "../amount";
import { COST_COLUMNS, type CostColumn, type DeploymentCost, type Figures, type StackCost } from "../cost";
import { UNKNOWN_GENERATION } from "../deployed";
import type { Change, EndpointReport, Move, Turn } from "./changes";
import type { ReportData, RolesReport } from "./data";

/** One change in words: what it is about, and what becomes of it. */
export interface Words {
  readonly label: string;
  readonly text: string;
}

const BEFORE: Readonly<Record<ReportData["before"], string>> = {
  known: "",
  nothing: ", first deployment",
  unknown: " (what is deployed is not known: all counts as new)",
};

/** The report in one sentence. */
export function headline({ stack, before, endpoints, errors, ledger }: ReportData): string {
  const trouble = errors.length === 0 ? "" : `${count(errors.length, "error")}, nothing is changed. `;
  if (ledger === undefined) {
    return `Stack ${stack}: ${trouble}What it asks for cannot be read`;
  }
  const of = (change: EndpointReport["change"]): number =>
    endpoints.filter((endpoint) => endpoint.change === change).length;
  const noticed = endpoints.filter(({ change, callersNotice }) => change === "changed" && callersNotice).length;
  const parts = [
    [of("new"), "is new", "are new"],
    [noticed, "changes for callers", "change for callers"],
    [of("changed") - noticed, "changes without their notice", "change without their notice"],
    [of("removed"), "is removed", "are removed"],
    [of("unchanged"), "stays as it is", "stay as they are"],
  ] as const;
  const [[number, one, many] = [0, "", ""], ...rest] = parts.filter(([each]) => each > 0);
  const more = rest.map(([each, single, several]) => `${each} ${each === 1 ? single : several}`);
  const sentence = [`${count(number, "endpoint")} ${number === 1 ? one : many}`, ...more].join(", ");
  const quiet = endpoints.some(({ callersNotice }) => callersNotice) ? "" : "nothing changes for callers; ";
  const asked = errors.length === 0 ? "" : "Asked for: ";
  return `Stack ${stack}${BEFORE[before]}: ${trouble}${asked}${quiet}${sentence}`;
}

export function count(number: number, word: string): string {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** The first few of many, and how many more there are. */
export function some(names: readonly string[], most = 5): string {
  const shown = names.slice(0, most).join(", ");
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** @param endpoint what becomes of the endpoint as a whole */
export function describe(change: Change, endpoint: EndpointReport["change"]): Words {
  switch (change.what) {
    case "address":
      return { label: "address", text: turn(change.turn, String) };
    case "authentication":
      return { label: "access by", text: authentication(change.turn) };
    case "public access":
      return { label: "public access", text: turn(change.turn, (open) => (open ? "yes" : "no")) };
    case "traffic":
      return { label: "traffic", text: `${moves(change.moves, endpoint)}${left(change.moves)}` };
    case "mirrored traffic":
      return { label: "mirrored", text: `${moves(change.moves, endpoint)} (copies, whose answers nobody gets)` };
    case "deployment":
      return { label: change.deployment, text: deployment(change) };
    default:
      return change satisfies never;
  }
}

function turn<T>({ before, after }: Turn<T>, show: (value: T) => string): string {
  const [from, to] = [before, after].map((value) => (value === undefined ? undefined : show(value)));
  return from === undefined ? (to ?? "") : to === undefined ? `was ${from}` : `${from} → ${to}`;
}

function authentication(change: Turn<string>): string {
  const text = turn(change, String);
  if (change.after === "key") {
    return `${text} (two new ones)`;
  }
  return change.before === "key" ? `${text} (the two keys open nothing any more)` : text;
}

function moves(all: readonly Move[], endpoint: EndpointReport["change"]): string {
  return all
    .map(({ deployment, before, after }) =>
      before === after || endpoint === "new" ? `${deployment} ${after} %` : `${deployment} ${before} → ${after} %`,
    )
    .join(", ");
}

function left(all: readonly Move[]): string {
  return all.every(({ after }) => after === 0)
    ? "; no deployment is left with traffic: only calls that name one are answered"
    : "";
}

function deployment(change: Extract<Change, { what: "deployment" }>): string {
  const { generation, instanceType, instances, maxInstances } = change;
  switch (change.change) {
    case "new":
      return `new: ${machines(instances?.after, maxInstances?.after, instanceType?.after)}, version ${generation?.after ?? ""}`;
    case "removed": {
      const { before } = change.traffic;
      return before > 0 ? `removed; it has ${before} % of the traffic now` : "removed; it has no traffic";
    }
    case "replaced":
    case "scaled":
    case "unchanged":
      return [version(change), ...sizes(change)].filter((text) => text !== "").join("; ");
    default:
      return change.change satisfies never;
  }
}

function version({ generation, parts = [] }: Extract<Change, { what: "deployment" }>): string {
  if (generation === undefined) {
    return "";
  }
  const why = parts.length === 0 ? "" : ` (${parts.map((part) => PARTS[part] ?? part).join(", ")})`;
  if (generation.after === UNKNOWN_GENERATION) {
    return why === "" ? "whether its version is new is not known" : `new version${why}`;
  }
  return `new version ${turn(generation, String)}${why}`;
}

const PARTS: Readonly<Record<string, string>> = { recipe: "how it is run" };

function sizes({
  instanceType,
  instances,
  maxInstances,
  sharedQuota,
}: Extract<Change, { what: "deployment" }>): string[] {
  return [
    ...(instanceType === undefined ? [] : [turn(instanceType, String)]),
    ...(instances === undefined ? [] : [`instances ${turn(instances, String)}`]),
    // Without autoscale the two are one number, and told already.
    ...(maxInstances === undefined || sameTurn(instances, maxInstances)
      ? []
      : [`at most ${turn(maxInstances, String)}`]),
    ...(sharedQuota === undefined
      ? []
      : [`quota from ${turn(sharedQuota, (shared) => (shared ? "the shared pool" : "its VM family"))}`]),
  ];
}

function sameTurn(one: Turn<number> | undefined, other: Turn<number>): boolean {
  return one?.before === other.before && one?.after === other.after;
}

function machines(instances = 0, most = instances, type = ""): string {
  return `${instances} × ${type}${most > instances ? `, up to ${most}` : ""}`;
}

/** How a column of the costs is headed; the columns that say the same as `after` everywhere are left out. */
const COLUMN_HEADS: Readonly<Record<CostColumn, string>> = {
  now: "now",
  after: "after",
  minimum: "at minimum",
  maximum: "at maximum",
  during: "during change",
};

export interface CostTable {
  readonly head: readonly string[];
  readonly lines: readonly (readonly string[])[];
  /** What has to be said below it. */
  readonly notes: readonly string[];
}

/** Empty when no price is known: `notes` says so. */
function isUnpriced({ total, unpriced }: StackCost): boolean {
  return (
    unpriced.length > 0 && COST_COLUMNS.every((column) => total[column].is === "unknown" || total[column].perHour === 0)
  );
}

/** @param most lines for deployments; with more of them there is one for each endpoint, and of those as many */
export function costTable(cost: StackCost, most: number): CostTable {
  if (isUnpriced(cost)) {
    return {
      head: [],
      lines: [],
      notes: [`Unknown: there is no price in mlendpoints:prices for ${some(cost.unpriced)}.`],
    };
  }
  const scales = (["minimum", "maximum"] as const).some((column) => differs(cost.total, column, "after"));
  const columns = COST_COLUMNS.filter((column) => scales || (column !== "minimum" && column !== "maximum"));
  const deployments = cost.endpoints.flatMap((endpoint) => endpoint.deployments);
  const byEndpoint = deployments.length > most;
  const parts = byEndpoint
    ? cost.endpoints.map(({ tags, figures }) => [tags.azuremlendpoint, ...cells(figures, columns)])
    : cost.endpoints.flatMap(({ tags, deployments: own, figures }) => [
        ...own.map((line) => [nameOf(line), ...cells(line.figures, columns)]),
        ...(own.length > 1 && cost.endpoints.length > 1
          ? [[`${tags.azuremlendpoint}, all`, ...cells(figures, columns)]]
          : []),
      ]);
  const lines = [
    ...parts.slice(0, most),
    ["all, per hour", ...cells(cost.total, columns)],
    ["all, per month", ...columns.map((column) => money(cost.total[column], "perMonth"))],
  ];
  return {
    head: ["instances", ...columns.map((column) => COLUMN_HEADS[column])],
    lines,
    notes: notes(cost, parts.length - most),
  };
}

function notes({ hoursPerMonth, unpriced, onClusters }: StackCost, cut: number): string[] {
  return [
    ...(cut > 0 ? [`${cut} more are in the JSON form.`] : []),
    `A month has ${hoursPerMonth} hours. Instances only: the 20 % that quota holds back cost nothing until they run.`,
    ...(unpriced.length === 0 ? [] : [`No price in mlendpoints:prices: ${unpriced.join(", ")}.`]),
    ...(onClusters.length === 0 ? [] : [`The clusters cost what their nodes cost: ${some(onClusters)}.`]),
  ];
}

function differs(total: Figures, one: CostColumn, other: CostColumn): boolean {
  return money(total[one], "perHour") !== money(total[other], "perHour");
}

function nameOf({ tags }: DeploymentCost): string {
  return `${tags.azuremlendpoint}/${tags.azuremldeployment}`;
}

function cells(figures: Figures | undefined, columns: readonly CostColumn[]): string[] {
  return columns.map((column) => (figures === undefined ? "cluster" : money(figures[column], "perHour")));
}

/** In the currency of the prices, whatever that is. */
export function money(amount: Amount, time: "perHour" | "perMonth"): string {
  switch (amount.is) {
    case "unknown":
      return "unknown";
    case "exact":
      return figure(amount[time], time);
    case "at least":
      return `≥ ${figure(amount[time], time)}`;
    default:
      return amount satisfies never;
  }
}

/** Cents for a month; for an hour as many digits as a price has, two at least. */
function figure(value: number, time: "perHour" | "perMonth"): string {
  if (time === "perMonth" || value === 0) {
    return value.toFixed(2);
  }
  const [whole = "0", rest = ""] = value.toFixed(6).split(".");
  return `${whole}.${rest.replace(/0+$/, "").padEnd(2, "0")}`;
}

/** Roles in words; endpoints that hold the same share their lines. */
export interface RoleWords {
  readonly who: string;
  readonly lines: readonly Words[];
}

export function roleWords(roles: readonly RolesReport[]): RoleWords[] {
  const groups = new Map<string, RolesReport[]>();
  for (const report of roles) {
    const { endpoint, identity, ...held } = report;
    const key = JSON.stringify([held, held.type === "user_assigned" ? identity : ""]);
    groups.set(key, [...(groups.get(key) ?? []), report]);
  }
  return [...groups.values()].map((group) => {
    const [{ type, identity, ...held }] = group as [RolesReport];
    const kind = type === "user_assigned" ? `the identity '${identity}'` : "system-assigned identity";
    const names = group.map(({ endpoint }) => endpoint);
    const who = names.length > 5 ? `${names.length} endpoints (${some(names, 3)})` : names.join(", ");
    const lines = (
      [
        ["missing", held.missing],
        ["by itself", held.automatic],
        ["by config", held.granted],
        ["not needed", held.unused],
      ] as const
    )
      .filter(([, list]) => list.length > 0)
      .map(([label, list]) => ({ label, text: list.map(({ role, scope }) => `${role} on ${scope}`).join(", ") }));
    return {
      who: `${who}: ${kind}`,
      lines: lines.length === 0 ? [{ label: "none", text: "it holds no role" }] : lines,
    };
  });
}
