import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { type OtherFile, type OtherKind, recogniseOther } from "../../../input/azure/legacy";
import { migrationSteps, suggestedSize } from "../../../input/azure/tables/v1-fields";
import { parseYaml } from "../../../input/documents/document";
import { runs } from "../../support/effort";
import { corpusCases, mainFile } from "./corpus";

function recognise(text: string): OtherFile | undefined {
  const { value: document, findings } = parseYaml("other.yml", text);
  expect(findings.errors).to.deep.equal([]);
  return recogniseOther(document?.value);
}

const BATCH_SCHEMA = "$schema: https://azuremlschemas.azureedge.net/latest/batchDeployment.schema.json\n";

const OTHERS: readonly [string, OtherKind, string][] = [
  ["a v1 inference configuration", "v1-inference-config", '{"entryScript": "score.py", "sourceDirectory": null}'],
  [
    "a v1 inference configuration of old",
    "v1-inference-config",
    "entryScript: score.py\nruntime: python\ncondaFile: env.yml\nextraDockerfileSteps:\nsourceDirectory: .\nenableGpu: False\nbaseImage:\n",
  ],
  [
    "a v1 inference configuration in snake case",
    "v1-inference-config",
    "entry_script: score.py\nsource_directory: src\nenvironment: {name: env, python: {}, docker: {}}\n",
  ],
  [
    "an ACI configuration",
    "v1-deployment-config",
    "computeType: ACI\ncontainerResourceRequirements: {cpu: 0.5, memoryInGB: 1.0}\nauthEnabled: true\n",
  ],
  ["an ACI configuration of one key", "v1-deployment-config", "computeType: aci\n"],
  ["a local configuration", "v1-deployment-config", '{"computeType": "local", "port": 32267}'],
  [
    "an AKS configuration without its type",
    "v1-deployment-config",
    "autoScaler: {autoscaleEnabled: true, minReplicas: 1, maxReplicas: 3}\nscoringTimeoutMs: 5000\n",
  ],
  [
    "a v1 configuration in snake case",
    "v1-deployment-config",
    "compute_type: aks\nauth_enabled: true\napp_insights_enabled: true\ncpu_cores: 1\nmemory_gb: 2\n",
  ],
  [
    "a batch endpoint",
    "batch-endpoint",
    "name: mnist\nauth_mode: aad_token\ndefaults:\n  deployment_name: torch\ntags: {a: b}\n",
  ],
  [
    "a batch deployment",
    "batch-deployment",
    "name: torch\nendpoint_name: mnist\ntype: model\nmodel: {path: model}\ncode_configuration: {code: code, scoring_script: driver.py}\nenvironment: {image: x, conda_file: c.yml}\ncompute: azureml:cluster\nresources: {instance_count: 2}\nsettings: {mini_batch_size: 10}\n",
  ],
  [
    "a batch deployment of old",
    "batch-deployment",
    "name: x\nendpoint_name: y\nmodel: azureml:m@latest\ncompute: azureml:c\nmini_batch_size: 2\noutput_action: append_row\nretry_settings: {max_retries: 3}\n",
  ],
  [
    "a batch deployment of a pipeline",
    "batch-deployment",
    "name: x\nendpoint_name: y\ntype: pipeline\ncomponent: azureml:hello@latest\nsettings: {default_compute: batch}\n",
  ],
  [
    "a batch deployment whose model comes later",
    "batch-deployment",
    `${BATCH_SCHEMA}name: demo\ntype: model\nresources: {instance_count: 1}\nsettings: {mini_batch_size: 1}\n`,
  ],
  [
    "a batch deployment with nothing but its compute",
    "batch-deployment",
    `${BATCH_SCHEMA}name: x\nendpoint_name: y\nmodel: azureml:m@latest\ncompute: azureml:c\n`,
  ],
  ["a command job", "job", "command: python train.py\nenvironment: azureml:e@latest\ncompute: azureml:c\n"],
  [
    "a pipeline job",
    "job",
    "type: pipeline\nname: p\njobs: {train: {type: command}}\nsettings: {default_compute: c}\n",
  ],
  [
    "a prompt flow",
    "prompt-flow",
    "inputs: {question: {type: string}}\noutputs: {answer: {type: string}}\nnodes:\n- {name: chat, type: llm}\nenvironment: {python_requirements_txt: r.txt}\n",
  ],
  ["a flex flow", "prompt-flow", "entry: flow_entry:ChatFlow\nenvironment: {image: x}\n"],
  ["a conda file", "conda", "name: env\nchannels: [conda-forge]\ndependencies:\n- python=3.12\n- pip: [numpy]\n"],
  ["a conda file of one key", "conda", "dependencies: []\n"],
  ["a model package", "model-package", "target_environment: pkg\ninferencing_server: {type: azureml_online}\n"],
  ["an environment", "environment-asset", "name: env\nversion: 1\nimage: mcr.microsoft.com/x\nconda_file: conda.yml\n"],
  ["an environment with a build", "environment-asset", "name: env\nversion: 1\nbuild: {path: docker}\n"],
  [
    "an environment with only an image",
    "environment-asset",
    "$schema: https://azuremlschemas.azureedge.net/latest/environment.schema.json\nname: env\nimage: x\n",
  ],
  ["a model", "model-asset", "name: m\nversion: 1\npath: model.pkl\n"],
  ["an MLflow model", "model-asset", "name: m\npath: model\ntype: mlflow_model\n"],
  ["an instance type", "kubernetes-object", "apiVersion: amlarc.azureml.com/v1alpha1\nkind: InstanceType\nspec: {}\n"],
];

