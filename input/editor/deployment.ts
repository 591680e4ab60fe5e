import { KubernetesDeploymentSchema, ManagedDeploymentSchema } from "../azure/deployment/schema";
import { anyCase, wordForm, wordPattern } from "../azure/forms";
import { CODE_PATTERN, NO_PLACEHOLDER, REMOTE_PATH_PATTERN } from "../azure/patterns";
import { limits } from "../azure/tables/limits";
import { VM_SIZES } from "../azure/tables/vm-sizes";
import {
  changed,
  described,
  type JsonSchema,
  onField,
  requiring,
  toJsonSchema,
  when,
  withoutProperties,
  withRules,
} from "./convert";

/** Conditions of the rules below. */
const hasCode: JsonSchema = { required: ["code_configuration"] };
const hasEnvironment: JsonSchema = { required: ["environment"] };
const modelIsRegistered: JsonSchema = { required: ["model"], properties: { model: { type: "string" } } };
const modelIsFlow: JsonSchema = {
  required: ["model"],
  properties: {
    model: {
      type: "object",
      required: ["properties"],
      properties: { properties: { type: "object", required: ["azureml.promptflow.source_flow_id"] } },
    },
  },
};

function modelHasType(...types: readonly string[]): JsonSchema {
  const type: JsonSchema = { type: "string", pattern: wordPattern(types, "lower") };
  return {
    required: ["model"],
    properties: { model: { type: "object", required: ["type"], properties: { type } } },
  };
}

/** How model, code and environment must go together (`input/azure/deployment/asset-rules.ts`). */
const assetRules: readonly JsonSchema[] = [
  ...[["model"], ["environment"], ["environment", "image"]].map((path) => onField(path, NO_PLACEHOLDER)),
  when(
    {
      not: hasCode,
      anyOf: [modelIsRegistered, modelHasType("mlflow_model", "triton_model")],
    },
    {},
    hasEnvironment,
  ),
  when(
    {
      required: ["environment"],
      properties: {
        environment: { type: "object", anyOf: [{ required: ["image"] }, { required: ["build"] }] },
        // Absent counts as custom.
        model: { type: "object", properties: { type: { pattern: wordPattern(["custom_model"], "lower") } } },
      },
      not: hasCode,
    },
    onField(["environment"], { required: ["inference_config"] }),
  ),
  when(
    {
      ...modelHasType("mlflow_model"),
      not: { anyOf: [hasCode, hasEnvironment] },
    },
    onField(["egress_public_network_access"], {
      pattern: `^(?!${anyCase("disabled")}$)`,
      patternErrorMessage:
        "must be enabled for an MLflow model without code: its packages come when the container starts",
    }),
  ),
];

/** What deployments of both kinds have beyond the fields themselves. */
function withAssetRules(schema: JsonSchema): JsonSchema {
  const model = changed(schema, ["model", "{}"], (found) =>
    withRules(requiring(found, "path"), [
      when(
        { required: ["path"], properties: { path: { type: "string", pattern: REMOTE_PATH_PATTERN } } },
        { required: ["name"] },
      ),
      when({ required: ["version"] }, { required: ["name"] }),
    ]),
  );
  const code = changed(model, ["code_configuration"], (found) => requiring(found, "code", "scoring_script"));
  const folder = changed(code, ["code_configuration", "code"], (found) => ({
    ...found,
    pattern: CODE_PATTERN,
    patternErrorMessage: "must be a folder, or azureml:<name>:<version>",
  }));
  const environment = changed(folder, ["environment", "{}"], (found) =>
    withRules(found, [when({ required: ["build"] }, { properties: { image: false } }, { required: ["image"] })]),
  );
  const collectors = changed(environment, ["data_collector", "collections"], (found) =>
    withRules(found, [collectorRule()]),
  );
  const remarks: readonly (readonly [readonly string[], string])[] = [
    [["environment"], "only MLflow and Triton models without a script can do without"],
    [
      ["environment", "{}", "inference_config"],
      "needed where there is no scoring script and no MLflow or Triton model",
    ],
    [["data_collector", "collections"], `at most ${limits.collectorsPerScript} of those`],
  ];
  return remarks.reduce((found, [path, more]) => described(found, path, more), withRules(collectors, assetRules));
}

