import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import type { InferenceStackArgs } from "../../components/args";
import type { SpecError } from "../../input/documents/errors";
import { Collector } from "../../input/documents/findings";
import { ownValues } from "../../input/stack/config";
import { readStack } from "../../input/stack/load";
import type { StackSpec } from "../../input/stack/spec";
import { type IdentityPlan, planIdentities } from "../../plan/identity";
import { type ContainerVariables, planVariables } from "../../plan/secrets";
import { correct, stackFolder } from "../fixtures/stack";

export const ENDPOINT = correct("app/endpoint.yml");
export const BLUE = correct("app/blue.yml");

/** The identity that `userAssigned` endpoints name. */
export const RESOURCE_ID =
  "/subscriptions/s/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/shop-id";

export const USER_ASSIGNED = `${ENDPOINT}identity:\n  type: user_assigned\n  user_assigned_identities:\n    - resource_id: ${RESOURCE_ID}\n`;

/** What a user-assigned identity must be given before its first deployment, and may be given for metrics. */
export const BASE_ROLES = [
  { identity: "shop-id", role: "AcrPull", scope: "registry" },
  { identity: "shop-id", role: "Storage Blob Data Reader", scope: "storage" },
  { identity: "shop-id", role: "AzureML Metrics Writer", scope: "workspace" },
];

export const STORES = {
  connections: { openai: { category: "AzureOpenAI", credentials: { key: "value-of-key" } } },
  vaults: { "prod-kv": { db: { "1": "value-of-db" } } },
};

export const IDENTITIES = { "shop-id": { resourceId: RESOURCE_ID } };

const CONNECTION_LINE = "  OPENAI_KEY: ${{azureml://connections/openai/credentials/key}}\n";
const VAULT_LINE = "  DB: ${{keyvault:https://prod-kv.vault.azure.net/secrets/db/1}}\n";

/** What a deployment file may have after its last line. */
export const REFERENCES = {
  none: "",
  connection: `environment_variables:\n${CONNECTION_LINE}`,
  vault: `environment_variables:\n  PLAIN: text\n${VAULT_LINE}`,
  both: `environment_variables:\n${CONNECTION_LINE}${VAULT_LINE}`,
} as const;

export const SECRETS_READER = "Azure Machine Learning Workspace Connection Secrets Reader";

export interface Access {
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
  /** The identity of the endpoint `shop`. */
  readonly identity?: IdentityPlan;
  /** The variables of `shop/blue`. */
  readonly variables?: ContainerVariables;
}

/** A stack of the fixture's folder with one deployment, `blue`, and these values in its config. */
export function readAccess(
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>>,
): { readonly spec?: StackSpec; readonly errors: readonly SpecError[] } {
  const { remove, ...source } = accessFolder(files, config);
  const { spec, errors } = readStack(source);
  remove();
  return { spec, errors };
}

/** The arguments of a component with these files, which are there until `remove`. */
export function accessArgs(
  files: Readonly<Record<string, string>>,
  config: Readonly<Record<string, unknown>>,
): { readonly args: InferenceStackArgs; readonly remove: () => void } {
  const { values, file, remove } = accessFolder(files, config);
  return { args: { ...(values as unknown as InferenceStackArgs), configFile: file }, remove };
}

function accessFolder(files: Readonly<Record<string, string>>, config: Readonly<Record<string, unknown>>) {
  const folder = stackFolder({ "stacks/Pulumi.test.yaml": stackFile(config), ...files });
  const values = ownValues((parse(readFileSync(folder.file, "utf8")) as { config: Record<string, unknown> }).config);
  return { file: folder.file, values, remove: () => folder.remove() };
}

function stackFile(config: Readonly<Record<string, unknown>>): string {
  const all = { endpoints: [{ file: "../app/endpoint.yml", deployments: ["../app/blue.yml"] }], ...config };
  return JSON.stringify({
    config: Object.fromEntries(Object.entries(all).map(([key, value]) => [`mlendpoints:${key}`, value])),
  });
}

/** Identities and variables of a spec, with what is found on the way. */
export function planAccess(spec: StackSpec): Required<Access> {
  const found = new Collector();
  const identities = found.take(planIdentities(spec));
  const variables = found.take(planVariables(spec, "test", identities));
  return { ...found.findings, identity: identities.get("shop")!, variables: variables.get("shop/blue")! };
}

/** Both steps, the second only where the first finds nothing wrong. */
export function access(files: Readonly<Record<string, string>>, config: Readonly<Record<string, unknown>>): Access {
  const { spec, errors } = readAccess(files, config);
  return spec === undefined || errors.length > 0 ? { errors, warnings: [] } : planAccess(spec);
}

/** `blue.yml:14:8 SecretsInjectionError environment_variables.KEY` and what it says. */
export function told({ code, file, line, column, path: where, message, hint }: SpecError): string {
  return `${path.basename(file)}:${line}:${column} ${code} ${where}: ${message} → ${hint}`;
}

/** The same for a fault of the config, which is one line in these tests: its place says nothing, its path does. */
export function words(error: SpecError): string {
  return told(error)
    .replace(/^Pulumi\.test\.yaml:\d+:\d+ /, "")
    .replace(/\S*Pulumi\.test\.yaml/, "FILE");
}

/** The line of config that a hint asks to be added, as the value it stands for. */
export function lineOf({ hint }: SpecError): { readonly key: string; readonly value: unknown } {
  const [, key, line] = /add to mlendpoints:(\w+)[^:]*: (.*)$/.exec(hint) ?? [];
  if (key === undefined || line === undefined) {
    throw new Error(`the hint has no line of config: ${hint}`);
  }
  return { key, value: parse(line) as unknown };
}
