import type { ChangeKind } from "../changes";

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
const PEAK: Readonly<Record<ChangeKind, (before: number, after: number) => number>> = {
  new: (_, after) => after,
  removed: (before) => before,
  replaced: (before, after) => before + after,
  scaled: Math.max,
  unchanged: Math.max,
};

export function peak(change: ChangeKind, before: number, after: number): number {
  return PEAK[change](before, after);
}
