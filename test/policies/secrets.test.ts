import { randomBytes } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { bitsPerCharacter, secretKind } from "../../policies/secret-forms";
import { plainSecretInEnvironment } from "../../policies/secrets";

const ENTROPY = 3.5;

/** Text of some length out of an alphabet, always the same: no real key stands in this file. */
function made(length: number, alphabet = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7"): string {
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + (index >> 2)) % alphabet.length]).join("");
}

const LETTERS = made(200);
const BASE64 = made(86, "aB3dE6g+9jK2mN/pQ8sT1vW4yZ7");

/** Keys of well-known services, put together here so that no scanner of repositories finds one. */
const SECRETS: readonly (readonly [string, string])[] = [
  ["a private key", `-----BEGIN ${"RSA "}PRIVATE KEY-----\nMIIE`],
  ["a private key", `-----BEGIN ${"OPENSSH "}PRIVATE KEY-----`],
  ["a private key", `-----BEGIN ${""}PRIVATE KEY-----`],
  [
    "a connection string with a key",
    `DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=${BASE64}==;EndpointSuffix=core.windows.net`,
  ],
  [
    "a connection string with a key",
    `Endpoint=sb://shop.servicebus.windows.net/;SharedAccessKey=${BASE64.slice(0, 43)}=`,
  ],
  ["a connection string with a password", "Server=db;Database=shop;User Id=app;Password=hunter2;"],
  [
    "an Azure shared access signature",
    `https://shop.blob.core.windows.net/a?sv=2024-01-01&sp=r&sig=${LETTERS.slice(0, 40)}%3D`,
  ],
  ["an Azure storage account key", `${BASE64}==`],
  ["an Entra client secret", `${made(3)}8Q~${made(34)}`],
  ["an AWS access key", `AKIA${made(16, "ABCDEFGHIJKLMNOP234567")}`],
  ["a GitHub token", `ghp_${made(36)}`],
  ["a GitHub token", `github_pat_${made(22)}_${made(59)}`],
  ["a GitLab token", `glpat-${made(20)}`],
  ["a Slack token", `xoxb-${made(12, "0123456789")}-${made(24)}`],
  ["a Slack token", `https://hooks.slack.com/services/${made(9)}/${made(9)}/${made(24)}`],
  ["an OpenAI or Anthropic key", `sk-${made(48)}`],
  ["an OpenAI or Anthropic key", `sk-proj-${made(48)}`],
  ["an OpenAI or Anthropic key", `sk-ant-api03-${made(48)}`],
  ["a Hugging Face token", `hf_${made(34)}`],
  ["a Google API key", `AIza${made(35)}`],
  ["an npm token", `npm_${made(36)}`],
  ["a PyPI token", `pypi-AgEI${made(60)}`],
  ["a JSON web token", `eyJ${made(30)}.eyJ${made(60)}.${made(43)}`],
  ["an address with a password", "postgres://app:hunter2@db:5432/shop"],
  ["a value that looks like a key", made(32, "0123456789abcdef")],
  ["a value that looks like a key", made(40)],
];

/** What stands in the environment of ordinary deployments. */
const ORDINARY: Readonly<Record<string, string>> = {
  WORKER_COUNT: "4",
  LOG_LEVEL: "debug",
  AZUREML_MODEL_DIR: "/var/azureml-app/azureml-models/diabetes/1",
  MODEL_BASE_PATH: "/var/azureml-app/azureml-models/tfserving-mounted/1/half_plus_two",
  MODEL_NAME: "sentence-transformers/all-MiniLM-L6-v2",
  HF_MODEL: "meta-llama/Llama-3.2-11B-Vision-Instruct",
  OPENAI_API_BASE: "https://shop-openai-swedencentral.openai.azure.com/",
  OPENAI_API_VERSION: "2024-05-01-preview",
  DEPLOYMENT: "gpt4oMini20240718GlobalStandard",
  AZURE_CLIENT_ID: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
  TENANT: "72f988bf-86f1-41af-91ab-2d7cd011db47",
  SUBSCRIPTION:
    "/subscriptions/7f951dda-4ed3-4680-a7ca-43fe172d538d/resourceGroups/rgMachineLearningWestEurope01/providers/Microsoft.Storage",
  APPINSIGHTS:
    "InstrumentationKey=7f951dda-4ed3-4680-a7ca-43fe172d538d;IngestionEndpoint=https://westeurope-5.in.example.com/",
  MODEL_SHA256: made(64, "0123456789abcdef"),
  GIT_COMMIT: made(40, "0123456789abcdef"),
  IMAGE_DIGEST: `sha256:${made(64, "0123456789abcdef")}`,
  MAX_TOKENS: "4096",
  TOKEN_LIMIT: "512",
  USE_TOKEN: "true",
  TOKENIZERS_PARALLELISM: "false",
  SECRET_NAME: "openai-key",
  PASSWORD_FILE: "/run/secrets/password",
  TOKEN_PROVIDER_URL: "https://login.microsoftonline.com",
  API_KEY_HEADER: "x-api-key",
  KEY_VAULT_URL: "https://shop.vault.azure.net",
  MONKEY: "banana",
  PASSWORD: "",
  API_KEY: "${{azureml://connections/openai/credentials/key}}",
  DB_PASSWORD: " ${{keyvault:https://shop.vault.azure.net/secrets/db/0123456789abcdef0123456789abcdef}} ",
  KV_SECRET_MULTIPLIER: "multiplier@https://shop.vault.azure.net",
  PROMPTFLOW_TOKEN: "@Microsoft.KeyVault(SecretUri=https://shop.vault.azure.net/secrets/token)",
  PARTITION_KEY: "customer",
  INSTANCE_TYPE: "Standard_NC24ads_A100_v4",
  STARTED: "2026-01-27T14:15:16.123456Z",
  LANGUAGES: "de,en,fr,it,es,pt,nl,pl",
  PROMPT: "You are a helpful assistant. Answer in 3 sentences; never mention Section 12B of the Contract.",
  FEATURES: '{"enableStreaming": true, "maxBatchSize32": 16, "modelPath2": "models/v3/Encoder.onnx"}',
  CLASS: "AutoModelForSequenceClassificationV2WithPooling",
};

