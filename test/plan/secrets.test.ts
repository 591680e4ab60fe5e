import crypto, { createHash } from "node:crypto";
import { mock } from "node:test";
import { inspect } from "node:util";
import { expect } from "chai";
import { formatErrors, type SpecError } from "../../input/documents/errors";
import { changedParts } from "../../plan/generation-parts";
import { SecretValues, slowDigest } from "../../plan/secret-values";
import { examineStack, type StackPlan } from "../../plan/stack-plan";
import {
  access,
  BASE_ROLES,
  BLUE,
  IDENTITIES,
  planAccess,
  RESOURCE_ID,
  readAccess,
  SECRETS_READER,
  told,
  USER_ASSIGNED,
} from "./access";

/** No value is part of a name, so that a text can be searched for them. */
const VALUES = {
  apiKey: "sk-7f3e9a51-value",
  firstKey: "first-0b1d-value",
  secondKey: "second-9c2e-value",
  vaultOld: "old-4d5a-value",
  vaultNew: "new-8e6b-value",
} as const;

const STORES = {
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

const ROLES = [
  { identity: "shop", role: SECRETS_READER, scope: "workspace" },
  { identity: "shop", role: "Key Vault Secrets User", scope: "vault/prod-kv" },
];

const CONFIG = { ...STORES, roleAssignments: ROLES };

function blueWith(variables: Readonly<Record<string, string>>): Record<string, string> {
  return { "app/blue.yml": `${BLUE}environment_variables: ${JSON.stringify(variables)}\n` };
}

function injected(reference: string, config: Readonly<Record<string, unknown>> = CONFIG): string {
  const { errors, variables } = access(blueWith({ V: reference }), config);
  expect(errors.map(told)).to.deep.equal([]);
  expect(variables?.injected.names).to.deep.equal(["V"]);
  return variables?.injected.reveal()["V"] ?? "";
}

describe("references to secrets", () => {
  const FORMS: readonly (readonly [string, string])[] = [
    ["${{azureml://connections/openai/credentials/key}}", VALUES.apiKey],
    ["${{azureml://connections/OpenAI/credentials/key}}", VALUES.apiKey],
    ["${{azureml://connections/openai/metadata/ApiType}}", "Azure"],
    ["${{azureml://connections/openai/target}}", "https://example.openai.azure.com/"],
    ["${{keyvault:https://prod-kv.vault.azure.net/secrets/db-password/v1}}", VALUES.vaultOld],
    ["${{keyvault:https://PROD-kv.vault.azure.net/secrets/DB-Password/V2}}", VALUES.vaultNew],
  ];
  for (const [reference, value] of FORMS) {
    it(`${reference} stands for its value`, () => {
      expect(injected(reference)).to.equal(value);
    });
  }

  it("to one of several keys stand for that one", () => {
    const connections = { multi: STORES.connections["multi keys"] };
    const config = { ...CONFIG, connections };
    expect(injected("${{azureml://connections/multi/credentials/SECOND_KEY}}", config)).to.equal(VALUES.secondKey);
    expect(injected("${{azureml://connections/multi/metadata/REGION}}", config)).to.equal("eastus");
  });

  it("to a whole connection stand for what List Secrets answers", () => {
    expect(JSON.parse(injected("${{azureml://connections/openai}}"))).to.deep.equal({
      id: "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/mlendpoints/providers/Microsoft.MachineLearningServices/workspaces/test/connections/openai",
      name: "openai",
      type: "Microsoft.MachineLearningServices/workspaces/connections",
      properties: {
        authType: "ApiKey",
        category: "AzureOpenAI",
        credentials: { key: VALUES.apiKey },
        expiryTime: null,
        isSharedToAll: false,
        metadata: { ApiType: "Azure" },
        sharedUserList: [],
        target: "https://example.openai.azure.com/",
      },
    });
    const multi = { ...CONFIG, connections: { multi: STORES.connections["multi keys"] } };
    expect(JSON.parse(injected("${{azureml://connections/multi}}", multi)).properties).to.deep.include({
      authType: "CustomKeys",
      credentials: { keys: { FIRST_KEY: VALUES.firstKey, SECOND_KEY: VALUES.secondKey } },
    });
  });

  it("to a whole connection are the same text whatever the order in the config", () => {
    const turn = (map: object): object => Object.fromEntries(Object.entries(map).reverse());
    const multi = { ...STORES.connections["multi keys"], metadata: { REGION: "eastus", APP: "shop" } };
    const keys = turn(multi.credentials.keys);
    const turned = turn({ ...multi, credentials: { keys }, metadata: turn(multi.metadata) });
    const reference = "${{azureml://connections/multi}}";
    expect(injected(reference, { ...CONFIG, connections: { multi: turned } })).to.equal(
      injected(reference, { ...CONFIG, connections: { multi } }),
    );
  });

  it("leave the other variables as they are written", () => {
    const { variables } = access(
      blueWith({
        PLAIN: "text",
        KEY: "${{azureml://connections/openai/credentials/key}}",
        constructor: "1",
        EMPTY: "",
      }),
      CONFIG,
    );
    expect(variables?.plain).to.deep.equal({ PLAIN: "text", constructor: "1", EMPTY: "" });
    expect(variables?.injected.names).to.deep.equal(["KEY"]);
  });

  it("come with the client id of a user-assigned identity", () => {
    const identities = { "shop-id": { resourceId: RESOURCE_ID, clientId: "11-22" } };
    const roleAssignments = [...BASE_ROLES, { ...ROLES[0], identity: "shop-id" }];
    const key = { KEY: "${{azureml://connections/openai/credentials/key}}" };
    const files = { "app/endpoint.yml": USER_ASSIGNED };
    const plan = (variables: Readonly<Record<string, string>>) =>
      access({ ...files, ...blueWith(variables) }, { ...CONFIG, identities, roleAssignments });
    expect(plan(key).errors).to.deep.equal([]);
    expect(plan(key).variables?.plain).to.deep.equal({ AZURE_CLIENT_ID: "11-22" });
    const referred = plan({ AZURE_CLIENT_ID: key.KEY });
    expect(referred.variables?.plain).to.deep.equal({});
    expect(referred.variables?.injected.names).to.deep.equal(["AZURE_CLIENT_ID"]);
    expect(access(files, { identities: IDENTITIES, roleAssignments: BASE_ROLES }).variables?.plain).to.deep.equal({});
  });
});

describe("what cannot be injected", () => {
  const set = (path: string) => `correct the reference, or add the value: pulumi config set --secret --path '${path}'`;
  /** Reference, what is said of it, what is allowed and what to do. */
  const FAULTS: readonly (readonly [string, string, string, string])[] = [
    [
      "azureml://connections/opnai/target",
      "the workspace has no connection 'opnai'",
      "openai, multi keys, plain",
      "did you mean 'openai'?",
    ],
    [
      "azureml://connections/search-eu",
      "the workspace has no connection 'search-eu'",
      "openai, multi keys, plain",
      set('mlendpoints:connections["search-eu"].credentials.key'),
    ],
    [
      "azureml://connections/openai/credentials/kye",
      "the connection 'openai' has no credential 'kye'",
      "key",
      "did you mean 'key'?",
    ],
    [
      "azureml://connections/openai/credentials/KEY2",
      "the connection 'openai' has no credential 'KEY2'",
      "key",
      "did you mean 'key'?",
    ],
    [
      "azureml://connections/plain/credentials/password",
      "the connection 'plain' has no credential 'password'",
      "no name: there are no credentials",
      set("mlendpoints:connections.plain.credentials.password"),
    ],
    [
      "azureml://connections/openai/metadata/apitype",
      "the connection 'openai' has no metadata 'apitype'",
      "ApiType",
      "did you mean 'ApiType'?",
    ],
    [
      "azureml://connections/plain/metadata/REGION",
      "the connection 'plain' has no metadata 'REGION'",
      "no name: there are no metadata",
      set("mlendpoints:connections.plain.metadata.REGION"),
    ],
    [
      "azureml://connections/openai/metadata/constructor",
      "the connection 'openai' has no metadata 'constructor'",
      "ApiType",
      set("mlendpoints:connections.openai.metadata.constructor"),
    ],
    [
      "keyvault:https://prd-kv.vault.azure.net/secrets/db-password/v1",
      "there is no key vault 'prd-kv'",
      "Prod-KV",
      "did you mean 'Prod-KV'?",
    ],
    [
      "keyvault:https://elsewhere.vault.azure.net/secrets/db-password/1",
      "there is no key vault 'elsewhere'",
      "Prod-KV",
      set('mlendpoints:vaults.elsewhere["db-password"]["1"]'),
    ],
    [
      "keyvault:https://prod-kv.vault.azure.net/secrets/dbpassword/v1",
      "the key vault 'Prod-KV' has no secret 'dbpassword'",
      "db-password",
      "did you mean 'db-password'?",
    ],
    [
      "keyvault:https://prod-kv.vault.azure.net/secrets/db-password/2024",
      "the secret 'db-password' of key vault 'Prod-KV' has no version '2024'",
      "v1, v2",
      set('mlendpoints:vaults["prod-kv"]["db-password"]["2024"]'),
    ],
  ];
  for (const [inner, message, allowed, hint] of FAULTS) {
    it(`${inner}: ${message}`, () => {
      const reference = `\${{${inner}}}`;
      const { errors, variables } = access(blueWith({ V: reference }), CONFIG);
      expect(errors).to.have.length(1);
      const { file: _file, ...error } = errors[0]!;
      expect(error).to.deep.equal({
        code: "SecretsInjectionError",
        line: 13,
        column: 29,
        path: "environment_variables.V",
        message,
        value: reference,
        allowed,
        hint,
        rule: "service",
        source: "how-to-deploy-online-endpoint-with-secret-injection",
      });
      expect(variables?.injected.names).to.deep.equal([]);
    });
  }

  it("is a target that a connection does not have", () => {
    const { errors } = access(blueWith({ V: "${{azureml://connections/plain/target}}" }), CONFIG);
    expect(errors.map(({ code, message, hint }) => `${code}: ${message} → ${hint}`)).to.deep.equal([
      "SecretsInjectionError: the connection 'plain' has no target → add the address of the service: pulumi config set --secret --path 'mlendpoints:connections.plain.target'",
    ]);
  });

  it("is what the identity may not read, with the line that grants it, beside what is not there", () => {
    const variables = {
      A: "${{azureml://connections/openai}}",
      B: "${{azureml://connections/openai/metadata/nothing}}",
      C: "${{keyvault:https://prod-kv.vault.azure.net/secrets/db-password/v1}}",
      D: "${{azureml://connections/nothing}}",
    };
    const found = access(blueWith(variables), { ...STORES, roleAssignments: ROLES.slice(1) });
    expect(found.errors.map(({ code, path, message }) => `${code} ${path} ${message}`)).to.have.members([
      `SecretsInjectionError environment_variables.A the identity of endpoint 'shop' may not read the connection 'openai': it has no ${SECRETS_READER} on connection/openai`,
      `SecretsInjectionError environment_variables.B the identity of endpoint 'shop' may not read the connection 'openai': it has no ${SECRETS_READER} on connection/openai`,
      "SecretsInjectionError environment_variables.B the connection 'openai' has no metadata 'nothing'",
      "SecretsInjectionError environment_variables.D the workspace has no connection 'nothing'",
    ]);
    expect(found.variables?.injected.reveal()).to.deep.equal({ C: VALUES.vaultOld });
  });

  it("is a connection whose credentials are of another kind than it says", () => {
    const of = (connection: object) =>
      access({}, { connections: { x: connection } }).errors.map(
        ({ code, path, message }) => `${code} ${path}: ${message}`,
      );
    const rows: readonly (readonly [object, string | undefined])[] = [
      [{ credentials: { key: "k" } }, undefined],
      [{ authType: "CustomKeys", credentials: { keys: { a: "k" } } }, undefined],
      [{ authType: "AAD" }, undefined],
      [{ credentials: { keys: { a: "k" } } }, "keys: a connection with authType ApiKey has 'key' as its credentials"],
      [
        { authType: "CustomKeys", credentials: { key: "k" } },
        "key: a connection with authType CustomKeys has 'keys' as its credentials",
      ],
      [{ authType: "AAD", credentials: { key: "k" } }, "key: a connection with authType AAD has no credentials"],
    ];
    for (const [connection, words] of rows) {
      expect(of(connection)).to.deep.equal(
        words === undefined ? [] : [`InvalidValue connections.x.credentials.${words}`],
      );
    }
  });
});

describe("the values of secrets", () => {
  const VARIABLES = {
    ALL: "${{azureml://connections/openai}}",
    KEY: "${{azureml://connections/openai/credentials/key}}",
    DB: "${{keyvault:https://prod-kv.vault.azure.net/secrets/db-password/v1}}",
  };

  function examine(
    config: Readonly<Record<string, unknown>>,
    variables = VARIABLES as Record<string, string>,
    stack = "test",
  ) {
    const { spec, errors } = readAccess(blueWith(variables), config);
    expect(errors.map(told)).to.deep.equal([]);
    return examineStack(spec!, {
      stack,
      localImages: {},
      recipes: { environment: "e", deployment: "d", router: "r" },
      now: "2026-01-01T00:00:00.000Z",
    });
  }

  function expectHidden(what: string, text: string): void {
    for (const value of Object.values(VALUES)) {
      const digests = ["sha256", "sha1", "md5"].map((name) => createHash(name).update(value).digest("hex"));
      for (const form of [
        value,
        Buffer.from(value).toString("base64"),
        ...digests.map((digest) => digest.slice(0, 8)),
      ]) {
        expect(text.includes(form), `${form} in ${what}`).to.equal(false);
      }
    }
  }

  it("do not show in a plan, however it is looked at", () => {
    const { plan, errors } = examine(CONFIG);
    expect(errors.map(told)).to.deep.equal([]);
    const deployment = plan.endpoints[0]!.deployments[0]!;
    expect(deployment.variables.injected.reveal()["KEY"]).to.equal(VALUES.apiKey);
    expectHidden("JSON", JSON.stringify(plan));
    expectHidden("inspection", inspect(plan, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity }));
    expectHidden("raw inspection", inspect(plan, { depth: Infinity, showHidden: true, customInspect: false }));
    expectHidden(
      "text",
      `${String(deployment.variables.injected)} ${Object.values(deployment.variables.injected).join()}`,
    );
    expectHidden("a copy", JSON.stringify({ ...deployment.variables.injected }));
    expect(JSON.stringify(deployment.variables)).to.equal(
      '{"plain":{},"injected":{"ALL":"[secret]","DB":"[secret]","KEY":"[secret]"}}',
    );
  });

  it("do not show in any error or warning", () => {
    const faults: SpecError[] = [];
    const wrong = [
      ...["openai", "opnai", "plain"].flatMap((name) =>
        ["", "/target", "/credentials/x", "/metadata/x"].map((part) => `\${{azureml://connections/${name}${part}}}`),
      ),
      ...["prod-kv/secrets/db-password/v9", "prod-kv/secrets/db/v1", "other-kv/secrets/db/v1"].map(
        (text) => `\${{keyvault:https://${text.replace("/", ".vault.azure.net/")}}}`,
      ),
    ];
    const variables = Object.fromEntries(wrong.map((reference, index) => [`V${index}`, reference]));
    for (const roleAssignments of [[], ROLES]) {
      const { spec, errors } = readAccess(blueWith(variables), { ...STORES, roleAssignments });
      const found = planAccess(spec!);
      faults.push(...errors, ...found.errors, ...found.warnings);
    }
    expect(faults.length).to.be.greaterThan(20);
    expectHidden("errors", formatErrors(faults) + JSON.stringify(faults));
  });

  it("do not show in the errors of a config that has them in the wrong place", () => {
    const wrong: Record<string, unknown>[] = [
      { connections: VALUES.apiKey },
      { connections: { openai: VALUES.apiKey } },
      { connections: { openai: { credentials: VALUES.apiKey } } },
      { connections: { openai: { credentials: { keys: VALUES.apiKey } } } },
      { connections: { openai: { authType: VALUES.apiKey } } },
      { connections: { openai: { authType: "AAD", credentials: { key: VALUES.apiKey } } } },
      { vaults: { kv: VALUES.vaultOld } },
      { vaults: { kv: { db: VALUES.vaultOld } } },
      { vaults: { kv: { db: { v1: [VALUES.vaultOld] } } } },
    ];
    for (const config of wrong) {
      const { errors } = access({}, config);
      expect(errors, JSON.stringify(config)).to.not.deep.equal([]);
      expectHidden(JSON.stringify(config), formatErrors(errors) + JSON.stringify(errors));
    }
  });

  it("make a new generation when they change, and only then", () => {
    const generation = (plan: StackPlan) => plan.endpoints[0]!.deployments[0]!.generation;
    const rotated = { ...CONFIG, vaults: { "Prod-KV": { "db-password": { v1: "another", v2: VALUES.vaultNew } } } };
    const before = generation(examine(CONFIG).plan);
    expect(generation(examine(CONFIG).plan)).to.equal(before);
    expect(generation(examine(rotated).plan)).to.not.equal(before);
    const elsewhere = { ...CONFIG, vaults: { "Prod-KV": { "db-password": { v1: VALUES.vaultOld, v2: "unused" } } } };
    expect(generation(examine(elsewhere).plan), "a version that nothing refers to").to.equal(before);
    expect(generation(examine(CONFIG, { ...VARIABLES, DB: VARIABLES.DB.replace("v1", "v2") }).plan)).to.not.equal(
      before,
    );
    const parts = (plan: StackPlan) => plan.deployed.endpoints["shop"]?.deployments["blue"]?.parts;
    expect(changedParts(parts(examine(CONFIG).plan), parts(examine(rotated).plan))).to.deep.equal(["secrets"]);
  });

  it("leave a generation without references as it was", () => {
    const { plan } = examine({ roleAssignments: [] }, { A: "b" });
    const { plan: same } = examine(CONFIG, { A: "b" });
    expect(plan.endpoints[0]!.deployments[0]!.generation).to.equal(same.endpoints[0]!.deployments[0]!.generation);
  });
});