describe("a file that is something else", () => {
  for (const [what, kind, text] of OTHERS) {
    it(`is known as ${what}`, () => {
      const other = recognise(text);
      expect(other?.kind).to.equal(kind);
      expect(other?.message).to.match(/^this is .*[^.]$/);
      expect(other?.hint).to.match(/^(write|name|put) /);
      expect(other?.source).to.match(/^[a-z][-a-z0-9]+$/);
      expect(other?.steps.length !== 0, "steps").to.equal(kind.startsWith("v1-"));
    });
  }

  it("is told how each v1 key is written now", () => {
    expect(recognise('{"entryScript": "score.py", "sourceDirectory": "src", "description": "x"}')).to.deep.equal({
      kind: "v1-inference-config",
      message: "this is an inference configuration of Azure ML v1, not an online endpoint or deployment",
      hint: "write a deployment file in its place: entryScript -> code_configuration.scoring_script; sourceDirectory -> code_configuration.code",
      source: "migrate-to-v2-deploy-endpoints",
      steps: [
        { key: "entryScript", becomes: "code_configuration.scoring_script" },
        { key: "sourceDirectory", becomes: "code_configuration.code" },
      ],
    });
  });
});

const ENDPOINT = { name: "my-endpoint", auth_mode: "key" };
const KUBERNETES_ENDPOINT = { name: "my-endpoint", compute: "azureml:cluster", auth_mode: "Key" };
const DEPLOYMENT = {
  name: "blue",
  endpoint_name: "my-endpoint",
  model: { path: "model" },
  code_configuration: { code: "src", scoring_script: "score.py" },
  environment: { image: "x", conda_file: "conda.yml" },
  instance_type: "Standard_DS3_v2",
  instance_count: 1,
};
const KUBERNETES_DEPLOYMENT = {
  name: "blue",
  type: "kubernetes",
  endpoint_name: "my-endpoint",
  model: "azureml:m:1",
  environment: "azureml:e:1",
  resources: { requests: { cpu: "1", memory: "1Gi" } },
};
const FLOW_MODEL = { name: "blue", model: { path: "flow" }, environment: { image: "x", inference_config: {} } };

