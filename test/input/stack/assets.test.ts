import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { SpecError } from "../../../input/documents/errors";
import { ownValues } from "../../../input/stack/config";
import { readStack } from "../../../input/stack/load";
import type { DeploymentSpec } from "../../../input/stack/spec";
import { correct, stackFolder } from "../../fixtures/stack";

/** The blue deployment of a stack whose config has `added`, with lines of its file replaced. */
function blue(
  lines: Readonly<Record<string, string>>,
  added: string,
  files: Readonly<Record<string, string>> = {},
): { readonly errors: readonly SpecError[]; readonly blue?: DeploymentSpec } {
  const text = Object.entries(lines).reduce((whole, [from, to]) => whole.replace(from, to), correct("app/blue.yml"));
  const folder = stackFolder({
    "app/blue.yml": text,
    "stacks/Pulumi.test.yaml": `${correct("stacks/Pulumi.test.yaml")}${added}`,
    ...files,
  });
  try {
    const values = ownValues((parse(readFileSync(folder.file, "utf8")) as { config: Record<string, unknown> }).config);
    const { errors, spec } = readStack({ file: folder.file, values });
    return { errors, blue: spec?.endpoints[0]?.deployments.find(({ name }) => name === "blue") };
  } finally {
    folder.remove();
  }
}

const MODEL = { "model:\n  path: ./model": "model: REF" };
const MODELS = `  mlendpoints:models:
    weights:
      "1": ../app/model
      "2": { path: ../app/model/weights.txt, type: custom_model, properties: { a: b } }
      labels: { stable: 1 }
`;

function model(reference: string, added = MODELS) {
  return blue({ ...MODEL, "model: REF": `model: ${reference}` }, added);
}

