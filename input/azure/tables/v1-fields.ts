/** What becomes of one key of an Azure ML v1 file. */
export interface Step {
  /** As the file writes it. */
  readonly key: string;
  /** The v2 key, or what else to do. */
  readonly becomes: string;
}

/**
 * v1 keys and their v2 places. Of each line the first is the JSON key, the others are the same thing in other spellings of
 * azureml-core. Case and underscores do not count: `authEnabled` is also `auth_enabled`.
 */
const FIELDS: readonly { readonly keys: readonly string[]; readonly becomes: string }[] = [
  { keys: ["entryScript"], becomes: "code_configuration.scoring_script" },
  { keys: ["sourceDirectory"], becomes: "code_configuration.code" },
  { keys: ["condaFile"], becomes: "environment.conda_file" },
  {
    keys: ["environment"],
    becomes:
      "environment (docker.baseImage -> image, python.condaDependencies -> a file named by conda_file) and environment_variables",
  },
  { keys: ["runtime"], becomes: "the Python version in the conda file" },
  { keys: ["baseImage"], becomes: "environment.image" },
  { keys: ["baseImageRegistry"], becomes: "the first part of environment.image" },
  { keys: ["extraDockerFileSteps"], becomes: "environment.build (a Dockerfile)" },
  { keys: ["enableGpu", "cudaVersion", "gpuCores"], becomes: "instance_type (a size with GPUs)" },

  { keys: ["computeType"], becomes: "the kind of endpoint" },
  { keys: ["containerResourceRequirements", "cpuCores", "memoryInGB", "memoryGb"], becomes: "instance_type" },
  { keys: ["numReplicas"], becomes: "instance_count" },
  {
    keys: [
      "autoScaler",
      "autoscaleEnabled",
      "autoscaleMinReplicas",
      "autoscaleMaxReplicas",
      "autoscaleRefreshSeconds",
      "autoscaleTargetUtilization",
    ],
    becomes: "scale_settings (Kubernetes) or autoscale settings (managed)",
  },
  { keys: ["authEnabled"], becomes: "auth_mode: key in the endpoint file" },
  { keys: ["tokenAuthEnabled"], becomes: "auth_mode: aml_token in the endpoint file" },
  { keys: ["keys", "primaryKey", "secondaryKey"], becomes: "nothing: an endpoint makes its own keys" },
  { keys: ["appInsightsEnabled", "enableAppInsights"], becomes: "app_insights_enabled" },
  { keys: ["dataCollection", "collectModelData"], becomes: "data_collector" },
  { keys: ["scoringTimeoutMs"], becomes: "request_settings.request_timeout_ms" },
  {
    keys: ["maxConcurrentRequestsPerContainer", "replicaMaxConcurrentRequests"],
    becomes: "request_settings.max_concurrent_requests_per_instance",
  },
  { keys: ["maxQueueWaitMs", "maxRequestWaitTime"], becomes: "request_settings.max_queue_wait_ms" },
  {
    keys: [
      "livenessProbeRequirements",
      "periodSeconds",
      "initialDelaySeconds",
      "timeoutSeconds",
      "successThreshold",
      "failureThreshold",
    ],
    becomes: "liveness_probe (its keys without 'Seconds')",
  },
  {
    keys: ["sslEnabled", "sslCertificate", "sslKey", "sslCertPemFile", "sslKeyPemFile", "cname", "sslCname"],
    becomes: "nothing: TLS belongs to the endpoint",
  },
  { keys: ["dnsNameLabel"], becomes: "name of the endpoint" },
  { keys: ["namespace"], becomes: "compute of the endpoint" },
  { keys: ["isDefault", "trafficPercentile"], becomes: "traffic of the endpoint" },
];

const BECOMES = new Map(FIELDS.flatMap(({ keys, becomes }) => keys.map((key) => [fold(key), becomes])));

type Fields = Readonly<Record<string, unknown>>;

/** What becomes of each v1 key that a file has, in the order of the file. Keys that v2 has too are left out. */
export function migrationSteps(fields: Fields): Step[] {
  return Object.entries(fields).flatMap(([key, value]): Step[] => {
    const becomes = BECOMES.get(fold(key));
    return becomes === undefined ? [] : [{ key, becomes: special(fold(key), value) ?? becomes }];
  });
}

/** The key of a v1 file that is `key` in one of its spellings. */
export function v1Key(fields: Fields, key: string): string | undefined {
  return Object.keys(fields).find((each) => fold(each) === fold(key));
}

/** What depends on the value. */
function special(key: string, value: unknown): string | undefined {
  if (key === fold("authEnabled") && value === false) {
    return "auth_mode: key in the endpoint file (there is no endpoint without authentication)";
  }
  if (key === fold("computeType")) {
    return /^aks/i.test(String(value)) ? "a Kubernetes or a managed online endpoint" : "a managed online endpoint";
  }
  if (key === fold("containerResourceRequirements") && typeof value === "object" && value !== null) {
    const wants = value as Fields;
    const size = suggestedSize(Number(wants["cpu"]), Number(wants[v1Key(wants, "memoryInGB") ?? ""]));
    return size === undefined ? undefined : `instance_type (Azure suggests ${size})`;
  }
  return undefined;
}

/** VM sizes for what a v1 service asked of its container (migrate-to-v2-managed-online-endpoints). Upper bounds. */
const SIZES: readonly { readonly cores: number; readonly memoryGb: number; readonly size: string }[] = [
  { cores: 1, memoryGb: 1.2, size: "Standard_DS1_v2" },
  { cores: 2, memoryGb: 1.7, size: "Standard_F2s_v2" },
  { cores: 2, memoryGb: 4.7, size: "Standard_DS2_v2" },
  { cores: 2, memoryGb: 13.7, size: "Standard_E2s_v3" },
  { cores: 4, memoryGb: 5.7, size: "Standard_F4s_v2" },
  { cores: 4, memoryGb: 11.7, size: "Standard_DS3_v2" },
  { cores: 4, memoryGb: 16, size: "Standard_E4s_v3" },
];

/** The smallest VM size that Azure suggests for these needs; undefined for more than its page lists. */
export function suggestedSize(cores: number, memoryGb: number): string | undefined {
  return SIZES.find((row) => cores > 0 && memoryGb > 0 && cores <= row.cores && memoryGb <= row.memoryGb)?.size;
}

function fold(key: string): string {
  return key.replaceAll("_", "").toLowerCase();
}
