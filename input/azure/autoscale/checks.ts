import { nearest } from "../../documents/check";
import type { YamlPath } from "../../documents/document";
import { formatPeriod } from "../../documents/duration";
import type { Breach, Reader } from "../../documents/reader";
import type { Limits } from "../tables/limits";
import { findMetric, METRICS, type Metric, type MetricScope, type MetricUnit } from "../tables/metrics";
import type { Context, ProfileDraft, RuleDraft, RuleFields, SettingDraft } from "./draft";
import { type Operator, SOURCES } from "./model";

/**
 * What Azure Monitor asks of a setting as a whole, and what it takes but nobody means. The checks work on what could be read:
 * a fault in one field must not hide that others do not go together.
 */

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
  const { at, fields, seen, rules } = draft;
  if (rules.length > limits.autoscaleRulesPerProfile) {
    reader.error([...at, ...fields.rules], limit(rules.length, "rules", limits.autoscaleRulesPerProfile));
  }
  checkCapacity(draft, reader, limits.instancesPerDeployment);
  if (seen.dated && seen.recurring) {
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

function checkCapacity({ at, fields, seen }: ProfileDraft, reader: Reader, most: number): void {
  const { minimum, maximum, default: usual } = seen.capacity;
  const breach = (message: string, value: number, allowed: string): Breach => ({
    code: "BadArgument",
    message,
    value: String(value),
    allowed,
    hint: "bring them into order: minimum, default, maximum",
    rule: "service",
    source: SOURCES.settings,
  });
  const between =
    minimum === undefined
      ? `at most ${maximum}`
      : maximum === undefined
        ? `at least ${minimum}`
        : `${minimum} to ${maximum}`;
  if (minimum !== undefined && maximum !== undefined && minimum > maximum) {
    reader.error([...at, ...fields.minimum], breach("is more than the maximum", minimum, `at most ${maximum}`));
  } else if (usual !== undefined && minimum !== undefined && usual < minimum) {
    reader.error([...at, ...fields.default], breach("is less than the minimum", usual, between));
  } else if (usual !== undefined && maximum !== undefined && usual > maximum) {
    reader.error([...at, ...fields.default], breach("is more than the maximum", usual, between));
  }
  if (maximum !== undefined && maximum > most) {
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
  for (const { at, fields, seen: own } of profiles) {
    const folded = own.name?.toLowerCase();
    if (folded !== undefined && seen.has(folded)) {
      reader.error([...at, ...fields.name], {
        code: "BadArgument",
        message: "is the name of another profile too",
        value: own.name,
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
  for (const { at, seen } of defaultProfiles(profiles).slice(1)) {
    reader.error(at, {
      code: "BadArgument",
      message: "is a second default profile: it has neither a fixed date nor a recurrence",
      value: seen.name,
      allowed: "one default profile",
      hint: "add fixedDate or recurrence, or remove the profile",
      rule: "service",
      source: SOURCES.settings,
    });
  }
}

function defaultProfiles(profiles: readonly ProfileDraft[]): readonly ProfileDraft[] {
  return profiles.filter(({ seen }) => !seen.dated && !seen.recurring);
}

/** A recurring profile has a start only: what ends it is the start of another one. */
function warnOfEndless(profiles: readonly ProfileDraft[], reader: Reader): void {
  const recurring = profiles.filter(({ seen }) => seen.recurring);
  const only = recurring[0];
  // With a fault it may have an end that could not be read.
  if (only?.profile !== undefined && recurring.length === 1 && defaultProfiles(profiles).length > 0) {
    reader.warn(only.at, {
      code: "NoEffect",
      message: "never ends, because no other profile recurs: the default profile will not run again",
      value: only.profile.name,
      hint: "add a recurring profile, with what the default one says, that starts where this one should end",
      rule: "service",
      source: SOURCES.profiles,
    });
  }
}

function warnOfOneWay({ at, fields, seen, rules }: ProfileDraft, reader: Reader): void {
  const directions = rules.map((rule) => rule.seen.action?.direction);
  const [out, back] = [directions.includes("Increase"), directions.includes("Decrease")];
  // A rule whose direction could not be read may be the missing half.
  if (out === back || directions.includes(undefined) || directions.includes("None")) {
    return;
  }
  reader.warn([...at, ...fields.rules], {
    code: "NoEffect",
    message: out
      ? "has rules to scale out but none to scale in: it grows and never shrinks"
      : "has rules to scale in but none to scale out: it shrinks and never grows",
    value: seen.name,
    hint: out ? "add a rule that scales in" : "add a rule that scales out",
    rule: "service",
    source: SOURCES.settings,
  });
}

const BELOW: readonly Operator[] = ["LessThan", "LessThanOrEqual"];
const ABOVE: readonly Operator[] = ["GreaterThan", "GreaterThanOrEqual"];

function checkRule(draft: RuleDraft, reader: Reader): void {
  const { at, fields, seen } = draft;
  const place = (field: YamlPath): YamlPath => [...at, ...field];
  const metric = checkMetric(draft, reader);
  if (metric !== undefined) {
    checkDimensions(draft, metric, reader);
    warnOfStatistic(draft, metric, reader);
  }
  const { timeGrainSeconds: grain, timeWindowSeconds: window } = seen;
  if (grain !== undefined && window !== undefined && grain > window) {
    reader.error(place(fields.timeGrain), {
      code: "BadArgument",
      message: "is longer than the time window",
      value: formatPeriod(grain),
      allowed: `at most ${formatPeriod(window)}`,
      hint: "shorten the time grain, or look back further",
      rule: "service",
      source: SOURCES.reference,
    });
  }
  warnOfDirection(draft, reader);
  if (seen.dividePerInstance === true && metric !== undefined && !isCountLike(draft, metric.unit)) {
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

/** The metric of a rule, as far as the file says whose metric it is. */
function checkMetric({ at, fields, seen }: RuleDraft, reader: Reader): Metric | undefined {
  const { metric, resource } = seen;
  if (metric === undefined) {
    return undefined;
  }
  const found = (["deployment", "endpoint"] as const)
    .filter((scope) => resource === undefined || scope === resource)
    .flatMap((scope) => findMetric(metric, scope) ?? []);
  if (found.length === 0) {
    reader.error([...at, ...fields.metric], unknownMetric(metric, resource ?? "deployment", fields));
  }
  return resource === undefined ? undefined : found[0];
}

function unknownMetric(metric: string, resource: MetricScope, fields: RuleFields): Breach {
  const terms = { rule: "service", source: SOURCES.metrics } as const;
  const other = resource === "deployment" ? "endpoint" : "deployment";
  const namesake = findMetric(metric, other);
  if (namesake !== undefined) {
    return {
      ...terms,
      code: "BadArgument",
      message: `${namesake.name} is a metric of the ${other}, not of the ${resource}`,
      value: metric,
      allowed: names(resource).join(", "),
      hint: other === "endpoint" ? fields.fromEndpoint : fields.fromDeployment,
    };
  }
  const near = nearest(metric, names(resource)) ?? nearest(metric, names(other));
  return {
    ...terms,
    code: "InvalidValue",
    message: `${metric} is not a metric of the ${resource}`,
    value: metric,
    allowed: names(resource).join(", "),
    hint: near === undefined ? "choose one of the metrics" : `did you mean '${near}'?`,
  };
}

function names(scope: MetricScope): string[] {
  return METRICS.filter((metric) => metric.scope === scope).map(({ name }) => name);
}

function checkDimensions({ at, fields, seen }: RuleDraft, metric: Metric, reader: Reader): void {
  for (const name of (seen.dimensions ?? []).flatMap((dimension) => dimension?.name ?? [])) {
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

function warnOfStatistic({ at, fields, seen }: RuleDraft, metric: Metric, reader: Reader): void {
  const { statistic } = seen;
  if (statistic !== undefined && !(metric.aggregations as readonly string[]).includes(statistic)) {
    reader.warn([...at, ...fields.statistic], {
      code: "NoEffect",
      message: `Azure lists no ${statistic} for ${metric.name}`,
      value: statistic,
      allowed: metric.aggregations.join(", "),
      hint: "choose one of them",
      rule: "service",
      source: SOURCES.metrics,
    });
  }
}

/** The Python sample of Azure's own how-to scales out when the load is low. */
function warnOfDirection({ at, fields, seen }: RuleDraft, reader: Reader): void {
  const { metric, operator } = seen;
  const { direction, type } = seen.action ?? {};
  const upside = operator !== undefined && BELOW.includes(operator) && direction === "Increase";
  const downside = operator !== undefined && ABOVE.includes(operator) && direction === "Decrease";
  if (metric !== undefined && (upside || downside)) {
    reader.warn([...at, ...fields.direction], {
      code: "NoEffect",
      message: upside
        ? `scales out when ${metric} is low: the rule looks turned round`
        : `scales in when ${metric} is high: the rule looks turned round`,
      value: direction,
      allowed: upside ? "Decrease with LessThan" : "Increase with GreaterThan",
      hint: upside ? "scale in instead, or turn the operator round" : "scale out instead, or turn the operator round",
      rule: "service",
      source: SOURCES.howTo,
    });
  }
  if (direction === "None" && type !== undefined && type !== "ExactCount") {
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

function isCountLike({ seen }: RuleDraft, unit: MetricUnit): boolean {
  return (
    ["Sum", "Count", undefined].includes(seen.statistic) ||
    ["Total", "Count", undefined].includes(seen.timeAggregation) ||
    !["percent", "milliseconds"].includes(unit)
  );
}
