import { FixedSchema, RecurringSchema, RuleSchema, SettingSchema } from "../azure/autoscale/cli";
import { wholeForm } from "../azure/forms";
import { limits } from "../azure/tables/limits";
import { changed, type JsonSchema, toJsonSchema, when } from "./convert";

/** A time without quotes is a number to YAML 1.1: 22:50 is 1370 seconds. */
function orNumber(time: JsonSchema): JsonSchema {
  return { ...time, type: ["string", "number"] };
}

function listOf(items: JsonSchema, most?: number) {
  return ({ description }: JsonSchema): JsonSchema => ({
    description,
    anyOf: [
      { type: "array", items, ...(most === undefined ? {} : { maxItems: most }) },
      // Azure's own files leave the list empty this way.
      { type: "null" },
    ],
  });
}

/** A deployment cannot scale to zero. */
function withOneOrMore(schema: JsonSchema): JsonSchema {
  return ["min", "max", "count"].reduce(
    (found, field) => changed(found, [field], (number) => ({ ...number, ...wholeForm({ min: 1 }) })),
    schema,
  );
}

/** Our own form of autoscale settings: `{min, max, count, rules, profiles}`. */
export function autoscaleSetting(): JsonSchema {
  const rules = listOf(toJsonSchema(RuleSchema), limits.autoscaleRulesPerProfile);
  const [recurring, fixed] = [RecurringSchema, FixedSchema].map((schema) =>
    ["start", "end"].reduce(
      (found, time) => changed(found, [time], orNumber),
      changed(withOneOrMore(toJsonSchema(schema)), ["rules"], rules),
    ),
  ) as [JsonSchema, JsonSchema];
  const weekly = changed(recurring, ["recurrence"], () => ({
    type: ["string", "array"],
    items: { type: "string" },
    description: "days of the week: week sat sun",
  }));
  const profile: JsonSchema = {
    type: "object",
    ...when({ required: ["recurrence"] }, { title: "recurring", ...weekly }, { title: "fixed date", ...fixed }),
  };
  const setting = changed(withOneOrMore(toJsonSchema(SettingSchema)), ["rules"], rules);
  return changed(setting, ["profiles"], listOf(profile));
}

/** Azure Monitor's own form: a resource, a template with one, or the properties of one. Editors have schemas for those. */
const isArm: JsonSchema = {
  anyOf: [
    ...["type", "resources", "$schema", "targetResourceUri"].map((key) => ({ required: [key] })),
    {
      required: ["profiles"],
      properties: { profiles: { type: "array", contains: { type: "object", required: ["capacity"] } } },
    },
  ],
};

/** Autoscale settings inside the stack's config. */
export function inlineAutoscale(): JsonSchema {
  return { type: "object", ...when(isArm, {}, autoscaleSetting()) };
}