describe("plain secrets", () => {
  for (const [kind, value] of SECRETS) {
    it(`recognises ${kind}: ${value.slice(0, 6).replace(/\s/g, " ")}…`, () => {
      expect(secretKind("SETTING", value, ENTROPY)).to.equal(kind);
    });
  }

  for (const name of [
    "PASSWORD",
    "DB_PASSWORD",
    "dbPassword",
    "openai-api-key",
    "OPENAI_API_KEY",
    "HF_TOKEN",
    "CLIENT_SECRET",
    "storageAccountKey",
    "AZURE_SEARCH_KEY",
  ]) {
    it(`recognises ${name} by its name, whatever it holds`, () => {
      expect(secretKind(name, "12ab", ENTROPY)).to.include("its name tells");
    });
  }

  for (const [name, value] of Object.entries(ORDINARY)) {
    it(`lets ${name} pass`, () => {
      expect(secretKind(name, value, ENTROPY)).to.equal(undefined);
    });
  }

  it("is not fooled by text around a reference", () => {
    expect(secretKind("API_KEY", "x${{azureml://connections/openai/credentials/key}}", ENTROPY)).to.not.equal(
      undefined,
    );
  });

  it("recognises nearly every random key", () => {
    const keys = Array.from({ length: 500 }, () => randomBytes(32));
    for (const encoding of ["base64", "base64url", "hex"] as const) {
      const found = keys.filter((key) => secretKind("SETTING", key.toString(encoding), ENTROPY) !== undefined);
      // What `-` and `_` cut into short pieces is missed.
      expect(found.length, encoding).to.be.greaterThan(encoding === "base64url" ? 300 : 470);
    }
  });

  it("never shows a character of a value", () => {
    for (const [, value] of SECRETS) {
      const [message] = reported({ SETTING: value, PASSWORD: value });
      expect(message).to.include("SETTING");
      for (const piece of value.match(/\S{6,}/g) ?? []) {
        expect(message).to.not.include(piece.slice(0, 6));
      }
    }
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9!#%]{8,40}$/), (value) => {
        for (const message of reported({ PASSWORD: value })) {
          expect(message).to.not.include(value);
        }
      }),
    );
  });

  it("counts entropy in bits per character", () => {
    expect(bitsPerCharacter("")).to.equal(0);
    expect(bitsPerCharacter("aaaa")).to.equal(0);
    expect(bitsPerCharacter("abab")).to.equal(1);
    expect(bitsPerCharacter("abcdefgh")).to.equal(3);
  });
});

/** What the policy says of these variables. */
function reported(environmentVariables: Readonly<Record<string, string>>): string[] {
  const messages: string[] = [];
  const args = {
    type: "mlendpoints:index:OnlineDeployment",
    name: "x",
    urn: "urn:x",
    props: { endpoint: "shop", deployment: "blue", environmentVariables },
    getConfig: () => ({}),
  };
  const rule = plainSecretInEnvironment.validateResource as unknown as (
    args: unknown,
    report: (m: string) => void,
  ) => void;
  rule(args, (message) => messages.push(message));
  return messages;
}
