import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { fileKind } from "../../../input/azure/check-file";
import { flag, fraction, quotedFlag, whole, word } from "../../../input/azure/fields";
import { VM_SIZES, vmSizesWith } from "../../../input/azure/tables/vm-sizes";
import { parseYaml } from "../../../input/documents/document";
import { toJsonSchema } from "../../../input/editor/convert";
import { usualSpelling } from "../../../input/editor/deployment";
import { type JsonSchema, jsonSchema, SCHEMA_NAMES, type SchemaName } from "../../../input/editor/json-schema";
import { runs } from "../../support/effort";
import { newAjv, pathsOf, validator } from "./schema-support";

function parse(text: string): unknown {
  const { value: document, findings } = parseYaml("snippet.yml", text);
  expect(findings.errors).to.deep.equal([]);
  return document?.value;
}

/** Every schema that describes a value inside a value; rules about values are none. */
function* inside(schema: unknown, at: string): Generator<[string, JsonSchema]> {
  if (typeof schema !== "object" || schema === null) {
    return;
  }
  yield [at, schema as JsonSchema];
  const {
    properties,
    definitions,
    anyOf,
    additionalProperties,
    items,
    else: otherwise,
    then: so,
  } = schema as JsonSchema;
  for (const map of [properties, definitions as JsonSchema, { anyOf, additionalProperties, items, otherwise, so }]) {
    for (const [key, value] of Object.entries(map ?? {})) {
      for (const each of Array.isArray(value) ? value : [value]) {
        yield* inside(each, `${at}/${key}`);
      }
    }
  }
}

