import crypto, { createHash } from "node:crypto";
import { mock } from "node:test";
import { inspect } from "node:util";
import { expect } from "chai";
import { formatErrors, type SpecError } from "../../input/documents/errors";
import { changedParts } from "../../plan/generation-parts";
import { SecretValues, slowDigest } from "../../plan/secret-values";
import { examineStack, type StackPlan } from "../../plan/stack-plan";
import { access, planAccess, readAccess, told } from "./access";
import { blueWith, CONFIG, ROLES, STORES, VALUES } from "./stores";

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
