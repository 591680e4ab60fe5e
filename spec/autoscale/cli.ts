import { z } from "zod";
import { check, type SchemaTerms, show } from "../check";
import type { YamlPath } from "../document";
import { parsePeriod } from "../duration";
import { flag, whole } from "../fields";
import { findMetric } from "../tables/metrics";
import { type Condition, parseCondition, type TextFault } from "./condition";
import type { Context, ProfileDraft, ProfileFields, RuleDraft, RuleFields, SettingDraft } from "./draft";
import { COOLDOWN, instances, outOfRange, read, TIME_GRAIN, TIME_WINDOW, timeZone } from "./fields";
import { fieldOf } from "./located";
import {
  type AutoscaleProfile,
  type AutoscaleTarget,
  type Capacity,
  DAYS,
  type Day,
  type Recurrence,
  type ScaleStep,
  SOURCES,
  type Statistic,
} from "./model";
import { parseScale } from "./scale";
import { fixedDate, readRecurrence, timeOfDay, wallTime } from "./schedule";
import { checkNamespace, readMetricResource, readTarget } from "./target";

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
  const { document, errors } = context;
  const yaml = check(SettingSchema, document, errors, TERMS, value, at);
  const uri = fieldOf(value, "resource");
  const targetAt = [...at, "resource"];
  const target = readTarget(typeof uri === "string" ? uri : undefined, targetAt, context);
  const rules = readRules(value, at, target, context);
  const main: ProfileDraft = {
    at,
    profile:
      yaml === undefined
        ? undefined
        : { name: DEFAULT_PROFILE, capacity: capacityOf(yaml), rules: rules.rules.map(({ rule }) => rule) },
    ...rules,
    fields: { ...capacityFields(value), name: [] },
  };
  const listed = fieldOf(value, "profiles");
  const others = (Array.isArray(listed) ? listed : []).flatMap((profile, index) =>
    readProfile(profile, [...at, "profiles", index], main, target, context),
  );
  return {
    name: yaml?.name,
    enabled: yaml?.enabled ?? true,
    target,
    targetAt,
    at: [...at, "profiles"],
    profiles: [main, ...others],
  };
}

/** A profile, and for a recurring one the companion that ends it: that is how Azure's command line does it. */
function readProfile(
  value: unknown,
  at: YamlPath,
  main: ProfileDraft,
  target: AutoscaleTarget | undefined,
  context: Context,
): readonly ProfileDraft[] {
  const rules = readRules(value, at, target, context);
  const draft = (profile: AutoscaleProfile | undefined): ProfileDraft => ({
    at,
    profile,
    ...rules,
    fields: capacityFields(value),
  });
  const common = { rules: rules.rules.map(({ rule }) => rule) };
  if (fieldOf(value, "recurrence") === undefined) {
    const yaml = check(FixedSchema, context.document, context.errors, TERMS, value, at);
    const date =
      yaml === undefined
        ? undefined
        : fixedDate({ start: yaml.start, end: yaml.end, zone: yaml.timezone }, [...at, "end"], context);
    return yaml === undefined || date === undefined
      ? [draft(undefined)]
      : [draft({ name: yaml.name, capacity: capacityOf(yaml), ...common, fixedDate: date })];
  }
  const yaml = check(RecurringSchema, context.document, context.errors, TERMS, value, at);
  if (yaml === undefined || !endsAfterStart(yaml, at, context)) {
    return [draft(undefined)];
  }
  const start = recurrenceAt(yaml.timezone, yaml.recurrence, yaml.start);
  const recurring = draft({ name: yaml.name, capacity: capacityOf(yaml), ...common, recurrence: start });
  const end = endOf(yaml, at, context);
  if (main.profile === undefined || end === undefined) {
    return [recurring];
  }
  const name = JSON.stringify({ name: DEFAULT_PROFILE, for: yaml.name });
  return [recurring, { ...main, at, companion: true, profile: { ...main.profile, name, recurrence: end } }];
}

type RecurringYaml = z.output<typeof RecurringSchema>;

const MIDNIGHT = 24 * 60;
/** Azure's command line ends a profile there when nobody says when; for that minute the default profile runs. */
const LAST_MINUTE = MIDNIGHT - 1;