describe("JSON Schemas", () => {
  for (const name of SCHEMA_NAMES) {
    it(`${name}: is a draft-07 schema without misspelt keywords`, () => {
      const schema = jsonSchema(name);
      expect(schema.$schema).to.equal("http://json-schema.org/draft-07/schema#");
      const ajv = newAjv();
      expect(ajv.validateSchema(schema), ajv.errorsText()).to.equal(true);
      expect(() => ajv.compile(schema)).to.not.throw();
    });

    it(`${name}: says of every field what it is`, () => {
      const mute = [...inside(jsonSchema(name), "")].flatMap(([at, schema]) =>
        Object.entries(schema.properties ?? {}).flatMap(([key, field]) =>
          field === false || (field.description ?? "") !== "" ? [] : [`${at}: ${key}`],
        ),
      );
      expect(mute).to.deep.equal([]);
    });
  }

  it("accept our own examples and stacks", () => {
    const files = readdirSync("examples", { recursive: true, encoding: "utf8" })
      .filter((file) => /\.ya?ml$/i.test(file) && path.basename(file) !== "Pulumi.yaml")
      .map((file) => path.join("examples", file))
      .map((file) => ({ file, value: parse(readFileSync(file, "utf8")) as Record<string, unknown> }))
      // A conda file is somebody else's.
      .filter(({ value }) => !("dependencies" in value))
      .map(({ file, value }) => ({ file, value, name: fileKind(value) as SchemaName }));
    const stacks = readdirSync("stacks")
      .filter((file) => /^Pulumi\.(?!test-).*\.yaml$/.test(file))
      .map((file) => ({ file, name: "stack" as const, value: parse(readFileSync(path.join("stacks", file), "utf8")) }));
    expect(files.length).to.be.greaterThan(2);
    expect(stacks.length).to.be.greaterThan(0);
    for (const { file, name, value } of [...files, ...stacks]) {
      expect(pathsOf(validator(name)(value)), file).to.deep.equal([]);
    }
  });

  const MANAGED = { name: "blue", instance_type: "Standard_DS3_v2", instance_count: 1, environment: "azureml:e:1" };
  const KUBERNETES = { type: "kubernetes", name: "blue", environment: "azureml:e:1" };
  const BROKEN: readonly (readonly [SchemaName, string, object, string])[] = [
    ["endpoint", "a name with an underscore", { name: "my_endpoint" }, "name"],
    ["endpoint", "traffic in words", { name: "fraud", traffic: { blue: "all" } }, "traffic.blue"],
    [
      "endpoint",
      "a mirror on Kubernetes",
      { name: "fraud", compute: "azureml:c", mirror_traffic: { blue: 10 } },
      "mirror_traffic",
    ],
    [
      "endpoint",
      "enforcement for an identity of its own",
      {
        name: "fraud",
        identity: { type: "user_assigned", user_assigned_identities: ["/x"] },
        properties: { enforce_access_to_default_secret_stores: "enabled" },
      },
      "properties.enforce_access_to_default_secret_stores",
    ],
    ["endpoint", "mirror to two", { name: "fraud", mirror_traffic: { blue: 10, green: 10 } }, "mirror_traffic"],
    [
      "endpoint",
      "Entra tokens on Kubernetes",
      { name: "fraud", compute: "azureml:c", auth_mode: "aad_token" },
      "auth_mode",
    ],
    [
      "endpoint",
      "an identity that nobody names",
      { name: "fraud", identity: { type: "UserAssigned" } },
      "identity.user_assigned_identities",
    ],
    ["deployment", "no instances", { ...MANAGED, instance_count: undefined }, "instance_count"],
    ["deployment", "a version without a name", { ...MANAGED, model: { path: "m", version: 1 } }, "model.name"],
    ["deployment", "a remote model without a name", { ...MANAGED, model: { path: "runs:/1/m" } }, "model.name"],
    ["deployment", "a placeholder", { ...MANAGED, environment: "azureml:<NAME>:1" }, "environment"],
    [
      "deployment",
      "code without a version",
      { ...MANAGED, code_configuration: { code: "azureml:c", scoring_script: "s.py" } },
      "code_configuration.code",
    ],
    [
      "deployment",
      "no egress for MLflow",
      {
        ...MANAGED,
        environment: undefined,
        model: { path: "m", type: "MLflow_model" },
        egress_public_network_access: "Disabled",
      },
      "egress_public_network_access",
    ],
    [
      "deployment",
      "no memory on Kubernetes",
      { ...KUBERNETES, resources: { requests: { cpu: "1" } } },
      "resources.requests.memory",
    ],
    [
      "deployment",
      "no instances of type default",
      { ...KUBERNETES, scale_settings: { type: "default" } },
      "instance_count",
    ],
    [
      "deployment",
      "bounds of type default",
      { ...KUBERNETES, scale_settings: { type: "default", min_instances: 2 } },
      "scale_settings.min_instances",
    ],
    [
      "deployment",
      "a longer wait on Kubernetes",
      { ...KUBERNETES, request_settings: { request_timeout_ms: 300001 } },
      "request_settings.request_timeout_ms",
    ],
    ["deployment", "less than one instance, in quotes", { ...MANAGED, instance_count: "0" }, "instance_count"],
    [
      "deployment",
      "image and build",
      {
        ...MANAGED,
        environment: { image: "i", build: { path: "." } },
        code_configuration: { code: "c", scoring_script: "s.py" },
      },
      "environment.image",
    ],
    ["deployment", "no environment", { ...MANAGED, environment: undefined }, "environment"],
    ["deployment", "no routes", { ...MANAGED, environment: { image: "i" } }, "environment.inference_config"],
    [
      "deployment",
      "a script without its folder",
      { ...MANAGED, code_configuration: { scoring_script: "s.py" } },
      "code_configuration.code",
    ],
    [
      "deployment",
      "two successes of a liveness probe",
      { ...MANAGED, liveness_probe: { success_threshold: 2 } },
      "liveness_probe.success_threshold",
    ],
    ["deployment", "resources on managed", { ...MANAGED, resources: {} }, "resources"],
    [
      "deployment",
      "a long wait",
      { ...MANAGED, request_settings: { request_timeout_ms: 180001 } },
      "request_settings.request_timeout_ms",
    ],
    [
      "deployment",
      "target utilization on managed",
      { ...MANAGED, scale_settings: { type: "target_utilization" } },
      "scale_settings.type",
    ],
    [
      "deployment",
      "a registry on Kubernetes",
      { type: "kubernetes", name: "blue", environment: "azureml://registries/r/environments/e/versions/1" },
      "environment",
    ],
    [
      "deployment",
      "six collectors",
      {
        ...MANAGED,
        data_collector: { collections: Object.fromEntries([..."abcdef"].map((each) => [each, { enabled: true }])) },
      },
      "data_collector.collections",
    ],
    [
      "deployment",
      "half a secret",
      { ...MANAGED, environment_variables: { KEY: "${{azureml://connections/c/secret}}" } },
      "environment_variables.KEY",
    ],
    [
      "stack",
      "a key that there is not",
      { config: { "mlendpoints:endpoints": [{ file: "e.yml" }], "mlendpoints:endpoint": [] } },
      "config.mlendpoints:endpoint",
    ],
    ["stack", "no endpoints", { config: { "other:key": 1 } }, "config.mlendpoints:endpoints"],
    [
      "stack",
      "a limit that Azure does not raise",
      { config: { "mlendpoints:endpoints": [{ file: "e.yml" }], "mlendpoints:limits": { mirrorPercentMax: 60 } } },
      "config.mlendpoints:limits.mirrorPercentMax",
    ],
  ];

  for (const [name, what, value, at] of BROKEN) {
    it(`${name}: refuse ${what} at ${at}`, () => {
      const written = JSON.parse(JSON.stringify(value)) as unknown;
      expect(pathsOf(validator(name)(written))).to.include(at);
    });
  }

  it("stack: accept other namespaces, secrets where they may be, and what `pulumi config set` writes", () => {
    const secure = { secure: "v1:abc" };
    const config = {
      "aws:region": "eu-west-1",
      "mlendpoints:endpoints": [{ file: "e.yml", set: { 'resources.limits["nvidia.com/gpu"]': "1", "a[0].b": 2 } }],
      "mlendpoints:production": "true",
      "mlendpoints:vaults": secure,
      "mlendpoints:connections": { openai: { credentials: { key: secure } } },
    };
    expect(pathsOf(validator("stack")({ config, encryptionsalt: "v1:x" }))).to.deep.equal([]);
    const wrong = { config: { ...config, "mlendpoints:target": secure } };
    expect(pathsOf(validator("stack")(wrong))).to.include("config.mlendpoints:target");
  });
});

