/**
 * Specs and plans are plain data: the same after a trip through JSON. There, a key without a value is no key, and a date is
 * text.
 */

/** The fields that have a value. */
export function withoutAbsent<T extends object>(fields: T): T {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as T;
}

/** Values of the user's own choice, as JSON has them: YAML has more types. */
export function asJson<T>(values: Readonly<Record<string, T>>): Record<string, T> {
  return JSON.parse(JSON.stringify(values)) as Record<string, T>;
}
