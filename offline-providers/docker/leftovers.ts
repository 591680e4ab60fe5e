import type { Fields } from "../common/fields";
import { labelMap } from "./labels";

/** Whatever a stack of this project makes carries its name. */
const STACK_LABEL = "mlendpoints.stack";

/**
 * Whether a thing that stands under a wanted name is what an update of the same stack left that was killed before it could
 * record it: both carry the same stack label. Anything else under that name is somebody else's.
 */
export function isLeftover(wanted: Fields, labels: Readonly<Record<string, string>> | null | undefined): boolean {
  const stack = stackOf(wanted);
  return stack !== undefined && labels?.[STACK_LABEL] === stack;
}

/** The stack that a wanted thing belongs to; undefined when it carries no label of one. */
export function stackOf(wanted: Fields): string | undefined {
  const stack = labelMap(wanted)[STACK_LABEL];
  return stack === "" ? undefined : stack;
}
