import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { CATALOGUE } from "../policies/catalogue";
import { ROOT } from "./workspace";

/** The pack as a program: a folder needs a newer language host than can be had everywhere. */
export const POLICY_PACK = path.join(ROOT, "policies/run.sh");

/** What a policy says of one resource. */
export interface PolicyFinding {
  readonly policy: string;
  readonly level: "advisory" | "mandatory";
  readonly message: string;
  /** Whether it could not look: a value that it needs is known only when the update runs. */
  readonly undecided: boolean;
}

/** How the SDK reports that a policy touched a value that is not known yet: advisory, whatever the policy's own level is. */
const UNDECIDED = /can't run policy '.*' from policy pack '.*' during preview/;

/** The part of an engine's event that matters. */
export interface SaidPolicy {
  readonly policyName: string;
  readonly enforcementLevel: string;
  readonly message: string;
}

export function policyFinding({ policyName, enforcementLevel, message }: SaidPolicy): PolicyFinding {
  return {
    policy: policyName,
    level: enforcementLevel === "mandatory" ? "mandatory" : "advisory",
    message: message.replace(/<\{%[^%]*%\}>/g, "").trim(),
    undecided: UNDECIDED.test(message),
  };
}

/** The stack's own settings of the policies, where it has any. */
export function policyConfig(stack: string): string[] {
  const file = path.join(ROOT, "policies/config", `${stack}.json`);
  return existsSync(file) ? [file] : [];
}

/** Mandatory policies, in the stack's settings or by themselves, among those that could not look. */
export function undecidedMandatory(findings: readonly PolicyFinding[], stack: string): string[] {
  const [file] = policyConfig(stack);
  const config = file === undefined ? {} : (JSON.parse(readFileSync(file, "utf8")) as Record<string, unknown>);
  const names = findings.filter(({ undecided }) => undecided).map(({ policy }) => policy);
  return [...new Set(names)].filter((name) => levelOf(name, config) === "mandatory").sort();
}

/** A stack's setting, `"mandatory"` or `{ "enforcementLevel": "mandatory", … }`, goes before that of all policies. */
export function levelOf(policy: string, config: Readonly<Record<string, unknown>>): string {
  const own = levelIn(config[policy]) ?? levelIn(config["all"]);
  const row = Object.entries(CATALOGUE).find(([name]) => name === policy)?.[1];
  // A policy that is not in the catalogue is another pack's: what nobody knows binds.
  return own ?? row?.level ?? "mandatory";
}

function levelIn(setting: unknown): string | undefined {
  if (typeof setting === "string") {
    return setting;
  }
  const level = typeof setting === "object" && setting !== null ? Reflect.get(setting, "enforcementLevel") : undefined;
  return typeof level === "string" ? level : undefined;
}
