import { formatPath } from "../../input/documents/document";
import { type ChangeKind, changeOf } from "../changes";
import { type AccountRule, add, type Figures, figuresOf, subtract } from "./accounts";
import type { Demand, Holding } from "./demand";
import type { Book, BookAccount } from "./ledger";
import type { InstanceSize } from "./reserve";

/** A change of one field of one deployment. */
export interface DeploymentChange {
  readonly endpoint: string;
  readonly deployment: string;
  readonly field: string;
  readonly from: string | number;
  readonly to: string | number;
}

/** A higher limit: each of these keys of `mlendpoints:`. */
export interface LimitChange {
  readonly keys: readonly string[];
  readonly to: number;
}

/** Sizes by family, those with more cores and memory first. */
export type SizesByFamily = ReadonlyMap<string, readonly InstanceSize[]>;

/** A deployment as it would be. */
interface Candidate {
  readonly was: Demand & { readonly after: Holding };
  readonly demand: Demand & { readonly after: Holding };
  readonly change: DeploymentChange;
}

/**
 * The smallest change of one deployment after which an account fits: fewer instances, or, where that is not enough anywhere,
 * a smaller size of the same family, which is a new generation and may be too small for the model. Of all deployments it is
 * the one that gives up least of what really runs (cores without the 20 %, or GiB); names decide between equals. It breaks
 * no other account that fits now: the surge of a changed size may be larger.
 *
 * @returns undefined when no change of one deployment is enough
 */
export function smallestDeploymentChange(
  account: BookAccount,
  book: Book,
  sizes: SizesByFamily,
): DeploymentChange | undefined {
  const fitsAfter = ({ rule, total }: BookAccount, { was, demand }: Candidate): boolean =>
    fits(rule, add(subtract(total, figuresOf(rule, was)), figuresOf(rule, demand)));
  const isEnough = (candidate: Candidate): boolean =>
    fitsAfter(account, candidate) &&
    book.accounts.every((each) => fitsAfter(each, candidate) || !fits(each.rule, each.total));
  const { rule, total } = account;
  const involved = book.demands.filter(isWanted).filter((demand) => {
    const { reserved } = figuresOf(rule, demand);
    // Where the others leave no room at all, no change of this one is enough.
    return reserved > 0 && total.reserved - reserved < (rule.limit ?? 0);
  });
  const cheapest = (candidates: (demand: Candidate["was"]) => readonly Candidate[]): DeploymentChange | undefined =>
    least(
      involved.map((demand) => candidates(demand).find(isEnough)),
      ({ was, demand }) => runningOf(rule, was.after) - runningOf(rule, demand.after),
    );
  return cheapest(fewerInstances) ?? cheapest((demand) => smallerSizes(demand, sizes));
}

/** The largest autoscale maximum of one deployment with which an account fits when everything is at its maximum. */
export function smallestMaximumChange({ rule, total }: BookAccount, book: Book): DeploymentChange | undefined {
  const isEnough = ({ was, demand }: Candidate): boolean =>
    add(subtract(total, figuresOf(rule, was)), figuresOf(rule, demand)).atMaximum <= (rule.limit ?? 0);
  const found = book.demands.filter(isWanted).map((demand) => lowerMaxima(demand).find(isEnough));
  return least(found, ({ was, demand }) => figuresOf(rule, was).atMaximum - figuresOf(rule, demand).atMaximum);
}

/** The lowest limit that an account fits in. A workspace's cap may not be above the quota of its family: both rise. */
export function raisedLimit(rule: AccountRule, { accounts }: Book, to: number): LimitChange {
  const rules = accounts.map((account) => account.rule);
  const family = rules.find((each) => each.kind === "family" && each.family === rule.family);
  const lower = rule.kind === "workspace" && family?.limit !== undefined && family.limit < to;
  return { keys: [...(lower ? [family] : []), rule].map(({ path }) => formatPath(path)), to };
}

export function fits(rule: AccountRule, figures: Figures): boolean {
  return rule.limit === undefined || neededOf(rule, figures) <= rule.limit;
}

/**
 * What must be within the limit: what is held after the change and, where the peak counts, at the peak. A change at whose peak
 * no more is held than now is let through: else a stack that holds too much could not be made smaller.
 */
export function neededOf({ enforcesSurge }: AccountRule, { now, reserved, surge }: Figures): number {
  return enforcesSurge && surge > now ? surge : reserved;
}

function isWanted(demand: Demand): demand is Candidate["was"] {
  return demand.after !== undefined;
}

/** One instance less at a time. */
function fewerInstances(was: Candidate["was"]): Candidate[] {
  return countingDown(was.after.instances, was.fewest).map((to) => ({
    was,
    demand: { ...was, after: { ...was.after, instances: to } },
    change: changed(was, was.fields.count, was.after.instances, to),
  }));
}

/** The next smaller size first. */
function smallerSizes(was: Candidate["was"], sizes: SizesByFamily): Candidate[] {
  return (sizes.get(was.after.size.family ?? "") ?? [])
    .filter((size) => isSmaller(size, was.after.size))
    .map((size) => ({
      was,
      demand: { ...was, after: { ...was.after, size }, change: resized(was, size) },
      change: changed(was, "instance_type", was.after.size.name, size.name),
    }));
}

function resized({ stands, change }: Demand, { name: instanceType }: InstanceSize): ChangeKind {
  return stands.after === undefined ? change : changeOf(stands.before, { ...stands.after, instanceType });
}

function isSmaller(size: InstanceSize, than: InstanceSize): boolean {
  return (
    size.cores <= than.cores &&
    size.memoryGiB <= than.memoryGiB &&
    (size.cores < than.cores || size.memoryGiB < than.memoryGiB)
  );
}

/** Not below the number of instances at the start: that is held anyway. */
function lowerMaxima(was: Candidate["was"]): Candidate[] {
  return countingDown(was.after.scalesTo ?? 0, was.after.instances).map((to) => ({
    was,
    demand: { ...was, after: { ...was.after, scalesTo: to } },
    change: changed(was, was.fields.maximum, was.after.scalesTo ?? 0, to),
  }));
}

/** `countingDown(4, 1)` is 3, 2, 1. */
function countingDown(from: number, to: number): number[] {
  return Array.from({ length: Math.max(from - to, 0) }, (_, index) => from - 1 - index);
}

function changed(demand: Demand, field: string, from: string | number, to: string | number): DeploymentChange {
  return { endpoint: demand.endpoint, deployment: demand.deployment, field, from, to };
}

/** What really runs, in an account's unit: nothing is given up with the 20 %. */
function runningOf({ unit }: AccountRule, { instances, size }: Holding): number {
  return instances * (unit === "GiB" ? size.memoryGiB : size.cores);
}

/** Independent of the order in which deployments stand in the files. */
function least(
  candidates: readonly (Candidate | undefined)[],
  cost: (candidate: Candidate) => number,
): DeploymentChange | undefined {
  const priced = candidates
    .filter((candidate) => candidate !== undefined)
    .map((candidate) => ({ change: candidate.change, cost: cost(candidate) }));
  return priced.sort((a, b) => a.cost - b.cost || compareNames(a.change, b.change))[0]?.change;
}

function compareNames(a: DeploymentChange, b: DeploymentChange): number {
  // A name has no space in it.
  const [first, second] = [`${a.endpoint} ${a.deployment}`, `${b.endpoint} ${b.deployment}`];
  return first < second ? -1 : first > second ? 1 : 0;
}
