import { nearest } from "../../documents/check";
import type { LocatedDocument, YamlPath } from "../../documents/document";

/**
 * A document as this room reads it. Keys are found without regard to case. Dates and times stay the text that was typed:
 * YAML 1.1 makes a timestamp of `2026-12-24T08:00:00` and the number 1370 of `22:50`.
 */
export function forAutoscale(document: LocatedDocument): LocatedDocument {
  const value = asTyped(document, document.value, []);
  const own = (path: YamlPath): YamlPath => ownKeys(value, path);
  return {
    ...document,
    value,
    at: (path) => document.at(own(path)),
    keyAt: (path) => document.keyAt(own(path)),
    written: (path) => document.written(own(path)),
  };
}

function asTyped(document: LocatedDocument, value: unknown, path: YamlPath): unknown {
  if (value instanceof Date) {
    return document.written(path) ?? value.toISOString();
  }
  if (typeof value === "number") {
    const written = document.written(path);
    return written?.includes(":") ? written : value;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => asTyped(document, item, [...path, index]));
  }
  return isMap(value)
    ? Object.fromEntries(Object.entries(value).map(([key, field]) => [key, asTyped(document, field, [...path, key])]))
    : value;
}

/** A path with each key in the spelling that the file has. */
function ownKeys(root: unknown, path: YamlPath): YamlPath {
  let value = root;
  return path.map((step) => {
    const key = typeof step === "string" && isMap(value) ? (keyOf(value, step) ?? step) : step;
    value = typeof value === "object" && value !== null ? (value as Record<string | number, unknown>)[key] : undefined;
    return key;
  });
}

function keyOf(map: Readonly<Record<string, unknown>>, name: string): string | undefined {
  return Object.hasOwn(map, name) ? name : Object.keys(map).find((key) => key.toLowerCase() === name.toLowerCase());
}

/** The field of that name, in any case. */
export function fieldOf(value: unknown, name: string): unknown {
  const key = isMap(value) ? keyOf(value, name) : undefined;
  return key === undefined ? undefined : (value as Record<string, unknown>)[key];
}

/**
 * Whether a map has a field of that name that says something, be it misspelt: that is one fault, and what the file would mean
 * without the field is none.
 */
export function hasField(value: unknown, name: string, known: readonly string[]): boolean {
  const written = fieldOf(value, name);
  return written === undefined
    ? isMap(value) && Object.keys(value).some((key) => !isKnown(key, known) && nearest(key, known) === name)
    : written !== null;
}

function isKnown(key: string, known: readonly string[]): boolean {
  return known.some((each) => each.toLowerCase() === key.toLowerCase());
}

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
