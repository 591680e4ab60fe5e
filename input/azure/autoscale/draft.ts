import type { LocatedDocument, YamlPath } from "../../documents/document";
import type { PartsOf } from "../../documents/parts";
import type { Reader } from "../../documents/reader";
import type { Limits } from "../tables/limits";
import type { AutoscaleProfile, AutoscaleRule, AutoscaleTarget, Capacity } from "./model";

/** What every step of the reading works on. */
export interface Context {
  readonly document: LocatedDocument;
  readonly reader: Reader;
  /** Azure's figures, or those that it raised them to. */
  readonly limits: Limits;
}

/** A setting that was read and not yet checked as a whole. Both forms of a file come to this. */
export interface SettingDraft {
  readonly name: string | undefined;
  readonly enabled: boolean;
  readonly target: AutoscaleTarget | undefined;
  /** The place of the target, for two settings that have the same one. */
  readonly targetAt: YamlPath;
  /** The list of profiles. */
  readonly at: YamlPath;
  readonly profiles: readonly ProfileDraft[];
}

export interface ProfileDraft {
  readonly at: YamlPath;
  /** Absent when the profile's own fields have faults; its rules may be good. */
  readonly profile: AutoscaleProfile | undefined;
  readonly seen: ProfileParts;
  /** All of the file, also those that have faults. */
  readonly rules: readonly RuleDraft[];
  readonly fields: ProfileFields;
  /** Written by us to end a recurring profile: its faults are those of the default profile. */
  readonly companion?: boolean;
}

/** What could be read of a profile. */
export interface ProfileParts {
  readonly name: string | undefined;
  readonly capacity: PartsOf<Capacity>;
  /** It has a fixed date, however faulty. */
  readonly dated: boolean;
  /** It has a recurrence, however faulty. */
  readonly recurring: boolean;
}

/** Where the fields of a profile stand, below it. */
export interface ProfileFields {
  readonly name: YamlPath;
  readonly minimum: YamlPath;
  readonly maximum: YamlPath;
  readonly default: YamlPath;
  readonly rules: YamlPath;
}

export interface RuleDraft {
  readonly at: YamlPath;
  /** What could be read of it. */
  readonly seen: RuleParts;
  readonly fields: RuleFields;
}

export type RuleParts = PartsOf<AutoscaleRule>;

/** Where the fields of a rule stand, below it; and how to name the endpoint as the source of its metric. */
export interface RuleFields {
  readonly metric: YamlPath;
  readonly statistic: YamlPath;
  readonly timeGrain: YamlPath;
  readonly dimensions: YamlPath;
  readonly dividePerInstance: YamlPath;
  readonly direction: YamlPath;
  readonly fromEndpoint: string;
  readonly fromDeployment: string;
}
