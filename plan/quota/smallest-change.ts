import { formatPath } from "../../spec/document";
import { type AccountRule, add, type Figures, figuresOf, subtract, totalOf } from "./accounts";
import type { Demand, Holding } from "./demand";
import type { Book } from "./ledger";
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

/** A demand as it would be, and the change that makes it so. */
interface Candidate {
  readonly demand: Demand;
  readonly change: DeploymentChange;
}

/**
 * The smallest change of one deployment after which an account fits: fewer instances, or a smaller size of the same family.
 * Of all deployments it is the one that gives up least of what really runs (cores without the 20 %, or GiB); a count goes
 * before a size, and names decide between equals. No account that fits now may be broken by it: a changed size is a new
 * generation, and its surge may be larger.
 *
 * @returns undefined when no change of one deployment is enough
 */
export function smallestDeploymentChange(
  rule: AccountRule,
  book: Book,
  sizes: SizesByFamily,
): DeploymentChange | undefined {
  const totals = new Map(book.rules.map((each) => [each, totalOf(each, book.demands)]));
  const after = (each: AccountRule, demand: Demand, candidate: Demand): Figures =>
    add(subtract(totals.get(each)!, figuresOf(each, demand)), figuresOf(each, candidate));
  const breaksNone = (demand: Demand, candidate: Demand): boolean =>
    book.rules.every((each) => fits(each, after(each, demand, candidate)) || !fits(each, totals.get(each)!));
  const firstFit = (demand: Demand, candidates: readonly Candidate[]): Candidate | undefined =>
    candidates.find((each) => fits(rule, after(rule, demand, each.demand)) && breaksNone(demand, each.demand));
  const found = book.demands
    .filter((demand) => figuresOf(rule, demand).reserved > 0)
    .flatMap((demand) => [
      firstFit(demand, fewerInstances(demand)),
      firstFit(demand, smallerSizes(demand, sizes)),
    ])
    .filter((candidate) => candidate !== undefined);
  return leastOf(found, ({ demand, change }) => givenUp(rule, book, demand, change));
}

/** The largest autoscale maximum of one deployment with which an account fits when everything is at its maximum. */
export function smallestMaximumChange(rule: AccountRule, book: Book): DeploymentChange | undefined {
  const total = totalOf(rule, book.demands);
  const limit = rule.limit ?? Number.POSITIVE_INFINITY;
  const found = book.demands.flatMap((demand) => {
    const candidate = lowerMaxima(demand).find(
      (each) => total.atMaximum - figuresOf(rule, demand).atMaximum + figuresOf(rule, each.demand).atMaximum <= limit,
    );
    const lost = Number(candidate?.change.from) - Number(candidate?.change.to);
    return candidate === undefined ? [] : [{ ...candidate, cost: lost * (demand.after?.size.cores ?? 0) }];
  });
  return found.sort((a, b) => a.cost - b.cost || compareChanges(a.change, b.change))[0]?.change;
}

/** The lowest limit that an account fits in. A workspace's cap may not be above the quota of its family: both rise. */
export function raisedLimit(rule: AccountRule, book: Book): LimitChange {
  const to = neededOf(rule, totalOf(rule, book.demands));
  const family = book.rules.find((each) => each.kind === "family" && each.family === rule.family);
  const above = rule.kind === "workspace" && family?.limit !== undefined && family.limit < to ? [family] : [];
  return { keys: [...above, rule].map(({ path }) => formatPath(path)), to };
}

export function fits(rule: AccountRule, figures: Figures): boolean {
  return rule.limit === undefined || neededOf(rule, figures) <= rule.limit;
}

/** What must be within the limit. */
export function neededOf({ enforcesSurge }: AccountRule, { reserved, surge }: Figures): number {
  return enforcesSurge ? Math.max(reserved, surge) : reserved;
}

/** One instance less at a time. */
function fewerInstances(demand: Demand): Candidate[] {
  const { after } = demand;
  const from = after?.instances ?? 0;
  return Array.from({ length: Math.max(from - 1, 0) }, (_, index) => from - 1 - index).map((to) => ({
    demand: { ...demand, after: { ...(after as Holding), instances: to } },
    change: changed(demand, demand.countField, from, to),
  }));
}

/** The next smaller size first. Whatever runs now is of another generation then. */
function smallerSizes(demand: Demand, sizes: SizesByFamily): Candidate[] {
  const { after } = demand;
  const same = sizes.get(after?.size.family ?? "") ?? [];
  return same
    .filter((size) => after !== undefined && isSmaller(size, after.size))
    .map((size) => ({
      demand: { ...demand, sameGeneration: false, after: { ...(after as Holding), size } },
      change: changed(demand, "instance_type", after?.size.name ?? "", size.name),
    }));
}

function isSmaller(size: InstanceSize, than: InstanceSize): boolean {
  return (
    size.name !== than.name &&
    size.cores <= than.cores &&
    size.memoryGiB <= than.memoryGiB &&
    (size.cores < than.cores || size.memoryGiB < than.memoryGiB)
  );
}

function lowerMaxima(demand: Demand): Candidate[] {
  const { after } = demand;
  const from = after?.scalesTo ?? 0;
  const least = after?.instances ?? 0;
  return Array.from({ length: Math.max(from - least, 0) }, (_, index) => from - 1 - index).map((to) => ({
    demand: { ...demand, after: { ...(after as Holding), scalesTo: to } },
    change: changed(demand, "autoscale maximum", from, to),
  }));
}

function changed(demand: Demand, field: string, from: string | number, to: string | number): DeploymentChange {
  return { endpoint: demand.endpoint, deployment: demand.deployment, field, from, to };
}

/** What really runs of an account's unit: nothing is given up with the 20 %. */
function realUse({ unit, measure }: AccountRule, { after }: Demand): number {
  if (after === undefined || measure(after, after.instances) === 0) {
    return 0;
  }
  return after.instances * (unit === "GiB" ? after.size.memoryGiB : after.size.cores);
}

/** Independent of the order in which deployments stand in the files. */
function compareChanges(a: DeploymentChange, b: DeploymentChange): number {
  const [first, second] = [a, b].map((each) => [
    typeof each.to === "number" ? "0" : "1",
    each.endpoint,
    each.deployment,
  ]) as [string[], string[]];
  const at = first.findIndex((part, index) => part !== second[index]);
  return at < 0 ? 0 : first[at]! < second[at]! ? -1 : 1;
}
