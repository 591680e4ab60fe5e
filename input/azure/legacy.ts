import { migrationSteps, type Step, v1Key } from "./tables/v1-fields";

/** Files of Azure ML that are neither online endpoints nor their deployments. */
export type OtherKind =
  | "v1-inference-config"
  | "v1-deployment-config"
  | "batch-endpoint"
  | "batch-deployment"
  | "job"
  | "prompt-flow"
  | "conda"
  | "environment-asset"
  | "model-asset"
  | "model-package"
  | "kubernetes-object";

/** What a file is instead, in the words of a `SpecError` about the whole file. */
export interface OtherFile {
  readonly kind: OtherKind;
  readonly message: string;
  readonly hint: string;
  /** Azure document that describes such files, or the way out of them. */
  readonly source: string;
  /** For v1 files: what becomes of each key that the file has. */
  readonly steps: readonly Step[];
}

type Fields = Readonly<Record<string, unknown>>;

/** How a kind is told by its keys. */
interface Signs {
  readonly kind: OtherKind;
  readonly recognise: (fields: Fields) => boolean;
  readonly message: string;
  readonly hint: string;
  readonly source: string;
}

/** Keys that only an online endpoint or deployment has. One of them, and the file is a faulty one of those. */
const ONLINE_ONLY = [
  "traffic",
  "mirror_traffic",
  "public_network_access",
  "identity",
  "instance_type",
  "instance_count",
  "scale_settings",
  "request_settings",
  "liveness_probe",
  "readiness_probe",
  "app_insights_enabled",
  "data_collector",
  "egress_public_network_access",
  "private_network_connection",
  "model_mount_path",
] as const;

/** Keys that an online file shares with a batch file, but with none of the other kinds. */
const ENDPOINT_OR_DEPLOYMENT = [...ONLINE_ONLY, "auth_mode", "endpoint_name", "code_configuration", "model"] as const;

/** A v1 file has no name. Its `appInsightsEnabled` in snake case is a key of v2 as well. */
const NOT_V1 = ["name", ...ENDPOINT_OR_DEPLOYMENT.filter((key) => key !== "app_insights_enabled")];

const BATCH_DEPLOYMENT_KEYS = [
  "component",
  "job_definition",
  "settings",
  "mini_batch_size",
  "max_concurrency_per_instance",
  "output_action",
  "output_file_name",
  "retry_settings",
  "error_threshold",
  "logging_level",
] as const;

const V1_DEPLOYMENT_KEYS = [
  "containerResourceRequirements",
  "autoScaler",
  "authEnabled",
  "tokenAuthEnabled",
  "sslEnabled",
  "appInsightsEnabled",
  "enableAppInsights",
  "dnsNameLabel",
  "dataCollection",
  "collectModelData",
  "scoringTimeoutMs",
  "maxConcurrentRequestsPerContainer",
  "replicaMaxConcurrentRequests",
  "maxQueueWaitMs",
  "maxRequestWaitTime",
  "numReplicas",
  "livenessProbeRequirements",
  "cpuCores",
  "memoryGb",
  "memoryInGB",
  "gpuCores",
  "autoscaleEnabled",
  "autoscaleMinReplicas",
  "autoscaleMaxReplicas",
  "autoscaleTargetUtilization",
] as const;

