import { nearest } from "../check";
import type { YamlPath } from "../document";
import { formatPeriod } from "../duration";
import type { Breach, Reader } from "../reader";
import type { Limits } from "../tables/limits";
import { findMetric, METRICS, type Metric, type MetricUnit } from "../tables/metrics";
import type { Context, ProfileDraft, RuleDraft, SettingDraft } from "./draft";
import { type Capacity, type Operator, SOURCES } from "./model";

/** What Azure Monitor asks of a setting as a whole, and what it takes but nobody means. */

export function checkSetting({ profiles, at }: SettingDraft, { reader, limits }: Context): void {
  const most = limits.autoscaleProfilesPerSetting;
  if (profiles.length > most) {
    reader.error(at, {
      ...limit(profiles.length, "profiles", most),
      allowed: `at most ${most} profiles; in the short form one that recurs and ends counts twice`,
    });
  }
  const written = profiles.filter(({ companion }) => companion !== true);
  refuseSameNames(written, reader);
  refuseSecondDefault(profiles, reader);
  warnOfEndless(profiles, reader);
  for (const profile of written) {
    checkProfile(profile, reader, limits);
  }
}

function checkProfile(draft: ProfileDraft, reader: Reader, limits: Limits): void {
  const { at, fields, profile, ruleCount, rules } = draft;
  if (ruleCount > limits.autoscaleRulesPerProfile) {
    reader.error([...at, ...fields.rules], limit(ruleCount, "rules", limits.autoscaleRulesPerProfile));
  }
  if (profile !== undefined) {
    checkCapacity(draft, profile.capacity, reader, limits.instancesPerDeployment);
  }
  if (profile?.fixedDate !== undefined && profile.recurrence !== undefined) {
    reader.error([...at, "recurrence"], {
      code: "BadArgument",
      message: "stands beside a fixed date: a profile has one or the other",
      allowed: "fixedDate or recurrence",
      hint: "remove one of them, or make two profiles",
      rule: "service",
      source: SOURCES.settings,
    });
  }
  warnOfOneWay(draft, reader);
  for (const rule of rules) {
    checkRule(rule, reader);
  }
}

function limit(count: number, what: string, max: number): Breach {
  return {
    code: "BadArgument",
    message: `has ${count} ${what}`,
    allowed: `at most ${max} ${what}`,
    hint: `leave ${max} or less`,
    rule: "service",
    source: SOURCES.settings,
  };
}

function checkCapacity(
  { at, fields }: ProfileDraft,
  { minimum, maximum, default: usual }: Capacity,
  reader: Reader,
  most: number,
): void {
  const breach = (message: string, value: number, allowed: string): Breach => ({
    code: "BadArgument",
    message,
    value: String(value),
    allowed,
    hint: "bring them into order: minimum, default, maximum",
    rule: "service",
    source: SOURCES.settings,
  });
  if (minimum > maximum) {
    reader.error([...at, ...fields.minimum], breach("is more than the maximum", minimum, `at most ${maximum}`));
  } else if (usual < minimum || usual > maximum) {
    const side = usual < minimum ? "is less than the minimum" : "is more than the maximum";
    reader.error([...at, ...fields.default], breach(side, usual, `${minimum} to ${maximum}`));
  }
  if (maximum > most) {
    reader.error([...at, ...fields.maximum], {
      code: "OutOfQuota",
      message: "is more than a deployment may have",
      value: String(maximum),
      allowed: `at most ${most}, unless Azure raised the limit for you`,
      hint: `write at most ${most}, or raise the limit instancesPerDeployment`,
      rule: "quota",
      source: SOURCES.quotas,
    });
  }
}

function refuseSameNames(profiles: readonly ProfileDraft[], reader: Reader): void {
  const seen = new Set<string>();
  for (const { at, fields, profile } of profiles) {
    const folded = profile?.name.toLowerCase();
    if (folded !== undefined && seen.has(folded)) {
      reader.error([...at, ...fields.name], {
        code: "BadArgument",
        message: "is the name of another profile too",
        value: profile?.name,
        allowed: "a name that is unique within the setting",
        hint: "rename one of them",
        rule: "service",
        source: SOURCES.settings,
      });
    }
    if (folded !== undefined) {
      seen.add(folded);
    }
  }
}

