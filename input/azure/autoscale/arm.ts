import { z } from "zod";
import type { FaultParams } from "../../documents/check";
import type { YamlPath } from "../../documents/document";
import { type Checked, checkParts, isWhole, type PartsOf } from "../../documents/parts";
import { flag, whole } from "../fields";
import { findMetric } from "../tables/metrics";
import type { Context, ProfileDraft, ProfileFields, RuleDraft, RuleFields, RuleParts, SettingDraft } from "./draft";
import { COOLDOWN, decimal, fields, instances, isoDuration, oneOf, TIME_GRAIN, TIME_WINDOW, timeZone } from "./fields";
import { fieldOf, hasField, isMap } from "./located";
import {
  type AutoscaleProfile,
  type AutoscaleRule,
  type AutoscaleTarget,
  type Capacity,
  DAYS,
  DIMENSION_OPERATORS,
  DIRECTIONS,
  OPERATORS,
  SCALE_TYPES,
  SOURCES,
  STATISTICS,
  TIME_AGGREGATIONS,
} from "./model";
import { fixedDate, wallTime } from "./schedule";
import { checkNamespace, readMetricResource, readTarget } from "./target";

/** The form of Azure's service: a resource of an ARM template, what `az monitor autoscale show` prints, or its `properties`. */

const ignored = z.unknown().optional();

/** What stands around a setting and does not change what it does. */
const ENVELOPE = {
  type: ignored,
  apiVersion: z.string().optional(),
  id: ignored,
  location: ignored,
  tags: ignored,
  comments: ignored,
  dependsOn: ignored,
  metadata: ignored,
  resourceGroup: ignored,
  systemData: ignored,
  condition: refused("a condition of a template"),
  copy: refused("a copy loop of a template"),
};

const ResourceSchema = fields({ ...ENVELOPE, name: z.string(), properties: z.unknown() });

const PropertiesSchema = fields({
  ...ENVELOPE,
  name: z.string().nullish(),
  enabled: flag("whether it scales").nullish(),
  targetResourceUri: z.string().nullish(),
  targetResourceLocation: ignored,
  profiles: z.array(z.unknown()).min(1),
  notifications: ignored,
  predictiveAutoscalePolicy: ignored,
});

const exactlyOne = {
  message: "must have exactly one value",
  params: {
    code: "BadArgument",
    allowed: "one value: the profile starts once on each of its days",
    hint: "write one profile for each time of the day",
    rule: "service",
    source: SOURCES.profiles,
  } satisfies FaultParams,
};

const RecurrenceSchema = fields({
  frequency: oneOf(["Week"]),
  schedule: fields({
    timeZone: timeZone(),
    days: z.array(oneOf(DAYS)).min(1),
    hours: z
      .array(whole({ min: 0, max: 23, source: SOURCES.reference }))
      .refine((list) => list.length === 1, exactlyOne),
    minutes: z
      .array(whole({ min: 0, max: 59, source: SOURCES.reference }))
      .refine((list) => list.length === 1, exactlyOne),
  }),
});

const ProfileShape = {
  name: z.string().min(1),
  capacity: fields({ minimum: instances(), maximum: instances(), default: instances() }),
  rules: z.array(z.unknown()),
  fixedDate: fields({ timeZone: timeZone().nullish(), start: wallTime(), end: wallTime() }).nullish(),
  recurrence: RecurrenceSchema.nullish(),
};
const ProfileSchema = fields(ProfileShape);
const PROFILE_KEYS = Object.keys(ProfileShape);

const RuleSchema = fields({
  metricTrigger: fields({
    metricName: z.string().min(1),
    metricNamespace: z.string().nullish(),
    metricResourceUri: z.string(),
    metricResourceLocation: ignored,
    timeGrain: isoDuration(TIME_GRAIN),
    statistic: oneOf(STATISTICS),
    timeWindow: isoDuration(TIME_WINDOW),
    timeAggregation: oneOf(TIME_AGGREGATIONS),
    operator: oneOf(OPERATORS),
    threshold: decimal(),
    dimensions: z
      .array(
        fields({
          DimensionName: z.string(),
          Operator: oneOf(DIMENSION_OPERATORS),
          Values: z.array(z.union([z.string(), z.number()]).transform(String)).min(1),
        }),
      )
      .nullish(),
    dividePerInstance: flag("whether the value is divided by the number of instances").nullish(),
  }),
  scaleAction: fields({
    direction: oneOf(DIRECTIONS),
    type: oneOf(SCALE_TYPES),
    value: whole({ min: 1, source: SOURCES.reference }).nullish(),
    cooldown: isoDuration(COOLDOWN),
  }),
});