describe("digests of secret values", () => {
  it("change with value, name and stack", () => {
    const base = slowDigest("prod")({ A: "1" });
    expect(base).to.match(/^[0-9a-f]{64}$/);
    expect(slowDigest("prod")({ A: "1" })).to.equal(base);
    expect(slowDigest("prod")({ A: "1", B: "2" })).to.not.equal(slowDigest("prod")({ A: "2", B: "1" }));
    const shared = slowDigest("prod");
    expect(shared({ A: "1" }), "the same value under another name").to.not.equal(shared({ B: "1" }));
    const others = [slowDigest("prod")({ A: "2" }), slowDigest("prod")({ B: "1" }), slowDigest("dev")({ A: "1" })];
    expect(new Set([base, ...others]).size).to.equal(4);
    expect(slowDigest("prod")({ B: "2", A: "1" })).to.equal(slowDigest("prod")({ A: "1", B: "2" }));
  });

  it("are slow, and made once for equal values", () => {
    const spy = mock.method(crypto, "scryptSync");
    try {
      const digest = slowDigest("prod");
      for (let deployment = 0; deployment < 1000; deployment++) {
        digest({ KEY: "shared" });
      }
      expect(spy.mock.callCount()).to.equal(1);
      digest({ KEY: "another" });
      expect(spy.mock.callCount()).to.equal(2);
      const options = spy.mock.calls[0]?.arguments[3] as { N: number; r: number } | undefined;
      expect(options?.N).to.be.at.least(2 ** 14);
      expect(options?.r).to.be.at.least(8);
    } finally {
      spy.mock.restore();
    }
  });

  it("are not made for a deployment without secrets", () => {
    const values = new SecretValues({}, () => expect.fail("nothing to digest"));
    expect(values.digest()).to.equal(undefined);
  });

  it("stand for nothing where the engine's secrets are not known", () => {
    const known = (value: string) => new SecretValues({ A: value }, () => "").known;
    expect(known("sk-1")).to.equal(true);
    expect(known("[secret]")).to.equal(false);
    expect(known('{"credentials":{"key":"[secret]"}}')).to.equal(false);
  });
});
