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
    [of("changed") - noticed, "changes unnoticed", "change unnoticed"],
    [of("removed"), "is removed", "are removed"],
    [of("unchanged"), "is unchanged", "are unchanged"],
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