const PROFILE_FIELDS: ProfileFields = {
  name: ["name"],
  minimum: ["capacity", "minimum"],
  maximum: ["capacity", "maximum"],
  default: ["capacity", "default"],
  rules: ["rules"],
};

const RULE_FIELDS: RuleFields = {
  metric: ["metricTrigger", "metricName"],
  statistic: ["metricTrigger", "statistic"],
  timeGrain: ["metricTrigger", "timeGrain"],
  dimensions: ["metricTrigger", "dimensions"],
  dividePerInstance: ["metricTrigger", "dividePerInstance"],
  direction: ["scaleAction", "direction"],
  fromEndpoint: "write the endpoint's id in metricResourceUri",
  fromDeployment: "write the deployment's id in metricResourceUri",
};

/** A resource `Microsoft.Insights/autoscaleSettings`, or what stands in its `properties`. */
export function readArm(value: unknown, at: YamlPath, context: Context): SettingDraft {
  if (!isMap(value) || fieldOf(value, "properties") === undefined) {
    return readProperties(value, at, {}, context);
  }
  const { name, apiVersion } = checkArm(ResourceSchema, value, at, context).parts ?? {};
  return readProperties(fieldOf(value, "properties"), [...at, "properties"], { name, apiVersion }, context);
}

function readProperties(
  value: unknown,
  at: YamlPath,
  resource: { readonly name?: string; readonly apiVersion?: string },
  context: Context,
): SettingDraft {
  const { whole: properties } = checkArm(PropertiesSchema, value, at, context);
  const profiles = fieldOf(value, "profiles");
  const uri = fieldOf(value, "targetResourceUri");
  const targetAt = [...at, "targetResourceUri"];
  const target = readTarget(typeof uri === "string" ? uri : undefined, targetAt, context);
  const profilesAt = [...at, "profiles"];
  const drafts = Array.isArray(profiles)
    ? profiles.map((profile, index) => readProfile(profile, [...profilesAt, index], target, context))
    : [];
  refusePrediction(fieldOf(value, "predictiveAutoscalePolicy"), at, context);
  warnOfNotifications(fieldOf(value, "notifications"), at, context);
  const apiVersion = resource.apiVersion ?? properties?.apiVersion;
  return {
    name: resource.name ?? properties?.name ?? undefined,
    // With faults elsewhere the field may be there and unread.
    enabled: properties === undefined ? false : (properties.enabled ?? enabledByDefault(apiVersion, at, context)),
    target,
    targetAt,
    at: profilesAt,
    profiles: drafts,
  };
}

/** Azure turned the default round: settings were on before the API of 2021, and are off since. */
function enabledByDefault(apiVersion: string | undefined, at: YamlPath, { reader }: Context): boolean {
  if (apiVersion !== undefined && apiVersion < "2021") {
    return true;
  }
  reader.warn([...at, "enabled"], {
    code: "NoEffect",
    message: "is left out, and Azure takes it for false: nothing will scale",
    allowed: "true, false",
    hint: "write enabled: true",
    rule: "service",
    source: SOURCES.reference,
  });
  return false;
}

const NO_CAPACITY: PartsOf<Capacity> = { minimum: undefined, maximum: undefined, default: undefined };

function readProfile(
  value: unknown,
  at: YamlPath,
  target: AutoscaleTarget | undefined,
  context: Context,
): ProfileDraft {
  const before = context.reader.errorCount;
  const { whole, parts } = checkArm(ProfileSchema, value, at, context);
  const { start, end, timeZone: zone } = parts?.fixedDate ?? {};
  const dateAt = [...at, "fixedDate", "end"];
  const date = start === undefined || end === undefined ? undefined : fixedDate({ start, end, zone }, dateAt, context);
  const sound = context.reader.errorCount === before;
  const listed = fieldOf(value, "rules");
  const written = Array.isArray(listed) ? listed : [];
  const rules = written.map((rule, index) => readRule(rule, [...at, "rules", index], target, context));
  const schedule = whole?.recurrence?.schedule;
  const profile: AutoscaleProfile | undefined =
    whole === undefined || !sound
      ? undefined
      : {
          name: whole.name,
          capacity: whole.capacity,
          rules: rules.map(({ seen }) => seen).filter(isWhole<AutoscaleRule>),
          ...(date === undefined ? {} : { fixedDate: date }),
          ...(schedule === undefined
            ? {}
            : {
                recurrence: {
                  timeZone: schedule.timeZone,
                  days: [...new Set(schedule.days)],
                  hour: schedule.hours[0] ?? 0,
                  minute: schedule.minutes[0] ?? 0,
                },
              }),
        };
  const seen = {
    name: parts?.name,
    capacity: parts?.capacity ?? NO_CAPACITY,
    dated: hasField(value, "fixedDate", PROFILE_KEYS),
    recurring: hasField(value, "recurrence", PROFILE_KEYS),
  };
  return { at, profile, seen, rules, fields: PROFILE_FIELDS };
}

