import { BLUE, SECRETS_READER } from "./access";

/** No value is part of a name, so that a text can be searched for them. */
export const VALUES = {
  apiKey: "sk-7f3e9a51-value",
  firstKey: "first-0b1d-value",
  secondKey: "second-9c2e-value",
  vaultOld: "old-4d5a-value",
  vaultNew: "new-8e6b-value",
} as const;

export const STORES = {
  connections: {
    openai: {
      category: "AzureOpenAI",
      target: "https://example.openai.azure.com/",
      credentials: { key: VALUES.apiKey },
      metadata: { ApiType: "Azure" },
    },
    "multi keys": {
      authType: "CustomKeys",
      target: "_",
      credentials: { keys: { FIRST_KEY: VALUES.firstKey, SECOND_KEY: VALUES.secondKey } },
      metadata: { REGION: "eastus" },
    },
    plain: { authType: "None", category: "Git" },
  },
  vaults: { "Prod-KV": { "db-password": { v1: VALUES.vaultOld, v2: VALUES.vaultNew } } },
};

export const ROLES = [
  { identity: "shop", role: SECRETS_READER, scope: "workspace" },
  { identity: "shop", role: "Key Vault Secrets User", scope: "vault/prod-kv" },
];

export const CONFIG = { ...STORES, roleAssignments: ROLES };

export function blueWith(variables: Readonly<Record<string, string>>): Record<string, string> {
  return { "app/blue.yml": `${BLUE}environment_variables: ${JSON.stringify(variables)}\n` };
}