function refuseSecondDefault(profiles: readonly ProfileDraft[], reader: Reader): void {
  for (const { at, profile } of defaultProfiles(profiles).slice(1)) {
    reader.error(at, {
      code: "BadArgument",
      message: "is a second default profile: it has neither a fixed date nor a recurrence",
      value: profile?.name,
      allowed: "one default profile",
      hint: "add fixedDate or recurrence, or remove the profile",
      rule: "service",
      source: SOURCES.settings,
    });
  }
}

function defaultProfiles(profiles: readonly ProfileDraft[]): readonly ProfileDraft[] {
  return profiles.filter(
    ({ profile }) => profile !== undefined && profile.fixedDate === undefined && profile.recurrence === undefined,
  );
}

/** A recurring profile has a start only: what ends it is the start of another one. */
function warnOfEndless(profiles: readonly ProfileDraft[], reader: Reader): void {
  const recurring = profiles.filter(({ profile }) => profile?.recurrence !== undefined);
  const only = recurring[0];
  if (only !== undefined && recurring.length === 1 && defaultProfiles(profiles).length > 0) {
    reader.warn(only.at, {
      code: "NoEffect",
      message: "never ends, because no other profile recurs: the default profile will not run again",
      value: only.profile?.name,
      hint: "add a recurring profile, with what the default one says, that starts where this one should end",
      rule: "service",
      source: SOURCES.profiles,
    });
  }
}

function warnOfOneWay({ at, fields, profile, rules, ruleCount }: ProfileDraft, reader: Reader): void {
  const has = (direction: string): boolean => rules.some(({ rule }) => rule.action.direction === direction);
  const [out, back] = [has("Increase"), has("Decrease")];
  // A rule with faults may be the missing half.
  if (out === back || rules.length !== ruleCount || rules.some(({ rule }) => rule.action.direction === "None")) {
    return;
  }
  reader.warn([...at, ...fields.rules], {
    code: "NoEffect",
    message: out
      ? "has rules to scale out but none to scale in: it grows and never shrinks"
      : "has rules to scale in but none to scale out: it shrinks and never grows",
    value: profile?.name,
    hint: out ? "add a rule that scales in" : "add a rule that scales out",
    rule: "service",
    source: SOURCES.settings,
  });
}

const BELOW: readonly Operator[] = ["LessThan", "LessThanOrEqual"];
const ABOVE: readonly Operator[] = ["GreaterThan", "GreaterThanOrEqual"];

function checkRule(draft: RuleDraft, reader: Reader): void {
  const { at, fields, rule } = draft;
  const place = (field: YamlPath): YamlPath => [...at, ...field];
  const metric = findMetric(rule.metric, rule.resource);
  if (metric === undefined) {
    reader.error(place(fields.metric), unknownMetric(draft));
  } else {
    checkDimensions(draft, metric, reader);
    warnOfStatistic(draft, metric, reader);
  }
  if (rule.timeGrainSeconds > rule.timeWindowSeconds) {
    reader.error(place(fields.timeGrain), {
      code: "BadArgument",
      message: "is longer than the time window",
      value: formatPeriod(rule.timeGrainSeconds),
      allowed: `at most ${formatPeriod(rule.timeWindowSeconds)}`,
      hint: "shorten the time grain, or look back further",
      rule: "service",
      source: SOURCES.reference,
    });
  }
  warnOfDirection(draft, reader);
  if (rule.dividePerInstance && metric !== undefined && !isCountLike(draft, metric.unit)) {
    reader.warn(place(fields.dividePerInstance), {
      code: "NoEffect",
      message: `divides ${metric.unit} by the number of instances, which is no measure of their load`,
      allowed: "with sums and counts",
      hint: "remove dividePerInstance",
      rule: "service",
      source: SOURCES.reference,
    });
  }
}