function readRule(value: unknown, at: YamlPath, target: AutoscaleTarget | undefined, context: Context): RuleDraft {
  const { parts } = checkArm(RuleSchema, value, at, context);
  const { metricTrigger: trigger, scaleAction: action } = parts ?? {};
  const metric = trigger?.metricName;
  const uriAt = [...at, "metricTrigger", "metricResourceUri"];
  const resource = readMetricResource(trigger?.metricResourceUri, uriAt, target, metric, context);
  checkNamespace(trigger?.metricNamespace, [...at, "metricTrigger", "metricNamespace"], context);
  const seen: RuleParts = {
    metric: metric === undefined || resource === undefined ? metric : (findMetric(metric, resource)?.name ?? metric),
    resource,
    timeGrainSeconds: trigger?.timeGrain,
    statistic: trigger?.statistic,
    timeWindowSeconds: trigger?.timeWindow,
    timeAggregation: trigger?.timeAggregation,
    operator: trigger?.operator,
    threshold: trigger?.threshold,
    dimensions: (trigger?.dimensions ?? []).map((dimension) => ({
      name: dimension?.DimensionName,
      operator: dimension?.Operator,
      values: dimension?.Values,
    })),
    dividePerInstance: trigger?.dividePerInstance ?? false,
    action: {
      direction: action?.direction,
      type: action?.type,
      value: action?.value ?? 1,
      cooldownSeconds: action?.cooldown,
    },
  };
  return { at, seen, fields: RULE_FIELDS };
}

function refusePrediction(policy: unknown, at: YamlPath, { reader }: Context): void {
  const mode = fieldOf(policy, "scaleMode");
  if (typeof mode === "string" && mode.toLowerCase() !== "disabled") {
    reader.error([...at, "predictiveAutoscalePolicy", "scaleMode"], {
      code: "BadArgument",
      message: "is for virtual machine scale sets only",
      value: mode,
      allowed: "Disabled",
      hint: "remove predictiveAutoscalePolicy",
      rule: "service",
      source: SOURCES.predictive,
    });
  }
}

function warnOfNotifications(notifications: unknown, at: YamlPath, { reader }: Context): void {
  if (hasReceiver(notifications)) {
    reader.warn([...at, "notifications"], {
      code: "NoEffect",
      message: "has no effect: mails and webhooks of autoscale are Azure's",
      hint: "watch the log of the controller instead",
      rule: "target",
      source: SOURCES.settings,
    });
  }
}

/** Azure always writes the list; it says nothing as long as nobody is named in it. */
function hasReceiver(value: unknown): boolean {
  if (Array.isArray(value)) {
    return value.some((item) => typeof item === "string" || hasReceiver(item));
  }
  return isMap(value)
    ? Object.entries(value).some(
        ([key, field]) => field === true || key.toLowerCase() === "serviceuri" || hasReceiver(field),
      )
    : false;
}

/** A field of templates that would have to be evaluated. */
function refused(what: string) {
  return z
    .unknown()
    .optional()
    .refine((value) => value === undefined, {
      message: `${what} is not evaluated here`,
      params: {
        code: "NotSupported",
        allowed: "leave it out",
        hint: "write out what it stands for",
        rule: "target",
      } satisfies FaultParams,
    });
}

/** `checkParts`, with a better hint where a template's expression stands in place of a value. */
function checkArm<T extends z.ZodType>(
  schema: T,
  value: unknown,
  at: YamlPath,
  context: Context,
): Checked<z.output<T>> {
  const terms = { rule: "service", source: SOURCES.reference } as const;
  const { value: checked, findings } = checkParts(schema, context.document, terms, value, at);
  const errors = findings.errors.map((error) =>
    error.value?.startsWith("'[") === true
      ? { ...error, hint: "write the value: expressions of templates are not evaluated here" }
      : error,
  );
  context.reader.add({ errors });
  return checked;
}