/** `$schema` is informational to Azure: it may tip the scales for keys that no online file has, never decide alone. */
const KINDS: readonly Signs[] = [
  {
    kind: "v1-inference-config",
    recognise: (fields) => hasV1(fields, "entryScript") && !has(fields, ...NOT_V1),
    message: "this is an inference configuration of Azure ML v1, not an online endpoint or deployment",
    hint: "write a deployment file in its place",
    source: "migrate-to-v2-deploy-endpoints",
  },
  {
    kind: "v1-deployment-config",
    recognise: (fields) =>
      (/^(aci|aks|aksendpoint|local)$/i.test(String(v1Value(fields, "computeType"))) ||
        V1_DEPLOYMENT_KEYS.filter((key) => hasV1(fields, key)).length >= 2) &&
      !has(fields, ...NOT_V1),
    message: "this is a deployment configuration of an Azure ML v1 web service, not an online endpoint or deployment",
    hint: "write an endpoint file and a deployment file in its place",
    source: "migrate-to-v2-managed-online-endpoints",
  },
  {
    kind: "batch-endpoint",
    recognise: (fields) =>
      isMap(fields["defaults"]) &&
      /^aad_?token$/i.test(String(fields["auth_mode"] ?? "aad_token")) &&
      !has(fields, "endpoint_name", "compute", ...ONLINE_ONLY),
    message: "this is a batch endpoint, not an online endpoint",
    hint: "name an online endpoint; batch endpoints are not carried out",
    source: "reference-yaml-endpoint-batch",
  },
  {
    kind: "job",
    recognise: (fields) =>
      (isMap(fields["jobs"]) || count(fields, ["command", "environment", "experiment_name", "component"]) >= 2) &&
      !has(fields, ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is a job, a pipeline or one of their components, not an online endpoint or deployment",
    hint: "name the file of an online endpoint or deployment here",
    source: "reference-yaml-overview",
  },
  {
    kind: "batch-deployment",
    recognise: (fields) =>
      isBatchDeployment(fields) &&
      !["managed", "kubernetes"].includes(String(fields["type"]).toLowerCase()) &&
      !has(fields, "auth_mode", "inputs", "outputs", ...ONLINE_ONLY),
    message: "this is a batch deployment, not an online deployment",
    hint: "name an online deployment; batch deployments are not carried out",
    source: "reference-yaml-deployment-batch",
  },
  {
    kind: "prompt-flow",
    recognise: (fields) =>
      ((Array.isArray(fields["nodes"]) && has(fields, "inputs", "outputs")) ||
        (/^[\w.]+:\w+$/.test(String(fields["entry"])) && !has(fields, "name"))) &&
      !has(fields, ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is a prompt flow, not an online endpoint or deployment",
    hint: "name a deployment whose model.path is the folder of the flow",
    source: "how-to-deploy-to-code",
  },
  {
    kind: "conda",
    recognise: (fields) => Array.isArray(fields["dependencies"]) && !has(fields, ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is a conda file, not an online endpoint or deployment",
    hint: "name it as environment.conda_file of a deployment",
    source: "reference-yaml-deployment-managed-online",
  },
  {
    kind: "model-package",
    recognise: (fields) =>
      count(fields, ["inferencing_server", "base_environment_source", "target_environment", "model_configuration"]) >=
        2 && !has(fields, ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is a model package, not an online endpoint or deployment",
    hint: "name a deployment with the model and an environment of its own; packages are not carried out",
    source: "how-to-package-models",
  },
  {
    kind: "environment-asset",
    recognise: (fields) =>
      has(fields, "image", "build", "conda_file") &&
      count(fields, ["image", "build", "conda_file", "version", "inference_config", "os_type"]) +
        schemaNames(fields, /\/environment\./i) >=
        2 &&
      !has(fields, "environment", "compute", ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is an environment, not an online endpoint or deployment",
    hint: "put its fields under 'environment' of a deployment",
    source: "reference-yaml-environment",
  },
  {
    kind: "model-asset",
    recognise: (fields) =>
      has(fields, "path") &&
      count(fields, ["path", "version", "flavors"]) +
        (/^(custom|mlflow|triton)_model$/i.test(String(fields["type"])) ? 1 : 0) +
        schemaNames(fields, /\/model\./i) >=
        2 &&
      !has(fields, "environment", "compute", ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is a model, not an online endpoint or deployment",
    hint: "put its fields under 'model' of a deployment",
    source: "reference-yaml-model",
  },
  {
    kind: "kubernetes-object",
    recognise: (fields) =>
      typeof fields["apiVersion"] === "string" &&
      typeof fields["kind"] === "string" &&
      !has(fields, "name", ...ENDPOINT_OR_DEPLOYMENT),
    message: "this is an object of Kubernetes, not an online endpoint or deployment",
    hint: "name the file of an online endpoint or deployment here",
    source: "how-to-manage-kubernetes-instance-types",
  },
];

/**
 * Says what a file is that cannot be an online endpoint or deployment. Only its keys decide: a file that has a key of its
 * own kind of endpoint or deployment is never taken for another, whatever else it holds.
 *
 * @returns undefined for an online endpoint or deployment, for one with faults, and for what nobody knows
 */
export function recogniseOther(value: unknown): OtherFile | undefined {
  const signs = isMap(value) ? KINDS.find(({ recognise }) => recognise(value)) : undefined;
  if (signs === undefined || !isMap(value)) {
    return undefined;
  }
  const { kind, message, hint, source } = signs;
  const steps = kind === "v1-inference-config" || kind === "v1-deployment-config" ? migrationSteps(value) : [];
  const list = steps.map(({ key, becomes }) => `${key} -> ${becomes}`).join("; ");
  return { kind, message, hint: list === "" ? hint : `${hint}: ${list}`, source, steps };
}

function isMap(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether one of the keys is there; `key:` without a value counts, because somebody wrote it. */
function has(fields: Fields, ...keys: readonly string[]): boolean {
  return keys.some((key) => Object.hasOwn(fields, key));
}

function count(fields: Fields, keys: readonly string[]): number {
  return keys.filter((key) => has(fields, key)).length;
}

function schemaNames(fields: Fields, pattern: RegExp): number {
  return pattern.test(String(fields["$schema"])) ? 1 : 0;
}

/** Two keys of its own; or one, where the file says what it runs: a Kubernetes online endpoint has `compute` too. */
function isBatchDeployment(fields: Fields): boolean {
  const own = count(fields, BATCH_DEPLOYMENT_KEYS);
  const keys = own + count(fields, ["compute"]);
  const typed = /^(model|pipeline)$/i.test(String(fields["type"]));
  const runs = typed || has(fields, "model", "component", "job_definition");
  const signs = keys + (typed ? 1 : 0) + schemaNames(fields, /batchDeployment/i);
  return own >= 2 || (runs && keys > 0 && signs >= 2);
}

function hasV1(fields: Fields, key: string): boolean {
  return v1Key(fields, key) !== undefined;
}

function v1Value(fields: Fields, key: string): unknown {
  return fields[v1Key(fields, key) ?? ""];
}
