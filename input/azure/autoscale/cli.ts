import { z } from "zod";
import type { SchemaTerms } from "../../documents/check";
import type { YamlPath } from "../../documents/document";
import { parsePeriod } from "../../documents/duration";
import { checkParts, isWhole, type PartsOf } from "../../documents/parts";
import { flag, whole } from "../fields";
import { findMetric } from "../tables/metrics";
import { type Condition, parseCondition, type TextFault } from "./condition";
import type { Context, ProfileDraft, ProfileFields, RuleDraft, RuleFields, RuleParts, SettingDraft } from "./draft";
import { COOLDOWN, instances, outOfRange, read, TIME_GRAIN, TIME_WINDOW, timeZone } from "./fields";
import { fieldOf } from "./located";
import {
  type AutoscaleProfile,
  type AutoscaleRule,
  type AutoscaleTarget,
  type Capacity,
  type Day,
  type Recurrence,
  type ScaleStep,
  SOURCES,
  type Statistic,
} from "./model";
import { parseScale } from "./scale";
import { fixedDate, readRecurrence, timeOfDay, wallTime } from "./schedule";
import { checkNamespace, readMetricResource, readTarget } from "./target";
import { endOf, readWeek, startOf } from "./week";

/**
 * Our own form, after the commands `az monitor autoscale create`, `rule create` and `profile create`:
 *
 *     min: 2
 *     max: 5
 *     count: 2
 *     rules:
 *       - { condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 2 }
 *       - { condition: CpuUtilizationPercentage < 25 avg 5m, scale: in 1 }
 *     profiles:
 *       - { name: weekend, count: 2, recurrence: week sat sun, timezone: Pacific Standard Time }
 */
const TERMS: SchemaTerms = { rule: "stack" };

const STATISTIC_WORDS: Readonly<Record<string, Statistic>> = {
  avg: "Average",
  min: "Min",
  max: "Max",
  sum: "Sum",
  count: "Count",
};

const Instances = {
  min: instances().optional().describe("least instances; as many as count when it is absent"),
  max: instances().optional().describe("most instances; as many as count when it is absent"),
  count: instances().describe("instances to begin with, and whenever the metrics cannot be read"),
};

export const SettingSchema = z.strictObject({
  name: z.string().min(1).optional().describe("name of the setting; the deployment's when it is absent"),
  enabled: flag("whether it scales (default: true)").optional(),
  resource: z.string().optional().describe("resource id of the deployment; a stack knows it without"),
  ...Instances,
  rules: z.array(z.unknown()).nullish().describe("when to add or remove instances"),
  profiles: z.array(z.unknown()).nullish().describe("other numbers and rules for some days or dates"),
});

/** Two kinds of profile: they share all but the meaning of `start` and `end`. */
const ProfileShape = {
  name: z.string().min(1).describe("name of the profile"),
  ...Instances,
  rules: z.array(z.unknown()).nullish().describe("when to add or remove instances"),
  timezone: timeZone().default("UTC").describe("Windows or IANA name of a time zone (default: UTC)"),
};

export const RecurringSchema = z.strictObject({
  ...ProfileShape,
  recurrence: z.preprocess(
    (value) => (Array.isArray(value) && value.every((word) => typeof word === "string") ? value.join(" ") : value),
    read<readonly Day[]>("days of the week: week sat sun", (text) => {
      const found = readRecurrence(text.split(/[\s,]+/).filter((word) => word !== ""));
      return "days" in found
        ? { value: found.days }
        : {
            refusal: {
              code: "InvalidValue",
              message: found.message,
              allowed: "week and at least two letters of each day: week sat sun",
              hint: "name each day once",
            },
          };
    }),
  ),
  start: timeOfDay().default(0).describe("time of day at which it begins (default: 00:00)"),
  end: timeOfDay().optional().describe("time of day at which it ends, up to 24:00 (default: 23:59)"),
});

export const FixedSchema = z.strictObject({ ...ProfileShape, start: wallTime(), end: wallTime() });

/** `avg 1m`: how the values of a minute become one. */
function timeGrain() {
  return read<{ readonly statistic: Statistic; readonly seconds: number }>("a time grain: avg 1m", (text) => {
    const [word = "", length = "", ...rest] = text.trim().split(/\s+/);
    const statistic = STATISTIC_WORDS[word.toLowerCase()];
    const parsed = parsePeriod(length);
    if (statistic === undefined || !parsed.ok || rest.length > 0) {
      const message =
        statistic === undefined ? `'${word}' is not a statistic` : "is not a statistic and a length of time";
      const allowed = `${Object.keys(STATISTIC_WORDS).join(", ")}, and a length of time: avg 1m`;
      return { refusal: { code: "InvalidValue", message, allowed, hint: "write it as in avg 1m" } };
    }
    const refusal = outOfRange(parsed.seconds, TIME_GRAIN);
    return refusal === undefined ? { value: { statistic, seconds: parsed.seconds } } : { refusal };
  });
}