describe("registered assets", () => {
  for (const [reference, version, kind] of [
    ["azureml:weights:1", "1", "directory"],
    ["azureml:weights:2", "2", "file"],
    ["azureml:weights@latest", "2", "file"],
    ["azureml:weights@stable", "1", "directory"],
    [
      "azureml:/subscriptions/0/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ws/models/weights/versions/1",
      "1",
      "directory",
    ],
  ] as const) {
    it(`are found by ${reference.slice(0, 40)}`, () => {
      const { errors, blue: deployment } = model(reference);
      expect(errors).to.deep.equal([]);
      expect(deployment?.model).to.include({ name: "weights", version });
      expect(deployment?.model?.files?.kind).to.equal(kind);
    });
  }

  it("are found in a registry", () => {
    const added = '  mlendpoints:registries: { azureml: { models: { m: { "7": ../app/model } } } }\n';
    const { errors, blue: deployment } = model("azureml://registries/azureml/models/m/versions/7", added);
    expect(errors).to.deep.equal([]);
    expect(deployment?.model).to.include({ name: "m", version: "7" });
  });

  for (const [reference, message, hint] of [
    [
      "azureml:wieghts:1",
      "refers to 'wieghts', which this stack does not have",
      "did you mean 'weights'? Or add mlendpoints:models.wieghts",
    ],
    [
      "azureml:weights:9",
      "refers to '9', which this stack does not have",
      "add it to Pulumi.test.yaml: mlendpoints:models.weights.9",
    ],
    [
      "azureml:weights@prod",
      "refers to 'prod', which this stack does not have",
      "add it to Pulumi.test.yaml: mlendpoints:models.weights.prod",
    ],
    [
      "azureml:weights@labels",
      "refers to 'labels', which this stack does not have",
      "add it to Pulumi.test.yaml: mlendpoints:models.weights.labels",
    ],
    [
      "azureml://registries/r/models/m/versions/7",
      "refers to 'm', which this stack does not have",
      "add it to Pulumi.test.yaml: mlendpoints:registries.r.models.m",
    ],
  ] as const) {
    it(`that are not there are refused where ${reference} stands`, () => {
      const { errors } = model(reference);
      expect(
        errors.map((error) => [error.code, error.line, error.column, error.path, error.message, error.hint]),
      ).to.deep.equal([["ResourceNotFound", 3, 8, "model", message, hint]]);
    });
  }

  it("with a dead label or a missing file are refused in the stack's config", () => {
    const dead = model("azureml:weights:1", MODELS.replace("stable: 1", "stable: 3"));
    expect(dead.errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([
      "ResourceNotFound models.weights.labels.stable",
    ]);
    const gone = model("azureml:weights:1", MODELS.replace('"1": ../app/model', '"1": ../app/modle'));
    expect(gone.errors.map(({ code, path, file }) => `${code} ${path} ${file.split("/").at(-1)}`)).to.deep.equal([
      "FileNotFound models.weights.1 Pulumi.test.yaml",
    ]);
  });

  it("environments come from a file of their own, or from the stack's config", () => {
    const reference = {
      "environment:\n  conda_file: ./conda.yml\n  image: example/inference:1": "environment: azureml:env@latest",
    };
    const file = blue(reference, '  mlendpoints:environments: { env: { "1": ../app/env/env.yml } }\n', {
      "app/env/env.yml": "$schema: x\nname: env\nversion: 1\nimage: example/other:2\nconda_file: ../conda.yml\n",
    });
    expect(file.errors).to.deep.equal([]);
    expect(file.blue?.environment).to.include({ image: "example/other:2" });
    expect(file.blue?.environment?.conda?.pythonMinor).to.equal("3.12");
    const inline = blue(
      reference,
      '  mlendpoints:environments: { env: { "1": { image: example/other:3, conda_file: ../app/conda.yml } } }\n',
    );
    expect(inline.errors).to.deep.equal([]);
    expect(inline.blue?.environment?.conda?.pythonMinor).to.equal("3.12");
  });

  it("code comes by reference too", () => {
    const { errors, blue: deployment } = blue(
      { "code: ./code": "code: azureml:scoring:1" },
      '  mlendpoints:code: { scoring: { "1": ../app/code } }\n',
    );
    expect(errors).to.deep.equal([]);
    expect(deployment?.code?.scoringScript).to.equal("score.py");
    const gone = blue(
      { "code: ./code": "code: azureml:scoring:1", "score.py": "none.py" },
      '  mlendpoints:code: { scoring: { "1": ../app/code } }\n',
    );
    expect(gone.errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([
      "FileNotFound code_configuration.scoring_script",
    ]);
  });
});

describe("the stack's entries", () => {
  const entry = (line: string) => ({
    "stacks/Pulumi.test.yaml": correct("stacks/Pulumi.test.yaml").replace(
      "deployments: [../app/blue.yml, ../app/green.yml]",
      `deployments:\n        - file: ../app/blue.yml\n          ${line}\n        - ../app/green.yml`,
    ),
  });

  it("change a deployment by 'set', as az … --set does", () => {
    const { errors, blue: deployment } = blue(
      {},
      "",
      entry('set: { instance_count: 3, "request_settings.request_timeout_ms": "9000", "tags.team": a }'),
    );
    expect(errors).to.deep.equal([]);
    expect(deployment).to.include({ instanceCount: 3 });
    expect(deployment?.request.timeoutMs).to.equal(9000);
    expect(deployment?.tags).to.deep.equal({ team: "a" });
  });

  it("show faults of 'set' in the stack's config", () => {
    const { errors } = blue({}, "", entry("set: { instance_count: 0, 'request_settings.timeout': 5, 'a..b': 1 }"));
    expect(
      errors.map(({ file, line, column, code, path }) => `${file.split("/").at(-1)}:${line}:${column} ${code} ${path}`),
    ).to.deep.equal([
      "Pulumi.test.yaml:6:34 InvalidValue instance_count",
      "Pulumi.test.yaml:6:37 UnknownField request_settings.timeout",
      'Pulumi.test.yaml:6:68 BadArgument endpoints[0].deployments[0].set["a..b"]',
    ]);
  });

  it("give a deployment autoscale settings", () => {
    const { errors, blue: deployment } = blue(
      {},
      "",
      entry(
        'autoscale: { min: 1, max: 4, count: 2, rules: [ { condition: "CpuUtilizationPercentage > 70 avg 5m", scale: "out 1" }, { condition: "CpuUtilizationPercentage < 25 avg 5m", scale: "in 1" } ] }',
      ),
    );
    expect(errors).to.deep.equal([]);
    expect(
      deployment?.scale.type === "default" ? deployment.scale.autoscale?.profiles[0]?.capacity : undefined,
    ).to.deep.equal({ minimum: 1, maximum: 4, default: 2 });
  });

  it("take VM sizes, limits and prices of the user's own", () => {
    const { errors, blue: deployment } = blue(
      { Standard_DS3_v2: "Standard_D4s_v9", "instance_count: 1": "instance_count: 60" },
      "  mlendpoints:vmSizes: { Standard_D4s_v9: { family: standardDSv9Family, cores: 4, memoryGib: 16 } }\n  mlendpoints:limits: { instancesPerDeployment: 80 }\n  mlendpoints:prices: { Standard_D4s_v9: 0.2 }\n  mlendpoints:quota: { families: { standarddsv9family: 600 } }\n",
    );
    expect(errors).to.deep.equal([]);
    expect(deployment?.instanceType).to.include({ cores: 4, family: "standardDSv9Family" });
  });

  it("never show what a connection holds", () => {
    const { errors } = blue(
      {},
      "  mlendpoints:connections: { openai: { credentials: { key: hunter2, kye: hunter3 }, target: 5 } }\n",
    );
    expect(errors.length).to.be.greaterThan(0);
    expect(JSON.stringify(errors)).to.not.include("hunter");
  });
});
