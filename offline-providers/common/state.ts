import { diffState } from "./diff";
import { fieldsOf, type Properties } from "./schema";
import {
  containsSecret,
  isEmpty,
  isList,
  isObject,
  type Props,
  reveal,
  Secret,
  sameValue,
  UNKNOWN,
  type Value,
} from "./values";

/** The outputs a preview can promise for a resource that does not exist yet. */
export function plannedState(properties: Properties, inputs: Props): Props {
  const state: Props = {};
  for (const [key, property] of Object.entries(properties)) {
    const given = inputs[key];
    if (given !== undefined) {
      state[key] = given;
    } else if (property.computed !== "never") {
      state[key] = UNKNOWN;
    }
  }
  return state;
}

/** The outputs after an update that reads nothing back: what was there, with the program's values over it. */
export function mergedState(properties: Properties, olds: Props, inputs: Props): Props {
  const state: Props = {};
  for (const [key, property] of Object.entries(properties)) {
    const given = inputs[key];
    const old = olds[key];
    if (given !== undefined && property.computed !== "always") {
      state[key] = given;
    } else if (old !== undefined && property.computed !== "never") {
      state[key] = old;
    }
  }
  return state;
}

/**
 * The inputs to record after a refresh: what the program had set, at the values now seen. Without earlier inputs (an
 * import) every property that says something, so that `pulumi import` can write the program.
 */
export function refreshedInputs(properties: Properties, oldInputs: Props, state: Props): Props {
  const inputs: Props = {};
  if (Object.keys(oldInputs).length === 0) {
    for (const [key, property] of Object.entries(properties)) {
      const value = state[key];
      if (property.computed === "always" || value === undefined || isEmpty(value)) {
        continue;
      }
      if (property.required === true || !sameValue(value, property.default)) {
        inputs[key] = value;
      }
    }
    return { ...inputs, __defaults: [] };
  }
  for (const [key, old] of Object.entries(oldInputs)) {
    const property = properties[key];
    const seen = state[key];
    const unchanged =
      property === undefined || diffState({ [key]: property }, state, { [key]: reveal(old) }).length === 0;
    if (unchanged) {
      inputs[key] = old;
    } else if (seen !== undefined && seen !== null) {
      inputs[key] = restrict(old, seen);
    }
  }
  return inputs;
}

/** The seen value, limited to what the program mentioned, so that read-back extras do not become inputs. */
function restrict(old: Value, seen: Value): Value {
  if (old instanceof Secret) {
    return new Secret(restrict(old.value, seen));
  }
  if (isObject(old) && isObject(seen) && "__defaults" in old) {
    const kept: Props = {};
    for (const [key, value] of Object.entries(old)) {
      const now = seen[key];
      if (key === "__defaults") {
        kept[key] = value;
      } else if (now !== undefined) {
        kept[key] = restrict(value, now);
      }
    }
    return kept;
  }
  if (isList(old) && isList(seen)) {
    return seen.map((item, index) => {
      const before = old[index];
      return before === undefined ? item : restrict(before, item);
    });
  }
  return seen;
}

/** Wraps what must stay secret: outputs declared so, and outputs that carry a value the program marked secret. */
export function withSecrets(properties: Properties, state: Props, ...sources: readonly Props[]): Props {
  const wrapped: Props = {};
  for (const [key, value] of Object.entries(state)) {
    const source = sources.map((props) => props[key]).find(containsSecret);
    if (value === null) {
      wrapped[key] = value;
    } else if (source !== undefined) {
      wrapped[key] = sameShape(source, value) ? source : new Secret(value);
    } else {
      wrapped[key] = properties[key]?.secret === true ? new Secret(value) : value;
    }
  }
  return wrapped;
}

// Only an exact match may reuse the finer wrapping of the source; else a moved item could be shown in the clear.
const sameShape = (source: Value, value: Value): boolean => JSON.stringify(reveal(source)) === JSON.stringify(value);

/** Drops the book-keeping keys (`__defaults`) of inputs, at every level: what a resource function works with. */
export function withoutBookkeeping(properties: Properties, inputs: Props): Props {
  const bare: Props = {};
  for (const [key, value] of Object.entries(inputs)) {
    const property = properties[key];
    if (property !== undefined) {
      bare[key] = strip(value, fieldsOf(property.type) !== undefined);
    }
  }
  return bare;
}

function strip(value: Value, isBlock: boolean): Value {
  if (value instanceof Secret) {
    return new Secret(strip(value.value, isBlock));
  }
  if (isList(value)) {
    return value.map((item) => strip(item, isObject(item)));
  }
  if (!isBlock || !isObject(value)) {
    return value;
  }
  const bare: Props = {};
  for (const [key, item] of Object.entries(value)) {
    if (key !== "__defaults") {
      bare[key] = strip(item, isObject(item));
    }
  }
  return bare;
}