export const RuleSchema = z.strictObject({
  condition: read<Condition>("a condition: CpuUtilizationPercentage > 70 avg 5m", (text) => {
    const parsed = parseCondition(text);
    if (!parsed.ok) {
      return { refusal: asRefusal(parsed) };
    }
    const refusal = outOfRange(parsed.condition.timeWindowSeconds, TIME_WINDOW);
    return refusal === undefined
      ? { value: parsed.condition }
      : { refusal: { ...refusal, message: "looks back over a period that is out of range" } };
  }),
  scale: read<ScaleStep>("an action: out 2", (text) => {
    const parsed = parseScale(text);
    return parsed.ok ? { value: parsed.step } : { refusal: asRefusal(parsed) };
  }),
  cooldown: whole({
    min: COOLDOWN.min / 60,
    max: COOLDOWN.max / 60,
    source: SOURCES.reference,
    description: "minutes until the next action (default: 5)",
  }).default(5),
  timegrain: timeGrain()
    .default({ statistic: "Average", seconds: 60 })
    .describe("how the values of a minute become one (default: avg 1m)"),
  resource: z
    .string()
    .default("deployment")
    .describe("whose metric it is: deployment, endpoint, or the resource id of one of them"),
});

const PROFILE_FIELDS: ProfileFields = {
  name: ["name"],
  minimum: ["min"],
  maximum: ["max"],
  default: ["count"],
  rules: ["rules"],
};

const RULE_FIELDS: RuleFields = {
  metric: ["condition"],
  statistic: ["timegrain"],
  timeGrain: ["timegrain"],
  dimensions: ["condition"],
  dividePerInstance: ["condition"],
  direction: ["scale"],
  fromEndpoint: "add 'resource: endpoint' to the rule",
  fromDeployment: "remove 'resource' from the rule",
};

/** Azure's command line gives the profile that always applies this name. */
const DEFAULT_PROFILE = "default";

export function readCli(value: unknown, at: YamlPath, context: Context): SettingDraft {
  const { document, reader } = context;
  const { whole, parts } = reader.take(checkParts(SettingSchema, document, TERMS, value, at));
  const uri = fieldOf(value, "resource");
  const targetAt = [...at, "resource"];
  const target = readTarget(typeof uri === "string" ? uri : undefined, targetAt, context);
  const rules = readRules(value, at, target, context);
  const capacity = capacityOf(value, parts);
  const main: ProfileDraft = {
    at,
    profile:
      whole === undefined || !isWhole<Capacity>(capacity)
        ? undefined
        : { name: DEFAULT_PROFILE, capacity, rules: wholeRules(rules) },
    seen: { name: DEFAULT_PROFILE, capacity, dated: false, recurring: false },
    rules,
    fields: { ...capacityFields(value), name: [] },
  };
  const listed = fieldOf(value, "profiles");
  const others = (Array.isArray(listed) ? listed : []).flatMap((profile, index) => {
    const profileAt = [...at, "profiles", index];
    const own = readRules(profile, profileAt, target, context);
    return fieldOf(profile, "recurrence") === undefined
      ? [readFixed(profile, profileAt, own, context)]
      : readRecurring(profile, profileAt, own, main, context);
  });
  return {
    name: whole?.name,
    enabled: whole?.enabled ?? true,
    target,
    targetAt,
    at: [...at, "profiles"],
    profiles: [main, ...others],
  };
}

function readFixed(value: unknown, at: YamlPath, rules: readonly RuleDraft[], context: Context): ProfileDraft {
  const { whole, parts } = context.reader.take(checkParts(FixedSchema, context.document, TERMS, value, at));
  const { start, end, timezone: zone } = parts ?? {};
  const date =
    start === undefined || end === undefined ? undefined : fixedDate({ start, end, zone }, [...at, "end"], context);
  const capacity = capacityOf(value, parts);
  return {
    at,
    profile:
      whole === undefined || date === undefined || !isWhole<Capacity>(capacity)
        ? undefined
        : { name: whole.name, capacity, rules: wholeRules(rules), fixedDate: date },
    seen: { name: parts?.name, capacity, dated: true, recurring: false },
    rules,
    fields: capacityFields(value),
  };
}

