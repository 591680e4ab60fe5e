/** A change that an upgrade may make to a stack that stands, and whose files are what they were. */
export interface Allowed {
  readonly op: "create" | "update" | "replace" | "delete";
  /** Resources that it may happen to, by URN. */
  readonly urn: RegExp;
  /** Why it must be, for the people whose containers are meant. */
  readonly why: string;
}

/**
 * Everything that today's program changes in a stack of the fixture's commit. Each entry must happen, and nothing else may:
 * whoever changes what a component registers says here what that means for the stacks that stand.
 */
export const ALLOWED: readonly Allowed[] = [];

/** The entry for a change; undefined when it is not allowed. */
export function allowedBy(op: string, urn: string): Allowed | undefined {
  return ALLOWED.find((each) => each.op === op && each.urn.test(urn));
}