/** Keys of all the other kinds, with values that fit. */
const FOREIGN: Readonly<Record<string, unknown>> = {
  entryScript: "score.py",
  entry_script: "score.py",
  computeType: "ACI",
  containerResourceRequirements: { cpu: 1, memoryInGB: 1 },
  authEnabled: true,
  numReplicas: 3,
  mini_batch_size: 1,
  output_action: "append_row",
  logging_level: "info",
  jobs: {},
  command: "python score.py",
  nodes: [],
  inputs: {},
  entry: "flow:main",
  dependencies: ["python=3.12"],
  channels: [],
  target_environment: "x",
  inferencing_server: {},
  image: "x",
  conda_file: "conda.yml",
  version: 1,
  path: "model",
  apiVersion: "v1",
  colour: "red",
};
const SCHEMAS = [
  "batchEndpoint",
  "batchDeployment",
  "environment",
  "model",
  "pipelineJob",
  "managedOnlineEndpoint",
].map((name) => `https://azuremlschemas.azureedge.net/latest/${name}.schema.json`);

describe("an online endpoint or deployment", () => {
  it("is not taken for something else by its $schema", () => {
    const bare = [{ name: "my-endpoint" }, { name: "my-endpoint", compute: "azureml:c" }, { auth_mode: "aad_token" }];
    for (const fields of [...bare, ENDPOINT, KUBERNETES_ENDPOINT, DEPLOYMENT, KUBERNETES_DEPLOYMENT, FLOW_MODEL, {}]) {
      for (const $schema of [...SCHEMAS, "http://azureml/sdk-2-0/Flow.json", 5, undefined]) {
        expect(recogniseOther({ $schema, ...fields }), JSON.stringify(fields)).to.equal(undefined);
      }
    }
  });

  it("is not taken for something else by keys that it should not have", () => {
    const file = fc.constantFrom(ENDPOINT, KUBERNETES_ENDPOINT, DEPLOYMENT);
    fc.assert(
      fc.property(
        file,
        fc.subarray(Object.keys(FOREIGN)),
        fc.option(fc.constantFrom(...SCHEMAS)),
        (fields, extra, $schema) => {
          const foreign = Object.fromEntries(extra.map((key) => [key, FOREIGN[key]]));
          expect(recogniseOther({ $schema, ...foreign, ...fields })).to.equal(undefined);
        },
      ),
      { numRuns: runs(500) },
    );
  });

  it("is known by any key that only it has", () => {
    const own =
      "traffic mirror_traffic public_network_access identity instance_type instance_count scale_settings request_settings liveness_probe readiness_probe data_collector egress_public_network_access private_network_connection model_mount_path";
    const foreign = [
      { entryScript: "score.py" },
      { computeType: "ACI" },
      { defaults: {} },
      { mini_batch_size: 1, output_action: "append_row" },
      { jobs: {} },
      { nodes: [], inputs: {} },
      { dependencies: [] },
      { image: "x", version: 1 },
      { path: "x", version: 1 },
      { target_environment: "x", inferencing_server: {} },
      { apiVersion: "v1", kind: "Pod" },
    ];
    for (const extra of foreign) {
      expect(recogniseOther(extra), JSON.stringify(extra)).to.not.equal(undefined);
      for (const key of own.split(" ")) {
        expect(recogniseOther({ ...extra, [key]: {} }), `${key} ${JSON.stringify(extra)}`).to.equal(undefined);
      }
    }
  });

  it("is not taken for something else by one such key, however short it is", () => {
    const short = [{ name: "my-endpoint" }, { name: "my-endpoint", compute: "c" }, KUBERNETES_DEPLOYMENT, FLOW_MODEL];
    for (const fields of short) {
      // A list of dependencies and a map of jobs are what they are under any name.
      for (const [key, value] of Object.entries(FOREIGN).filter(([each]) => !["dependencies", "jobs"].includes(each))) {
        const odd = { [key]: value, ...fields };
        expect(recogniseOther(odd), JSON.stringify(odd)).to.equal(undefined);
      }
    }
  });

  it("is not looked for where there is no map", () => {
    for (const value of [undefined, null, "entryScript", 1, [], [{ entryScript: "score.py" }]]) {
      expect(recogniseOther(value)).to.equal(undefined);
    }
  });

  it("is not told anything about what nobody knows", () => {
    expect(recogniseOther({ colour: "red" })).to.equal(undefined);
    expect(recogniseOther({})).to.equal(undefined);
  });
});

