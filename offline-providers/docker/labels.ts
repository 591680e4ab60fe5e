import type { Fields } from "../common/fields";
import { object, type PropertyType, replace, set } from "../common/schema";
import type { Value } from "../common/values";

/** Labels as this package writes them: a set of `{label, value}`. */
export const labelSet: PropertyType = set(
  object({
    label: replace("string", { required: true }),
    value: replace("string", { required: true }),
  }),
);

export function labelMap(fields: Fields, name = "labels"): Record<string, string> {
  return Object.fromEntries(fields.items(name).map((item) => [item.text("label"), item.text("value")]));
}

export function labelItems(labels: Readonly<Record<string, string>> | null | undefined): Value[] {
  return Object.entries(labels ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => ({ label, value }));
}
