import { expect } from "chai";
import { access, BASE_ROLES, IDENTITIES, RESOURCE_ID, SECRETS_READER, told, USER_ASSIGNED } from "./access";
import { blueWith, CONFIG, ROLES, STORES, VALUES } from "./stores";

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
  const set = (path: string) =>
    `correct the reference, or add the value: engine/pulumi.sh config set --stack test --secret --path '${path}'`;
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
      "SecretsInjectionError: the connection 'plain' has no target → add the address of the service: engine/pulumi.sh config set --stack test --secret --path 'mlendpoints:connections.plain.target'",
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
