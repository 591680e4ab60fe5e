import { byCodeUnit } from "../../input/documents/order";
import { withoutAbsent } from "../../input/documents/plain";
import type { ChangeKind, DeploymentChange, EndpointChange } from "../changes";
import { type DeployedEndpoint, entryOf } from "../deployed";

/** What a change does to one endpoint. */
export interface EndpointReport {
  readonly endpoint: string;
  readonly change: "new" | "removed" | "changed" | "unchanged";
  /** Of a removed endpoint, the one that it had. */
  readonly address: string;
  /** Whether who calls the endpoint can notice. */
  readonly callersNotice: boolean;
  readonly changes: readonly Change[];
}

/** A value that comes (only `after`), goes (only `before`) or turns into another. */
export interface Turn<T> {
  readonly before?: T;
  readonly after?: T;
}

export interface Move {
  readonly deployment: string;
  /** Percent. */
  readonly before: number;
  readonly after: number;
}

/** `callers`: whether who calls the endpoint can notice this one. */
export type Change = { readonly callers: boolean } & (
  | { readonly what: "address"; readonly turn: Turn<string> }
  | { readonly what: "authentication"; readonly turn: Turn<string> }
  | { readonly what: "public access"; readonly turn: Turn<boolean> }
  /** Every deployment with a share, before or after. */
  | { readonly what: "traffic"; readonly moves: readonly Move[] }
  | { readonly what: "mirrored traffic"; readonly moves: readonly Move[] }
  | DeploymentTurn
);

/** What stays as it is, is left out. */
interface DeploymentTurn {
  readonly what: "deployment";
  readonly deployment: string;
  readonly change: ChangeKind;
  /** Share of the traffic, in percent. Always there. */
  readonly traffic: Move;
  readonly generation?: Turn<string>;
  /** What of the generation is new: `model`, `code`, … Absent when nobody knows. */
  readonly parts?: readonly string[];
  readonly instanceType?: Turn<string>;
  readonly instances?: Turn<number>;
  readonly maxInstances?: Turn<number>;
  readonly sharedQuota?: Turn<boolean>;
}

export function endpointReport({ endpoint, before, after, deployments }: EndpointChange): EndpointReport {
  // Of an endpoint that goes, its deployments say what traffic they have.
  const changes = [
    ...endpointChanges(before, after),
    ...(after === undefined ? [] : trafficChanges(before, after)),
    ...byStanding(deployments).flatMap((each) => deploymentTurn(each, before, after)),
  ];
  const address = (after ?? before)?.scoringUri ?? "";
  const callersNotice = changes.some(({ callers }) => callers);
  const kept = changes.length === 0 ? "unchanged" : "changed";
  const change = before === undefined ? "new" : after === undefined ? "removed" : kept;
  return { endpoint, change, address, callersNotice, changes };
}

function endpointChanges(before?: DeployedEndpoint, after?: DeployedEndpoint): Change[] {
  const address = turnOf(before?.scoringUri, after?.scoringUri);
  const authentication = turnOf(before?.authMode, after?.authMode);
  const access = after === undefined ? undefined : turnOf(before?.publicNetworkAccess, after.publicNetworkAccess);
  return [
    ...(address === undefined ? [] : [{ what: "address" as const, turn: address, callers: true }]),
    ...(authentication === undefined ? [] : [{ what: "authentication" as const, turn: authentication, callers: true }]),
    ...(access === undefined ? [] : [{ what: "public access" as const, turn: access, callers: true }]),
  ];
}

/** What is mirrored gets a copy of the requests; its answers reach nobody. */
function trafficChanges(before: DeployedEndpoint | undefined, after: DeployedEndpoint): Change[] {
  const traffic = movesOf(before?.traffic, after.traffic);
  const mirrored = movesOf(before?.mirrorTraffic, after.mirrorTraffic);
  return [
    ...(hasMoved(traffic) ? [{ what: "traffic" as const, moves: traffic, callers: true }] : []),
    ...(hasMoved(mirrored) ? [{ what: "mirrored traffic" as const, moves: mirrored, callers: false }] : []),
  ];
}

function movesOf(before: DeployedEndpoint["traffic"] = {}, after: DeployedEndpoint["traffic"] = {}): Move[] {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .sort()
    .map((deployment) => moveOf(deployment, before, after));
}

function moveOf(
  deployment: string,
  before: DeployedEndpoint["traffic"] = {},
  after: DeployedEndpoint["traffic"] = {},
): Move {
  return { deployment, before: entryOf(before, deployment) ?? 0, after: entryOf(after, deployment) ?? 0 };
}

function hasMoved(moves: readonly Move[]): boolean {
  return moves.some(({ before, after }) => before !== after);
}

/** Those that stand by name, then those that go: another order in the files is no change. */
function byStanding(deployments: readonly DeploymentChange[]): DeploymentChange[] {
  const sorted = [...deployments].sort((a, b) => byCodeUnit(a.deployment, b.deployment));
  return [...sorted.filter(({ after }) => after !== undefined), ...sorted.filter(({ after }) => after === undefined)];
}

function deploymentTurn(
  { deployment, change, before: former, after: next, parts }: DeploymentChange,
  before: DeployedEndpoint | undefined,
  after: DeployedEndpoint | undefined,
): Change[] {
  const turns = {
    generation: turnOf(former?.generation, next?.generation),
    instanceType: turnOf(former?.instanceType, next?.instanceType),
    instances: turnOf(former?.instances, next?.instances),
    maxInstances: turnOf(former?.maxInstances, next?.maxInstances),
    sharedQuota: turnOf(former?.sharedQuota, next?.sharedQuota),
  };
  if (Object.values(turns).every((turn) => turn === undefined)) {
    return [];
  }
  const traffic = moveOf(deployment, before?.traffic, after?.traffic);
  // Without a share only those notice who ask for the deployment by its name.
  const callers = turns.generation !== undefined && traffic.before + traffic.after > 0;
  return [withoutAbsent<Change>({ what: "deployment", callers, deployment, change, traffic, ...turns, parts })];
}

function turnOf<T>(before: T | undefined, after: T | undefined): Turn<T> | undefined {
  if (before === after) {
    return undefined;
  }
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
}