/** 'request' and 'response' do not count. */
function collectorRule(): JsonSchema {
  const most = limits.collectorsPerScript;
  const one: JsonSchema = { anyOf: [{ required: ["request"] }, { required: ["response"] }] };
  return when(
    { required: ["request", "response"] },
    { maxProperties: most + 2 },
    when(one, { maxProperties: most + 1 }, { maxProperties: most }),
  );
}

function timeoutAtMost(milliseconds: number): JsonSchema {
  return onField(["request_settings", "request_timeout_ms"], { maximum: milliseconds });
}

export function managedDeployment(): JsonSchema {
  const schema = withAssetRules(requiring(toJsonSchema(ManagedDeploymentSchema), "instance_count"));
  const scaled = changed(schema, ["scale_settings"], (settings) => ({
    ...settings,
    properties: {
      type: { ...wordForm(["default"], "snake"), description: "managed deployments scale by autoscale settings" },
    },
  }));
  const sized = changed(scaled, ["instance_type"], (type) => ({ ...type, defaultSnippets: vmSizes() }));
  const queued = changed(sized, ["request_settings", "max_queue_wait_ms"], (wait) => ({
    ...wait,
    deprecationMessage: "deprecated on managed endpoints: raise request_timeout_ms instead",
  }));
  return withRules(queued, [
    onField(["instance_type"], NO_PLACEHOLDER),
    when(modelIsFlow, timeoutAtMost(limits.requestTimeoutMsPromptFlow), timeoutAtMost(limits.requestTimeoutMsManaged)),
  ]);
}

/** Completed, not enforced: a stack can add sizes of its own. */
function vmSizes(): readonly JsonSchema[] {
  return VM_SIZES.map(({ name, cores, memoryGiB, gpus, gpuModel }) => ({
    label: usualSpelling(name),
    description: `${cores} vCPU, ${memoryGiB} GiB${gpus > 0 ? `, ${gpuModel}` : ""}`,
    body: usualSpelling(name),
  }));
}

/** Names as Azure's pages write them: `Standard_NC24ads_A100_v4`. */
export function usualSpelling(size: string): string {
  return size
    .replace(
      /^STANDARD_([A-Z]+\d+)([A-Z]*)/,
      (_, head: string, tail: string) => `Standard_${head}${tail.toLowerCase()}`,
    )
    .replace(/_V(\d)$/, "_v$1");
}

const NOT_A_REGISTRY: JsonSchema = {
  pattern: "^(?!azureml://registries/)",
  patternErrorMessage: "a Kubernetes deployment cannot refer to a registry",
};

const TARGET_ONLY = ["min_instances", "max_instances", "target_utilization_percentage", "polling_interval"];

const scalesByDefault: JsonSchema = {
  required: ["type"],
  properties: { type: { type: "string", pattern: wordPattern(["default"], "snake") } },
};

export function kubernetesDeployment(): JsonSchema {
  const schema = withAssetRules(toJsonSchema(KubernetesDeploymentSchema));
  const resources = changed(schema, ["resources"], (found) => requiring(found, "requests"));
  const requests = changed(resources, ["resources", "requests"], (found) =>
    requiring(withoutProperties(found, ["nvidia.com/gpu"]), "cpu", "memory"),
  );
  const counted = described(requests, ["instance_count"], "needed with scale_settings of type default");
  const scaled = changed(counted, ["scale_settings"], (settings) =>
    withRules(settings, [
      when(scalesByDefault, { properties: Object.fromEntries(TARGET_ONLY.map((name) => [name, false])) }),
    ]),
  );
  return withRules(scaled, [
    timeoutAtMost(limits.requestTimeoutMsKubernetes),
    ...[["model"], ["environment"], ["code_configuration", "code"]].map((path) => onField(path, NOT_A_REGISTRY)),
    when(
      { required: ["scale_settings"], properties: { scale_settings: { type: "object", ...scalesByDefault } } },
      { required: ["instance_count"] },
    ),
  ]);
}

/** A deployment file of either kind: `type: kubernetes` tells which, and only in this spelling. */
export function deploymentDocument(): JsonSchema {
  return {
    type: "object",
    ...when(
      { required: ["type"], properties: { type: { const: "kubernetes" } } },
      { $ref: "#/definitions/kubernetes" },
      { $ref: "#/definitions/managed" },
    ),
    definitions: {
      managed: { title: "managed online deployment", ...managedDeployment() },
      kubernetes: { title: "Kubernetes online deployment", ...kubernetesDeployment() },
    },
  };
}