describe("v1 keys", () => {
  const becomes = (fields: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(migrationSteps(fields).map((step) => [step.key, step.becomes]));

  it("have a place in v2", () => {
    const aks = {
      computeType: "AKS",
      autoScaler: {},
      dataCollection: { storageEnabled: true },
      authEnabled: true,
      containerResourceRequirements: { cpu: 0.5, memoryInGB: 1.0 },
      appInsightsEnabled: false,
      scoringTimeoutMs: 1000,
      maxConcurrentRequestsPerContainer: 2,
      maxQueueWaitMs: 500,
      numReplicas: 3,
      gpuCores: 1,
      livenessProbeRequirements: {},
      tags: {},
    };
    expect(becomes(aks)).to.deep.equal({
      computeType: "a Kubernetes or a managed online endpoint",
      autoScaler: "scale_settings (Kubernetes) or autoscale settings (managed)",
      dataCollection: "data_collector",
      authEnabled: "auth_mode: key in the endpoint file",
      containerResourceRequirements: "instance_type (Azure suggests Standard_DS1_v2)",
      appInsightsEnabled: "app_insights_enabled",
      scoringTimeoutMs: "request_settings.request_timeout_ms",
      maxConcurrentRequestsPerContainer: "request_settings.max_concurrent_requests_per_instance",
      maxQueueWaitMs: "request_settings.max_queue_wait_ms",
      numReplicas: "instance_count",
      gpuCores: "instance_type (a size with GPUs)",
      livenessProbeRequirements: "liveness_probe (its keys without 'Seconds')",
    });
  });

  it("are the same in snake case and in Python's words", () => {
    expect(
      becomes({ entry_script: "s.py", conda_file: "c.yml", cpu_cores: 1, enable_app_insights: true }),
    ).to.deep.equal({
      entry_script: "code_configuration.scoring_script",
      conda_file: "environment.conda_file",
      cpu_cores: "instance_type",
      enable_app_insights: "app_insights_enabled",
    });
  });

  it("depend on their values where it matters", () => {
    expect(becomes({ authEnabled: false })["authEnabled"]).to.include("no endpoint without authentication");
    expect(becomes({ computeType: "ACI" })["computeType"]).to.equal("a managed online endpoint");
    expect(becomes({ containerResourceRequirements: { cpu: 64 } })["containerResourceRequirements"]).to.equal(
      "instance_type",
    );
  });

  it("get the VM size that Azure suggests", () => {
    const suggested: readonly [number, number, string | undefined][] = [
      [0.1, 0.5, "Standard_DS1_v2"],
      [1, 1.2, "Standard_DS1_v2"],
      [1, 1.3, "Standard_F2s_v2"],
      [2, 1.7, "Standard_F2s_v2"],
      [2, 4.7, "Standard_DS2_v2"],
      [2, 13.7, "Standard_E2s_v3"],
      [3, 1, "Standard_F4s_v2"],
      [4, 11.7, "Standard_DS3_v2"],
      [2, 16, "Standard_E4s_v3"],
      [4, 16.1, undefined],
      [5, 1, undefined],
      [0, 1, undefined],
      [Number.NaN, 1, undefined],
    ];
    for (const [cores, memory, size] of suggested) {
      expect(suggestedSize(cores, memory), `${cores} cores, ${memory} GB`).to.equal(size);
    }
  });
});

describe("the corpus", () => {
  function read(file: string): unknown {
    return parseYaml(file, readFileSync(file, "utf8")).value?.value;
  }

  it("has no endpoint or deployment that is taken for something else, and its conda files are known", () => {
    const cases = corpusCases();
    const taken = cases.flatMap((each) => {
      const other = recogniseOther(read(mainFile(each)));
      return other === undefined ? [] : [`${each.id}: ${other.kind}`];
    });
    expect(taken).to.deep.equal([]);
    const conda = cases.flatMap(({ folder, files }) =>
      files.filter((file) => /(^|\/)conda[^/]*\.ya?ml$/.test(file)).map((file) => path.join(folder, file)),
    );
    expect(conda.length).to.be.greaterThan(20);
    expect(conda.filter((file) => recogniseOther(read(file))?.kind !== "conda")).to.deep.equal([]);
  });
});
