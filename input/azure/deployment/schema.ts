import { z } from "zod";
import { type AssetKind, isReference, parseAssetReference } from "../asset-reference";
import { anything, flag, fraction, freeMap, name, quotedFlag, readOnly, text, Version, whole, word } from "../fields";
import { textForm } from "../forms";
import { ENVIRONMENT_VALUE_PATTERN, referencePattern } from "../patterns";
import { isSecretReference, parseSecretReference, SECRET_FORMS } from "../secret-reference";

export const MANAGED_SOURCE = "reference-yaml-deployment-managed-online";
export const KUBERNETES_SOURCE = "reference-yaml-deployment-kubernetes-online";

function refuseNoReference(seen: string, kind: AssetKind, context: z.RefinementCtx<string>): void {
  const parsed = parseAssetReference(seen, kind);
  if (!isReference(parsed)) {
    const { message, ...params } = parsed;
    context.addIssue({ code: "custom", message, input: seen, params });
  }
}

/** `azureml:…`: a model, an environment or code that is registered somewhere. */
function reference(kind: AssetKind) {
  return z
    .string()
    .superRefine((seen, context) => refuseNoReference(seen, kind, context))
    .meta(
      textForm(
        referencePattern(kind),
        `azureml:<name>:<version>, azureml:<name>@<label>, azureml://registries/<registry>/${kind}/…, or a resource id`,
      ),
    );
}

/** Name of a model: it becomes a folder of the image (concept-online-deployment-model-specification). */
const AssetName = text("name of the asset", {
  match: /^[A-Za-z0-9][-A-Za-z0-9_.]{0,254}$/,
  allowed: "letters, digits, '-', '_' and '.', a letter or digit first",
  rule: "service",
  source: "reference-yaml-model",
});

const Model = z.strictObject({
  name: AssetName.optional(),
  version: Version.optional(),
  path: z
    .string()
    .min(1)
    .describe("local file or folder, or azureml://datastores/…, azureml://jobs/… with a name")
    .optional(),
  type: word(
    ["custom_model", "mlflow_model", "triton_model"],
    "mlflow_model and triton_model need no code (default: custom_model)",
  ).optional(),
  description: text("what it is for, in your own words").optional(),
  tags: freeMap("names and values of your own").optional(),
  properties: freeMap(
    "names and values of your own; 'azureml.promptflow.source_flow_id' marks a prompt flow",
  ).optional(),
  flavors: freeMap("MLflow flavours").optional(),
  stage: text("stage of the model").optional(),
  datastore: text("datastore to upload to").optional(),
  system_metadata: freeMap("names and values of your own").optional(),
});

/** Port and path inside the container. */
const Route = z.strictObject({
  port: whole({ min: 1, max: 65535, source: "how-to-deploy-custom-container", description: "port of the container" }),
  path: text("path, '/' first", {
    match: /^\//,
    allowed: "a path that begins with '/'",
    rule: "service",
    source: "how-to-deploy-custom-container",
  }),
});

export const Environment = z.strictObject({
  name: text("name of the environment").optional(),
  version: Version.optional(),
  description: text("what it is for, in your own words").optional(),
  tags: freeMap("names and values of your own").optional(),
  properties: freeMap("names and values of your own").optional(),
  image: z
    .string()
    .min(1)
    .describe("image that the environment is built on, or the custom container itself")
    .optional(),
  conda_file: z
    .union([z.string().min(1), z.record(z.string(), z.unknown())])
    .describe("path of a conda file, or its content")
    .optional(),
  build: z
    .strictObject({
      path: z.string().min(1).describe("folder with the Dockerfile"),
      dockerfile_path: text("path of the Dockerfile in it (default: Dockerfile)").optional(),
    })
    .describe("a Dockerfile that the image is built from, in place of 'image'")
    .optional(),
  inference_config: z
    .strictObject({
      liveness_route: Route.describe("answers 200 while the container lives"),
      readiness_route: Route.describe("answers 200 when the container takes requests"),
      scoring_route: Route.describe("where requests go"),
    })
    .describe("routes of a custom container")
    .optional(),
  os_type: word(["linux", "windows"], "operating system of the image").optional(),
  datastore: text("datastore to upload to").optional(),
});

/** Requests of one instance (reference-yaml-deployment-managed-online, "RequestSettings"). */
const RequestSettings = z.strictObject({
  request_timeout_ms: whole({
    min: 1,
    source: MANAGED_SOURCE,
    description:
      "milliseconds until 408 (default: 5000; at most 180000 on managed, 300000 on Kubernetes and for prompt flows)",
  }).optional(),
  max_concurrent_requests_per_instance: whole({
    min: 1,
    source: MANAGED_SOURCE,
    description: "requests that one instance works on at a time (default: 1)",
  }).optional(),
  max_queue_wait_ms: whole({
    min: 0,
    source: KUBERNETES_SOURCE,
    description: "milliseconds that a request may wait (default: 500; deprecated on managed)",
  }).optional(),
});