/** A recurring profile, and the companion that ends it: that is how Azure's command line does it. */
function readRecurring(
  value: unknown,
  at: YamlPath,
  rules: readonly RuleDraft[],
  main: ProfileDraft,
  context: Context,
): readonly ProfileDraft[] {
  const { whole, parts } = context.reader.take(checkParts(RecurringSchema, context.document, TERMS, value, at));
  const capacity = capacityOf(value, parts);
  const week = readWeek(value, parts, at, context);
  const profile: AutoscaleProfile | undefined =
    whole === undefined || week === undefined || !isWhole<Capacity>(capacity)
      ? undefined
      : {
          name: whole.name,
          capacity,
          rules: wholeRules(rules),
          recurrence: startOf(week),
        };
  const seen = { name: parts?.name, capacity, dated: false, recurring: true };
  const recurring: ProfileDraft = { at, profile, seen, rules, fields: capacityFields(value) };
  const end = week === undefined ? undefined : endOf(week, at, context);
  return end === undefined ? [recurring] : [recurring, companionOf(main, recurring, end)];
}

/** The default profile over again, from where a recurring one ends. */
function companionOf(main: ProfileDraft, { at, profile }: ProfileDraft, end: Recurrence): ProfileDraft {
  const name = JSON.stringify({ name: DEFAULT_PROFILE, for: profile?.name });
  return {
    ...main,
    at,
    companion: true,
    profile: main.profile === undefined ? undefined : { ...main.profile, name, recurrence: end },
    seen: { ...main.seen, recurring: true },
  };
}

/** A bound that is left out is the count: its faults are told there. */
function capacityFields(value: unknown): ProfileFields {
  const or = (field: YamlPath): YamlPath =>
    fieldOf(value, String(field[0])) === undefined ? PROFILE_FIELDS.default : field;
  return { ...PROFILE_FIELDS, minimum: or(PROFILE_FIELDS.minimum), maximum: or(PROFILE_FIELDS.maximum) };
}

/** A bound that has a fault is not the count. */
function capacityOf(
  value: unknown,
  parts: { readonly min?: number; readonly max?: number; readonly count: number | undefined } | undefined,
): PartsOf<Capacity> {
  const { min, max, count } = parts ?? {};
  return {
    minimum: fieldOf(value, "min") === undefined ? count : min,
    maximum: fieldOf(value, "max") === undefined ? count : max,
    default: count,
  };
}

function wholeRules(rules: readonly RuleDraft[]): readonly AutoscaleRule[] {
  return rules.map(({ seen }) => seen).filter(isWhole<AutoscaleRule>);
}

function readRules(
  value: unknown,
  at: YamlPath,
  target: AutoscaleTarget | undefined,
  context: Context,
): readonly RuleDraft[] {
  const listed = fieldOf(value, "rules");
  const written = Array.isArray(listed) ? listed : [];
  return written.map((rule, index) => readRule(rule, [...at, "rules", index], target, context));
}

function readRule(value: unknown, at: YamlPath, target: AutoscaleTarget | undefined, context: Context): RuleDraft {
  const { parts } = context.reader.take(checkParts(RuleSchema, context.document, TERMS, value, at));
  const condition = parts?.condition ?? withoutWindow(fieldOf(value, "condition"));
  const metric = condition?.metric;
  const word = parts?.resource?.trim().toLowerCase();
  const resource =
    word === "deployment" || word === "endpoint"
      ? word
      : readMetricResource(parts?.resource, [...at, "resource"], target, metric, context);
  checkNamespace(condition?.namespace, [...at, "condition"], context);
  const cooldown = parts?.cooldown;
  const seen: RuleParts = {
    metric: metric === undefined || resource === undefined ? metric : (findMetric(metric, resource)?.name ?? metric),
    resource,
    timeGrainSeconds: parts?.timegrain?.seconds,
    statistic: parts?.timegrain?.statistic,
    timeWindowSeconds: condition?.timeWindowSeconds,
    timeAggregation: condition?.timeAggregation,
    operator: condition?.operator,
    threshold: condition?.threshold,
    dimensions: condition?.dimensions ?? [],
    dividePerInstance: false,
    action: {
      direction: parts?.scale?.direction,
      type: parts?.scale?.type,
      value: parts?.scale?.value,
      cooldownSeconds: cooldown === undefined ? undefined : cooldown * 60,
    },
  };
  return { at, seen, fields: RULE_FIELDS };
}

/** What a condition says besides a time window that is out of range. */
function withoutWindow(text: unknown): PartsOf<Condition> | undefined {
  const parsed = typeof text === "string" ? parseCondition(text) : undefined;
  return parsed?.ok === true ? { ...parsed.condition, timeWindowSeconds: undefined } : undefined;
}

function asRefusal({ column, message, allowed, hint }: TextFault) {
  return { code: "InvalidValue", message: `column ${column}: ${message}`, allowed, hint } as const;
}