describe("forms of scalars", () => {
  const FIELDS = {
    whole: whole({ min: 1, max: 9 }),
    "whole from 0": whole({ min: 0 }),
    "any whole": whole(),
    fraction: fraction(0, 1, ""),
    flag: flag(""),
    "flag in quotes": quotedFlag(""),
    word: word(["enabled", "disabled"], ""),
    "word in snake case": word(["system_assigned", "aml_token", "none"], "", "snake"),
  };

  /** Spellings of a word: any letters large, the underscore there or not. */
  const spelling = fc
    .tuple(
      fc.constantFrom("enabled", "system_assigned", "aml_token", "none", "true", "yes", "off", "t", "0"),
      fc.nat(),
      fc.nat(3),
    )
    .map(([text, bits, kind]) => {
      const [first = "", second = ""] = text.split("_");
      const cap = (each: string): string => each.charAt(0).toUpperCase() + each.slice(1);
      const parts = kind === 0 ? [first, cap(second)] : kind === 1 ? [cap(first), cap(second)] : [first, second];
      const joined = parts.filter((part) => part !== "").join(bits % 2 === 0 ? "" : "_");
      const pick = bits % 5;
      return pick === 0
        ? joined
        : pick === 1
          ? joined.toUpperCase()
          : [...joined]
              .map((letter, index) =>
                ((bits >> (index % 30)) & 1) === 1 && kind === 3 ? letter.toUpperCase() : letter,
              )
              .join("");
    });
  const number = fc.oneof(
    fc.integer({ min: -2, max: 11 }),
    fc.double({ min: -1, max: 2, noNaN: true }),
    fc.stringMatching(/^ ?[-+]?[0-9]{1,2}(_[0-9])?(\.[05])?(e[-+]?1)? ?$/),
    fc.constantFrom("", " ", "-0", "+0", "00", "0_0", "x", "1.", ".5", null, [], {}, true),
  );

  for (const [name, field] of Object.entries(FIELDS)) {
    it(`${name}: the schema accepts what the checker accepts`, () => {
      const validate = newAjv().compile(toJsonSchema(field));
      fc.assert(
        fc.property(fc.oneof(spelling, number), (value) => {
          const accepted = field.safeParse(value).success;
          const quoted =
            typeof value === "string" && /^(whole|fraction)$/.test(name) && Number(value.replaceAll("_", "")) > 0;
          // Beyond its sign, the range of a number in quotes is one of the gaps.
          expect(validate(value), JSON.stringify(value)).to.equal(accepted || (quoted && validate(value)));
        }),
        { numRuns: runs(3000) },
      );
    });
  }

  it("complete the plain form first", () => {
    expect(toJsonSchema(FIELDS.whole).anyOf?.[0]).to.include({ type: "integer", minimum: 1, maximum: 9 });
    expect(toJsonSchema(FIELDS.word).anyOf?.[0]?.enum).to.deep.equal(["enabled", "disabled"]);
    expect(toJsonSchema(whole({ description: "seconds (default: 10)" })).default).to.equal(10);
    expect(toJsonSchema(word(["key", "aml_token"], "how (default: key)")).default).to.equal("key");
  });
});

describe("VM sizes for completion", () => {
  it("are spelt as Azure's pages spell them", () => {
    expect(["STANDARD_DS3_V2", "STANDARD_NC24ADS_A100_V4", "STANDARD_FX4MDS"].map(usualSpelling)).to.deep.equal([
      "Standard_DS3_v2",
      "Standard_NC24ads_A100_v4",
      "Standard_FX4mds",
    ]);
    expect(VM_SIZES.filter(({ name }) => vmSizesWith({}).find(usualSpelling(name)) === undefined)).to.deep.equal([]);
  });
});