function unknownMetric({ rule, fields }: RuleDraft): Breach {
  const terms = { rule: "service", source: SOURCES.metrics } as const;
  const other = rule.resource === "deployment" ? "endpoint" : "deployment";
  const namesake = findMetric(rule.metric, other);
  if (namesake !== undefined) {
    return {
      ...terms,
      code: "BadArgument",
      message: `${namesake.name} is a metric of the ${other}, not of the ${rule.resource}`,
      value: rule.metric,
      allowed: names(rule.resource).join(", "),
      hint: other === "endpoint" ? fields.fromEndpoint : fields.fromDeployment,
    };
  }
  const near = nearest(rule.metric, names(rule.resource)) ?? nearest(rule.metric, names(other));
  return {
    ...terms,
    code: "InvalidValue",
    message: `${rule.metric} is not a metric of the ${rule.resource}`,
    value: rule.metric,
    allowed: names(rule.resource).join(", "),
    hint: near === undefined ? "choose one of the metrics" : `did you mean '${near}'?`,
  };
}

function names(scope: Metric["scope"]): string[] {
  return METRICS.filter((metric) => metric.scope === scope).map(({ name }) => name);
}

function checkDimensions({ at, fields, rule }: RuleDraft, metric: Metric, reader: Reader): void {
  for (const { name } of rule.dimensions) {
    if (metric.dimensions.some((known) => known.toLowerCase() === name.toLowerCase())) {
      continue;
    }
    const near = nearest(name, metric.dimensions);
    reader.error([...at, ...fields.dimensions], {
      code: "InvalidValue",
      message: `'${name}' is not a dimension of ${metric.name}`,
      value: name,
      allowed: metric.dimensions.length === 0 ? "none: the metric has no dimensions" : metric.dimensions.join(", "),
      hint: near === undefined ? "remove the dimension" : `did you mean '${near}'?`,
      rule: "service",
      source: SOURCES.metrics,
    });
  }
}

function warnOfStatistic({ at, fields, rule }: RuleDraft, metric: Metric, reader: Reader): void {
  if (!(metric.aggregations as readonly string[]).includes(rule.statistic)) {
    reader.warn([...at, ...fields.statistic], {
      code: "NoEffect",
      message: `Azure lists no ${rule.statistic} for ${metric.name}`,
      value: rule.statistic,
      allowed: metric.aggregations.join(", "),
      hint: "choose one of them",
      rule: "service",
      source: SOURCES.metrics,
    });
  }
}

/** The Python sample of Azure's own how-to scales out when the load is low. */
function warnOfDirection({ at, fields, rule }: RuleDraft, reader: Reader): void {
  const { direction, type } = rule.action;
  const upside = BELOW.includes(rule.operator) && direction === "Increase";
  const downside = ABOVE.includes(rule.operator) && direction === "Decrease";
  if (upside || downside) {
    reader.warn([...at, ...fields.direction], {
      code: "NoEffect",
      message: upside
        ? `scales out when ${rule.metric} is low: the rule looks turned round`
        : `scales in when ${rule.metric} is high: the rule looks turned round`,
      value: direction,
      allowed: upside ? "Decrease with LessThan" : "Increase with GreaterThan",
      hint: upside ? "scale in instead, or turn the operator round" : "scale out instead, or turn the operator round",
      rule: "service",
      source: SOURCES.howTo,
    });
  }
  if (direction === "None" && type !== "ExactCount") {
    reader.warn([...at, ...fields.direction], {
      code: "NoEffect",
      message: "changes nothing: without a direction only ExactCount does something",
      value: direction,
      allowed: "Increase, Decrease",
      hint: "choose a direction",
      rule: "service",
      source: SOURCES.reference,
    });
  }
}

function isCountLike({ rule }: RuleDraft, unit: MetricUnit): boolean {
  return (
    ["Sum", "Count"].includes(rule.statistic) ||
    ["Total", "Count"].includes(rule.timeAggregation) ||
    !["percent", "milliseconds"].includes(unit)
  );
}