/** A probe (reference-yaml-deployment-managed-online, "ProbeSettings"). */
function probe(success: ReturnType<typeof whole>) {
  return z.strictObject({
    initial_delay: whole({
      min: 1,
      source: MANAGED_SOURCE,
      description: "seconds until the first probe (default: 10)",
    }).optional(),
    period: whole({ min: 1, source: MANAGED_SOURCE, description: "seconds between probes (default: 10)" }).optional(),
    timeout: whole({
      min: 1,
      source: MANAGED_SOURCE,
      description: "seconds that a probe may take (default: 2)",
    }).optional(),
    success_threshold: success.optional(),
    failure_threshold: whole({
      min: 1,
      source: MANAGED_SOURCE,
      description: "failures in a row until it counts (default: 30)",
    }).optional(),
  });
}

const LivenessProbe = probe(whole({ min: 1, max: 1, source: MANAGED_SOURCE, description: "fixed at 1 for liveness" }));
const ReadinessProbe = probe(
  whole({ min: 1, source: MANAGED_SOURCE, description: "successes in a row until it counts (default: 1)" }),
);

/** Where collected data goes. */
const DataAsset = z.strictObject({
  name: text("name of the data asset").optional(),
  path: text("azureml://datastores/…/paths/…").optional(),
  version: Version.optional(),
  data_id: text("resource id of a data asset").optional(),
});

const DataCollector = z.strictObject({
  collections: z
    .record(
      z.string(),
      z.strictObject({
        enabled: quotedFlag("whether it is collected; the reference writes it as text: 'True'"),
        data: DataAsset.describe("where it goes, in place of the workspace's own storage").optional(),
        client_id: text("client id of an identity").optional(),
      }),
    )
    .describe("'request' and 'response' are the raw payload; any other name is a Collector of the scoring script"),
  rolling_rate: word(
    ["minute", "hour", "day", "month", "year"],
    "how often a new file begins (default: hour)",
  ).optional(),
  sampling_rate: fraction(0, 1, "share of the data that is collected (default: 1)").optional(),
  request_logging: z
    .strictObject({ capture_headers: z.array(z.string()).optional().describe("names of the headers") })
    .describe("request headers that are kept")
    .optional(),
});

/** Values are text; a reference to a secret has one of five forms. */
const EnvironmentVariables = z
  .record(
    z
      .string()
      .refine((key) => /^[^=\0]+$/.test(key), {
        message: "is a name that no variable can have",
        params: { code: "BadArgument", allowed: "a name without '='", hint: "correct the name", rule: "service" },
      })
      .meta(textForm("^[^=]+$", "a name without '='")),
    z
      .unknown()
      .superRefine((seen, context) => {
        if (!["string", "number", "boolean"].includes(typeof seen)) {
          context.addIssue({
            code: "custom",
            message: "must be text",
            input: seen,
            params: {
              code: "InvalidType",
              allowed: "text; write '' for an empty value",
              hint: "write the value in quotes",
              rule: "service",
              source: MANAGED_SOURCE,
            },
          });
        } else if (typeof seen === "string" && isSecretReference(seen) && parseSecretReference(seen) === undefined) {
          context.addIssue({
            code: "custom",
            message: "is not one of the references to a secret",
            input: seen,
            params: {
              code: "SecretsInjectionError",
              allowed: SECRET_FORMS,
              hint: "write one of these forms and nothing before or behind it",
              rule: "service",
              source: "how-to-deploy-online-endpoint-with-secret-injection",
            },
          });
        }
      })
      .meta({
        ...textForm(ENVIRONMENT_VALUE_PATTERN, SECRET_FORMS),
        type: ["string", "number", "boolean"],
        description: "text, or one of the five references to a secret and nothing else",
        source: "how-to-deploy-online-endpoint-with-secret-injection",
      }),
  )
  .describe("environment variables of the container: text, or a reference to a secret");

