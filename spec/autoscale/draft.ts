import type { LocatedDocument, YamlPath } from "../document";
import type { SpecError } from "../errors";
import type { Reader } from "../reader";
import type { Limits } from "../tables/limits";
import type { AutoscaleProfile, AutoscaleRule, AutoscaleTarget } from "./model";

/** What every step of the reading works on. */
export interface Context {
  readonly document: LocatedDocument;
  readonly reader: Reader;
  readonly errors: SpecError[];
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
  readonly rules: readonly RuleDraft[];
  /** Rules in the file, with those that have faults. */
  readonly ruleCount: number;
  readonly fields: ProfileFields;
  /** Written by us to end a recurring profile: its faults are those of the default profile. */
  readonly companion?: boolean;
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
  readonly rule: AutoscaleRule;
  readonly fields: RuleFields;
}

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
