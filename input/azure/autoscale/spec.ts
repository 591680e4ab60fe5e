import type { LocatedDocument, YamlPath } from "../../documents/document";
import type { Result } from "../../documents/findings";
import { Reader } from "../../documents/reader";
import { limits as AZURE_LIMITS, type Limits } from "../tables/limits";
import { readArm } from "./arm";
import { checkSetting } from "./checks";
import { readCli } from "./cli";
import type { Context, SettingDraft } from "./draft";
import { fieldOf, forAutoscale, isMap } from "./located";
import { type AutoscaleSpec, SOURCES } from "./model";

export type {
  AutoscaleProfile,
  AutoscaleRule,
  AutoscaleSpec,
  AutoscaleTarget,
  Capacity,
  Day,
  DimensionFilter,
  FixedDate,
  Recurrence,
  ScaleAction,
} from "./model";

const RESOURCE_TYPE = "microsoft.insights/autoscalesettings";

/** Fields of our own form; any of the second list says that a file is one. */
const CLI_FIELDS = ["name", "enabled", "resource", "min", "max", "count", "rules", "profiles"];
const CLI_SIGNS = ["min", "max", "count", "rules", "profiles"];

/** One setting of a file, with the function that reads its form. */
interface Found {
  readonly at: YamlPath;
  readonly value: unknown;
  readonly read: (value: unknown, at: YamlPath, context: Context) => SettingDraft;
}

/**
 * Whether a file is about autoscale: a resource `Microsoft.Insights/autoscaleSettings`, a template with one, the
 * `properties` of one, or our own short form.
 */
export function isAutoscale(value: unknown): boolean {
  return findSettings(value).length > 0;
}

/**
 * Reads the autoscale settings of a file and checks them against Azure Monitor's limits.
 *
 * @param limits Azure's, or those that it raised for the subscription
 * @returns the settings without faults, in the order of the file
 */
export function parseAutoscale(document: LocatedDocument, limits: Limits = AZURE_LIMITS): Result<AutoscaleSpec[]> {
  const located = forAutoscale(document);
  const reader = new Reader(located);
  const context: Context = { document: located, limits, reader };
  const found = readable(located.value);
  if (found.length === 0) {
    reader.error([], {
      code: "MissingField",
      message: "the file has no autoscale setting",
      allowed: "a resource Microsoft.Insights/autoscaleSettings, its properties, or min, max, count and rules",
      hint: "write one of these forms",
      rule: "schema",
      source: SOURCES.reference,
    });
  }
  const taken = new Set<string>();
  const settings = found.flatMap(({ value, at, read }) => {
    const before = reader.errorCount;
    const draft = read(value, at, context);
    checkSetting(draft, context);
    refuseTaken(draft, taken, context);
    return reader.errorCount > before ? [] : [toSpec(draft)];
  });
  return reader.result(settings);
}

/** Who asks to read a file knows that it is about autoscale: what is not recognised gets the faults of our own form. */
function readable(value: unknown): readonly Found[] {
  const found = findSettings(value);
  const foreign = ["type", "resources", "$schema"].some((key) => fieldOf(value, key) !== undefined);
  return found.length > 0 || foreign || !isMap(value) ? found : [{ at: [], value, read: readCli }];
}

function findSettings(value: unknown): readonly Found[] {
  if (!isMap(value)) {
    return [];
  }
  const resources = fieldOf(value, "resources");
  if (typeof resources === "object" && resources !== null) {
    // Newer templates have a map of resources, older ones a list.
    return Object.entries(resources)
      .filter(([, resource]) => hasType(resource))
      .map(([key, resource]) => ({
        at: ["resources", Array.isArray(resources) ? Number(key) : key],
        value: resource,
        read: readArm,
      }));
  }
  if (hasType(value)) {
    return [{ at: [], value, read: readArm }];
  }
  const profiles = fieldOf(value, "profiles");
  if (Array.isArray(profiles) && (fieldOf(value, "targetResourceUri") !== undefined || profiles.some(hasCapacity))) {
    return [{ at: [], value, read: readArm }];
  }
  // A deployment's file with a stray `rules` in it stays a deployment's file.
  const keys = Object.keys(value);
  const own = keys.filter((key) => CLI_FIELDS.includes(key));
  return own.some((key) => CLI_SIGNS.includes(key)) && own.length * 2 > keys.length
    ? [{ at: [], value, read: readCli }]
    : [];
}

function hasCapacity(profile: unknown): boolean {
  return fieldOf(profile, "capacity") !== undefined;
}

function hasType(value: unknown): boolean {
  const type = fieldOf(value, "type");
  // A sample of the documents has blanks inside the type.
  return typeof type === "string" && type.replace(/\s+/g, "").toLowerCase() === RESOURCE_TYPE;
}

/** Azure Monitor has one setting for each target. */
function refuseTaken({ target, targetAt }: SettingDraft, taken: Set<string>, { reader }: Context): void {
  const id = target === undefined ? undefined : `${target.endpoint}/${target.deployment}`;
  if (id !== undefined && taken.has(id)) {
    reader.error(targetAt, {
      code: "BadArgument",
      message: "has a setting already in this file",
      value: id,
      allowed: "one autoscale setting for each deployment",
      hint: "bring the profiles of both settings into one",
      rule: "service",
      source: SOURCES.settings,
    });
  }
  if (id !== undefined) {
    taken.add(id);
  }
}

function toSpec({ name, enabled, target, profiles }: SettingDraft): AutoscaleSpec {
  return {
    name: name ?? target?.deployment ?? "autoscale",
    enabled,
    ...(target === undefined ? {} : { target }),
    profiles: profiles.flatMap(({ profile }) => profile ?? []),
  };
}