/** What deployments of both kinds have. */
const common = {
  $schema: anything("informational: Azure does not look at it"),
  name: name("name of the deployment: 3 to 32 characters, unique in its endpoint", {
    rule: "client",
    source: "how-to-manage-quotas",
  }),
  endpoint_name: name("the endpoint that it belongs to; a stack gives it when it is absent", {
    rule: "service",
    source: "how-to-manage-quotas",
  }).optional(),
  type: word(["managed", "kubernetes"], "kind of the deployment (default: managed)", "snake").optional(),
  description: text("what it is for, in your own words").optional(),
  tags: freeMap("names and values of your own").optional(),
  properties: freeMap("names and values of your own").optional(),
  model: z
    .union([reference("models"), Model])
    .describe("an object with 'path', or a reference (azureml:<name>:<version>)")
    .optional(),
  model_mount_path: text("where the model is mounted in a custom container", {
    match: /^\//,
    allowed: "an absolute path",
    rule: "service",
    source: MANAGED_SOURCE,
  }).optional(),
  code_configuration: z
    .strictObject({
      code: z
        .string()
        .min(1)
        .superRefine((seen, context) => {
          if (seen.startsWith("azureml:")) {
            refuseNoReference(seen, "codes", context);
          }
        })
        .describe("folder of the scoring script, or a registered code asset")
        .optional(),
      scoring_script: z.string().min(1).describe("path of the script inside 'code'").optional(),
    })
    .describe("scoring script; both fields are needed")
    .optional(),
  environment: z
    .union([reference("environments"), Environment])
    .describe("an object with 'image' or 'build', or a reference (azureml:<name>:<version>)")
    .optional(),
  environment_variables: EnvironmentVariables.optional(),
  instance_count: whole({
    min: 1,
    source: MANAGED_SOURCE,
    description: "instances; Azure recommends 3 in production",
  }).optional(),
  app_insights_enabled: flag("whether Application Insights is used (default: false)").optional(),
  scale_settings: z
    .strictObject({
      type: word(["default", "target_utilization"], "how the number of instances is found", "snake"),
      min_instances: whole({
        min: 1,
        source: KUBERNETES_SOURCE,
        description: "least instances (default: 1)",
      }).optional(),
      max_instances: whole({
        min: 1,
        source: KUBERNETES_SOURCE,
        description: "most instances (default: 1)",
      }).optional(),
      target_utilization_percentage: whole({
        min: 1,
        max: 100,
        source: KUBERNETES_SOURCE,
        description: "percent of the workers that are busy when it scales (default: 70)",
      }).optional(),
      polling_interval: whole({
        min: 1,
        source: KUBERNETES_SOURCE,
        description: "seconds between looks at the utilization (default: 1)",
      }).optional(),
    })
    .describe("how the deployment scales; managed deployments have type: default only, and autoscale settings beside")
    .optional(),
  request_settings: RequestSettings.describe("how requests are let in").optional(),
  liveness_probe: LivenessProbe.describe("whether a container lives; it is restarted when not").optional(),
  readiness_probe: ReadinessProbe.describe("whether a container takes requests").optional(),
  data_collector: DataCollector.describe("what of requests and responses is kept").optional(),
  id: readOnly("resource id"),
  provisioning_state: readOnly("state"),
};

/** Azure's `managedOnlineDeployment.schema.json`. */
export const ManagedDeploymentSchema = z.strictObject({
  ...common,
  instance_type: z.string().min(1).describe("VM size, as in Standard_DS3_v2"),
  egress_public_network_access: word(
    ["enabled", "disabled"],
    "whether the container reaches the internet (default: enabled)",
  ).optional(),
  private_network_connection: flag("whether the deployment uses a private connection (experimental)").optional(),
  creation_context: readOnly("who created it and when", anything("any")),
});

/** A Kubernetes quantity: it must be text. */
const Quantity = (what: string) =>
  text(what, {
    match: /^[0-9.]+([eE][-+]?\d+|[numkKMGTPE]i?)?$/,
    allowed: "a quantity such as 500m, 1 or 0.5Gi",
    rule: "service",
    source: KUBERNETES_SOURCE,
  });

const Resources = z.strictObject({
  cpu: Quantity("cores: 100m, 1").optional(),
  memory: Quantity("memory: 200Mi, 1Gi").optional(),
  "nvidia.com/gpu": text("GPUs: whole ones", {
    match: /^[0-9]+$/,
    allowed: 'a whole number in quotes: "1"',
    rule: "service",
    source: KUBERNETES_SOURCE,
  }).optional(),
});

/** Azure's `kubernetesOnlineDeployment.schema.json`. */
export const KubernetesDeploymentSchema = z.strictObject({
  ...common,
  instance_type: z.string().min(1).describe("instance type of the cluster (default: defaultinstancetype)").optional(),
  resources: z
    .strictObject({
      requests: Resources.describe("what an instance is guaranteed").optional(),
      limits: Resources.describe("what an instance may use at most; GPUs stand here only").optional(),
    })
    .describe("cores, memory and GPUs of an instance; the instance type's where it is absent")
    .optional(),
});

export type ManagedDeploymentYaml = z.output<typeof ManagedDeploymentSchema>;
export type KubernetesDeploymentYaml = z.output<typeof KubernetesDeploymentSchema>;
/** What of a deployment file could be read; a field with a fault is absent. */
export type DeploymentYaml = Partial<ManagedDeploymentYaml & KubernetesDeploymentYaml>;
export type ModelYaml = z.output<typeof Model>;
export type EnvironmentYaml = z.output<typeof Environment>;
export type ProbeYaml = z.output<typeof ReadinessProbe>;
