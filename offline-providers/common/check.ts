import { closest, distance } from "fastest-levenshtein";
import { childPath, fieldsOf, itemType, type Properties, type Property, type PropertyType } from "./schema";
import { containsUnknown, isList, isObject, type Props, reveal, Secret, Unknown, type Value } from "./values";

export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/**
 * Checks the program's inputs against a property table and writes the defaults in. Every fault is reported, not only
 * the first. The names of what came from a default are kept in `__defaults`, at each level, as the official plug-ins
 * keep them: it tells a generated name from a chosen one.
 */
export function checkInputs(properties: Properties, news: Props): { inputs: Props; failures: Failure[] } {
  const failures: Failure[] = [];
  const inputs = checkFields(properties, news, "", failures);
  return { inputs, failures };
}

function checkFields(properties: Properties, news: Props, path: string, failures: Failure[]): Props {
  const inputs: Props = {};
  const defaults: string[] = [];
  for (const key of Object.keys(news)) {
    if (key !== "__defaults" && !(key in properties)) {
      failures.push({ property: childPath(path, key), reason: unknownProperty(key, properties) });
    }
  }
  for (const [key, property] of Object.entries(properties)) {
    const where = childPath(path, key);
    const given = news[key];
    if (given === undefined || given === null) {
      if (property.default !== undefined) {
        inputs[key] = property.default;
        defaults.push(key);
      } else if (property.required === true) {
        failures.push({ property: where, reason: "is required, and nothing was given" });
      }
      continue;
    }
    const fault = refusal(property, given);
    if (fault === undefined) {
      inputs[key] = checkValue(property, property.type, given, where, failures);
    } else {
      failures.push({ property: where, reason: fault });
    }
  }
  inputs["__defaults"] = defaults;
  return inputs;
}

function refusal(property: Property, given: Value): string | undefined {
  if (property.computed === "always") {
    return "is an output and cannot be set";
  }
  if (property.unsupported === undefined) {
    return undefined;
  }
  const value = reveal(given);
  const nothing = value === false || value === "" || (isList(value) && value.length === 0);
  return nothing ? undefined : property.unsupported;
}

function checkValue(
  property: Property,
  type: PropertyType,
  value: Value,
  path: string,
  failures: Failure[],
  isItem = false,
): Value {
  if (value instanceof Secret) {
    return new Secret(checkValue(property, type, value.value, path, failures, isItem));
  }
  if (value instanceof Unknown) {
    return value;
  }
  const item = itemType(type);
  if (item !== undefined) {
    if (!isList(value)) {
      return mismatch("a list", value, path, failures);
    }
    return value.map((entry, index) => checkValue(property, item, entry, `${path}[${index}]`, failures, true));
  }
  const fields = fieldsOf(type);
  if (fields !== undefined) {
    if (!isObject(value)) {
      return mismatch("an object", value, path, failures);
    }
    return checkFields(fields, value, path, failures);
  }
  if (typeof type === "object") {
    return checkMap(value, path, failures);
  }
  const fault = scalarFault(type, value);
  if (fault !== undefined) {
    return mismatch(fault, value, path, failures);
  }
  const reason = isItem ? undefined : property.check?.(value);
  if (reason !== undefined) {
    failures.push({ property: path, reason });
  }
  return value;
}

function checkMap(value: Value, path: string, failures: Failure[]): Value {
  if (!isObject(value)) {
    return mismatch("a map of strings", value, path, failures);
  }
  for (const [key, item] of Object.entries(value)) {
    if (!containsUnknown(item) && typeof reveal(item) !== "string") {
      mismatch("a string", item, childPath(path, key), failures);
    }
  }
  return value;
}

function scalarFault(type: "string" | "int" | "bool", value: Value): string | undefined {
  switch (type) {
    case "string":
      return typeof value === "string" ? undefined : "a string";
    case "bool":
      return typeof value === "boolean" ? undefined : "true or false";
    case "int":
      return typeof value === "number" && Number.isInteger(value) ? undefined : "a whole number";
    default: {
      const never: never = type;
      return never;
    }
  }
}

function mismatch(wanted: string, value: Value, path: string, failures: Failure[]): Value {
  const seen = isList(value) ? "a list" : isObject(value) ? "an object" : JSON.stringify(reveal(value));
  failures.push({ property: path, reason: `must be ${wanted}, but is ${seen}` });
  return value;
}

function unknownProperty(key: string, properties: Properties): string {
  const names = Object.keys(properties).filter((name) => properties[name]?.computed !== "always");
  if (names.length === 0) {
    return "is not a property here";
  }
  const near = closest(key, names);
  const hint = distance(key.toLowerCase(), near.toLowerCase()) <= Math.max(2, Math.floor(key.length / 3));
  return hint ? `is not a property here; did you mean "${near}"?` : "is not a property here";
}