function endsAfterStart(yaml: RecurringYaml, at: YamlPath, { reader }: Context): boolean {
  if (yaml.end === undefined || yaml.end > yaml.start) {
    return true;
  }
  reader.error([...at, "end"], {
    code: "BadArgument",
    message: "is not after the start",
    value: show(reader.get([...at, "end"])),
    allowed: "a later time of the same day, up to 24:00",
    hint: "end the profile at 24:00 and write another one for the rest of the night",
    rule: "stack",
    source: SOURCES.profiles,
  });
  return false;
}

/** When the default profile takes over again; undefined when the profile runs all week long. */
function endOf(yaml: RecurringYaml, at: YamlPath, { reader }: Context): Recurrence | undefined {
  const days = yaml.recurrence;
  if (yaml.end === MIDNIGHT) {
    // A profile that starts again at that midnight just goes on.
    const after = days.map(nextDay).filter((day) => yaml.start !== 0 || !days.includes(day));
    return after.length === 0 ? undefined : recurrenceAt(yaml.timezone, after, 0);
  }
  if (yaml.end === undefined && yaml.start === 0 && days.some((day) => days.includes(nextDay(day)))) {
    reader.warn([...at, "recurrence"], {
      code: "NoEffect",
      message: "does not apply in the last minute of each day: without an end it ends at 23:59",
      allowed: "an end of 24:00",
      hint: "write end: '24:00'",
      rule: "service",
      source: SOURCES.profiles,
    });
  }
  return recurrenceAt(yaml.timezone, days, yaml.end ?? LAST_MINUTE);
}

function nextDay(day: Day): Day {
  return DAYS[(DAYS.indexOf(day) + 1) % DAYS.length] ?? day;
}

function recurrenceAt(zone: string, days: readonly Day[], minutes: number): Recurrence {
  return { timeZone: zone, days, hour: Math.floor(minutes / 60), minute: minutes % 60 };
}

/** A bound that is left out is the count: its faults are told there. */
function capacityFields(value: unknown): ProfileFields {
  const or = (field: YamlPath): YamlPath =>
    fieldOf(value, String(field[0])) === undefined ? PROFILE_FIELDS.default : field;
  return { ...PROFILE_FIELDS, minimum: or(PROFILE_FIELDS.minimum), maximum: or(PROFILE_FIELDS.maximum) };
}

function capacityOf(yaml: { readonly min?: number; readonly max?: number; readonly count: number }): Capacity {
  return { minimum: yaml.min ?? yaml.count, maximum: yaml.max ?? yaml.count, default: yaml.count };
}

function readRules(
  value: unknown,
  at: YamlPath,
  target: AutoscaleTarget | undefined,
  context: Context,
): Pick<ProfileDraft, "rules" | "ruleCount"> {
  const listed = fieldOf(value, "rules");
  const written = Array.isArray(listed) ? listed : [];
  const rules = written.flatMap((rule, index) => readRule(rule, [...at, "rules", index], target, context) ?? []);
  return { rules, ruleCount: written.length };
}

function readRule(
  value: unknown,
  at: YamlPath,
  target: AutoscaleTarget | undefined,
  context: Context,
): RuleDraft | undefined {
  const { document, errors } = context;
  const yaml = check(RuleSchema, document, errors, TERMS, value, at);
  if (yaml === undefined) {
    return undefined;
  }
  const { condition, scale } = yaml;
  const word = yaml.resource.trim().toLowerCase();
  const resource =
    word === "deployment" || word === "endpoint"
      ? word
      : readMetricResource(yaml.resource, [...at, "resource"], target, condition.metric, context);
  checkNamespace(condition.namespace, [...at, "condition"], context);
  const rule = {
    metric: findMetric(condition.metric, resource)?.name ?? condition.metric,
    resource,
    timeGrainSeconds: yaml.timegrain.seconds,
    statistic: yaml.timegrain.statistic,
    timeWindowSeconds: condition.timeWindowSeconds,
    timeAggregation: condition.timeAggregation,
    operator: condition.operator,
    threshold: condition.threshold,
    dimensions: condition.dimensions,
    dividePerInstance: false,
    action: { ...scale, cooldownSeconds: yaml.cooldown * 60 },
  };
  return { at, rule, fields: RULE_FIELDS };
}

function asRefusal({ column, message, allowed, hint }: TextFault) {
  return { code: "InvalidValue", message: `column ${column}: ${message}`, allowed, hint } as const;
}
