import type { Demand } from "./demand";

/** What this very change does to a deployment. */
export type DemandChange = "new" | "removed" | "replaced" | "scaled" | "unchanged";

/**
 * What is held at the peak of the change, of what is held before and after it. An update creates first and deletes last, so
 * everything new is there while everything old still is:
 *
 * - a changed generation runs wholly beside the old one, and both are held;
 * - instances are added to a generation, or taken from it, and the larger number is held;
 * - a removed deployment is held until the update ends, a new one from its start.
 *
 * Blue and green are deployments of their own: their peaks add up.
 */
const PEAK: Readonly<Record<DemandChange, (before: number, after: number) => number>> = {
  new: (_, after) => after,
  removed: (before) => before,
  replaced: (before, after) => before + after,
  scaled: Math.max,
  unchanged: Math.max,
};

export function peak(change: DemandChange, before: number, after: number): number {
  return PEAK[change](before, after);
}

export function changeOf({
  before,
  after,
  sameGeneration,
}: Pick<Demand, "before" | "after" | "sameGeneration">): DemandChange {
  if (before === undefined) {
    return "new";
  }
  if (after === undefined) {
    return "removed";
  }
  // With sizing by shares, two sizes of as many cores are one generation. On Azure another size is another machine, and
  // another account when the family differs: both are held.
  const moved = before.size.name !== after.size.name || before.pool !== after.pool || before.cluster !== after.cluster;
  if (moved || !sameGeneration) {
    return "replaced";
  }
  return before.instances === after.instances ? "unchanged" : "scaled";
}
