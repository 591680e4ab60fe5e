import { childPath, fieldsOf, isSet, itemType, type Properties, type Property, type PropertyType } from "./schema";
import { containsUnknown, isEmpty, isList, isObject, type Props, sameValue, type Value } from "./values";

export interface Change {
  /** The engine's property path, down to the leaf that changed. */
  readonly path: string;
  readonly kind: "add" | "delete" | "update";
  readonly replace: boolean;
}

/**
 * What separates the resource as last seen (`state`) from what the program asks for (`inputs`), both without secret
 * wrappers. As in the official plug-ins the comparison is against the state, so drift found by a refresh is a change,
 * and a property that the provider may fill in is no change while the program says nothing about it.
 */
export function diffState(properties: Properties, state: Props, inputs: Props): Change[] {
  const changes: Change[] = [];
  for (const [key, property] of Object.entries(properties)) {
    if (property.computed === "always") {
      continue;
    }
    compare(property, property.type, state[key], inputs[key], key, property.change === "replace", changes);
  }
  return changes;
}

function compare(
  property: Property,
  type: PropertyType,
  before: Value | undefined,
  after: Value | undefined,
  path: string,
  replace: boolean,
  changes: Change[],
): void {
  if (isEmpty(after)) {
    const silent = property.computed !== "never" || property.blankKeepsOld === true;
    // An explicit empty list or false is compared; only "nothing said" leaves a computed value alone.
    if (isEmpty(before) || (silent && (after === undefined || after === null || after === ""))) {
      return;
    }
    if (silent && property.computed === "unset" && typeof after === "number") {
      return;
    }
  }
  if (containsUnknown(after) && !isList(after) && !isObject(after)) {
    changes.push({ path, kind: isEmpty(before) ? "add" : "update", replace });
    return;
  }
  const item = itemType(type);
  if (item !== undefined && (isList(after) || isList(before))) {
    const olds = isList(before) ? before : [];
    const news = isList(after) ? after : [];
    if (property.unordered === true && sameItems(item, olds, news)) {
      return;
    }
    if (isSet(type)) {
      compareSets(item, olds, news, path, replace, changes);
    } else {
      compareLists(property, item, olds, news, path, replace, changes);
    }
    return;
  }
  if (isObject(before) || isObject(after)) {
    compareObjects(type, isObject(before) ? before : {}, isObject(after) ? after : {}, path, replace, changes);
    return;
  }
  if (sameValue(before, after)) {
    return;
  }
  changes.push({ path, kind: kindOf(before, after), replace });
}

function kindOf(before: Value | undefined, after: Value | undefined): Change["kind"] {
  if (before === undefined || before === null) {
    return "add";
  }
  return after === undefined || after === null ? "delete" : "update";
}

function compareObjects(
  type: PropertyType,
  before: Props,
  after: Props,
  path: string,
  replace: boolean,
  changes: Change[],
): void {
  const fields = fieldsOf(type);
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    if (key === "__defaults") {
      continue;
    }
    const field = fields?.[key];
    const where = childPath(path, key);
    if (field !== undefined) {
      compare(field, field.type, before[key], after[key], where, replace || field.change === "replace", changes);
    } else if (before[key] !== after[key] || containsUnknown(after[key])) {
      // A map's entries: here "" is a value, unlike an absent key.
      changes.push({ path: where, kind: kindOf(before[key], after[key]), replace });
    }
  }
}

function compareLists(
  property: Property,
  item: PropertyType,
  before: readonly Value[],
  after: readonly Value[],
  path: string,
  replace: boolean,
  changes: Change[],
): void {
  const scalar = fieldsOf(item) === undefined;
  for (let index = 0; index < Math.max(before.length, after.length); index++) {
    const where = `${path}[${index}]`;
    if (index >= before.length || index >= after.length) {
      changes.push({ path: where, kind: index >= before.length ? "add" : "delete", replace });
    } else if (scalar) {
      if (!sameValue(before[index], after[index])) {
        changes.push({ path: where, kind: "update", replace });
      }
    } else {
      compare(property, item, before[index], after[index], where, replace, changes);
    }
  }
}

/** Set items have no identity, so a changed one is one gone and one new; at the same index that reads as an update. */
function compareSets(
  item: PropertyType,
  before: readonly Value[],
  after: readonly Value[],
  path: string,
  replace: boolean,
  changes: Change[],
): void {
  const unmatched = new Map(before.map((value, index) => [index, value]));
  const added: number[] = [];
  after.forEach((value, index) => {
    const twin = [...unmatched].find(([, old]) => sameItem(item, old, value));
    if (twin === undefined) {
      added.push(index);
    } else {
      unmatched.delete(twin[0]);
    }
  });
  // A change of a set's item shows every field of it as changed, so one field that forces replacement is enough.
  const forced = replace || Object.values(fieldsOf(item) ?? {}).some((field) => field.change === "replace");
  for (const index of added) {
    const kind = unmatched.delete(index) ? "update" : "add";
    changes.push({ path: `${path}[${index}]`, kind, replace: forced });
  }
  for (const index of unmatched.keys()) {
    changes.push({ path: `${path}[${index}]`, kind: "delete", replace: forced });
  }
}

function sameItems(item: PropertyType, before: readonly Value[], after: readonly Value[]): boolean {
  const changes: Change[] = [];
  compareSets(item, before, after, "", false, changes);
  return changes.length === 0;
}

function sameItem(item: PropertyType, before: Value, after: Value): boolean {
  const fields = fieldsOf(item);
  if (fields === undefined || !isObject(before) || !isObject(after)) {
    return sameValue(before, after);
  }
  return diffState(fields, before, after).length === 0;
}

/** Whether a change lies under one of the paths the program asked to ignore. */
export function isIgnored(path: string, ignored: readonly string[]): boolean {
  return ignored.some((prefix) => {
    if (prefix === "*") {
      return true;
    }
    const pattern = prefix
      .split("*")
      .map((part) => part.replace(/[\\^$.+?()[\]{}|]/g, "\\$&"))
      .join("[^.[\\]]*");
    return new RegExp(`^${pattern}(?=$|[.[])`).test(path);
  });
}
