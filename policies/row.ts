import type { EnforcementLevel, Severity } from "@pulumi/policy";

/** A key of a policy's config, as JSON Schema says it. */
export interface ConfigKey {
  readonly type: "integer" | "number" | "boolean" | "array" | "object";
  readonly items?: { readonly type: "string"; readonly enum?: readonly string[] };
  readonly minItems?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  /** Absent: the key is not set. */
  readonly default?: number | boolean | readonly string[] | Readonly<Record<string, string>>;
  readonly description: string;
}

/** What is said about a policy. */
export interface Row {
  /** Name of the file that it stands in. */
  readonly domain: string;
  /** Unless the config says otherwise. */
  readonly level: EnforcementLevel;
  readonly severity: Severity;
  /** The rule, as a sentence. */
  readonly what: string;
  readonly reason: string;
  /** An imperative sentence; it ends every violation. */
  readonly fix: string;
  readonly link: string;
  readonly config: Readonly<Record<string, ConfigKey>>;
  /** Whether the level 'remediate' corrects what the policy finds. */
  readonly remediates?: true;
}

type ValueOf<Key extends ConfigKey> = Key["type"] extends "integer" | "number"
  ? number
  : Key["type"] extends "boolean"
    ? boolean
    : Key["type"] extends "array"
      ? readonly string[]
      : Readonly<Record<string, string>>;

/** The values of a policy's config. */
export type ConfigOf<Keys extends Readonly<Record<string, ConfigKey>>> = {
  readonly [Name in keyof Keys]: Keys[Name] extends { readonly default: unknown }
    ? ValueOf<Keys[Name]>
    : ValueOf<Keys[Name]> | undefined;
};
