import { z } from "zod";
import { caseless, Name, notYet, TextMap } from "./fields";

/** Name or version of a model. Both become folders of the image (concept-online-deployment-model-specification). */
const AssetPart = z.string().refine((text) => /^[A-Za-z0-9][-A-Za-z0-9_.]{0,254}$/.test(text), {
  message: "cannot be the name of a folder",
  params: {
    code: "BadArgument",
    allowed: "letters, digits, '-', '_' and '.', a letter or digit first",
    hint: "choose another one",
  },
});

/** A probe (reference-yaml-deployment-managed-online, "ProbeSettings"). Seconds; the liveness probe's success threshold is fixed at 1. */
const Probe = z.strictObject({
  initial_delay: z.int().min(1).default(10),
  period: z.int().min(1).default(10),
  timeout: z.int().min(1).default(2),
  success_threshold: z.int().min(1).default(1),
  failure_threshold: z.int().min(1).default(30),
});

/** The deployment file: Azure's `managedOnlineDeployment.schema.json` (reference-yaml-deployment-managed-online). */
export const DeploymentSchema = z.strictObject({
  $schema: z.string().optional(),
  name: Name,
  endpoint_name: Name.optional(),
  type: caseless(["managed", "kubernetes"])
    .refine((type) => type === "managed", {
      message: "Kubernetes online deployments are not supported yet",
      params: { code: "NotSupported", allowed: "managed", hint: "use a managed online deployment" },
    })
    .optional(),
  description: z.string().optional(),
  tags: TextMap.default({}),
  properties: notYet("'properties'"),
  model: z
    .union([
      z.string().refine(() => false, {
        message: "a reference to a registered model is not supported yet",
        params: {
          code: "NotSupported",
          allowed: "an object with 'path'",
          hint: "write the model inline: model: {path: …}",
        },
      }),
      z.strictObject({
        name: AssetPart.optional(),
        version: z
          .union([AssetPart, z.int().min(0)])
          .transform(String)
          .optional(),
        path: z.string().min(1),
        type: caseless(["custom_model", "mlflow_model", "triton_model"])
          .refine((type) => type === "custom_model", {
            message: "models without code (MLflow, Triton) are not supported yet",
            params: { code: "NotSupported", allowed: "custom_model", hint: "use a custom model with a scoring script" },
          })
          .prefault("custom_model"),
      }),
    ])
    .describe("an object with 'path'"),
  model_mount_path: notYet("'model_mount_path'"),
  code_configuration: z.strictObject({ code: z.string().min(1), scoring_script: z.string().min(1) }),
  environment: z
    .union([
      z.string().refine(() => false, {
        message: "a reference to a registered environment is not supported yet",
        params: {
          code: "NotSupported",
          allowed: "an object with 'conda_file'",
          hint: "write the environment inline: environment: {image: …, conda_file: …}",
        },
      }),
      z.strictObject({
        name: z.string().min(1).optional(),
        version: z.union([z.string(), z.int()]).transform(String).optional(),
        image: z.string().min(1).optional(),
        conda_file: z.string().min(1),
        build: notYet("building an environment from a Dockerfile ('build')"),
        inference_config: notYet("a custom container ('inference_config')"),
      }),
    ])
    .describe("an object with 'conda_file'"),
  environment_variables: TextMap.default({})
    .refine((map) => Object.keys(map).every((name) => /^[^=\0]+$/.test(name)), {
      message: "a variable's name has a character that none can have",
      params: { code: "BadArgument", allowed: "names without '='", hint: "correct the name" },
    })
    .refine((map) => !Object.values(map).some((value) => value.includes("${{")), {
      message: "references to secrets are not supported yet",
      params: { code: "NotSupported", hint: "write a plain value, or wait for a version that injects secrets" },
    }),
  instance_type: z.string().min(1),
  instance_count: z.int().min(1).max(50),
  app_insights_enabled: z
    .boolean()
    .refine((on) => !on, {
      message: "Application Insights is not supported yet",
      params: { code: "NotSupported", allowed: "false", hint: "remove the field" },
    })
    .default(false),
  scale_settings: z
    .strictObject({
      type: caseless(["default", "target_utilization"]).refine((type) => type === "default", {
        message: "a managed deployment scales by 'default' only",
        params: { code: "BadArgument", allowed: "default", hint: "write type: default" },
      }),
    })
    .optional(),
  request_settings: z
    .strictObject({
      request_timeout_ms: z.int().min(1).max(180_000).default(5000),
      max_concurrent_requests_per_instance: z.int().min(1).default(1),
      max_queue_wait_ms: notYet("'max_queue_wait_ms' (deprecated by Azure: raise request_timeout_ms instead)"),
    })
    .prefault({}),
  liveness_probe: notYet("the liveness probe (the engine restarts a container that exits)"),
  readiness_probe: Probe.prefault({}),
  data_collector: notYet("the data collector"),
  egress_public_network_access: caseless(["enabled", "disabled"])
    .refine((access) => access === "enabled", {
      message: "closing a deployment's way out is not supported yet",
      params: { code: "NotSupported", allowed: "enabled", hint: "remove the field" },
    })
    .prefault("enabled"),
});

/** A file or directory that a deployment names, as the user wrote it and where it is. */
export interface LocalPath {
  /** As written in the YAML. */
  readonly written: string;
  /** Absolute. */
  readonly absolute: string;
}

export interface ReadinessProbeSpec {
  readonly initialDelaySeconds: number;
  readonly periodSeconds: number;
  readonly timeoutSeconds: number;
  readonly successThreshold: number;
  readonly failureThreshold: number;
}

export type DeploymentYaml = z.output<typeof DeploymentSchema>;
export type ModelYaml = Exclude<DeploymentYaml["model"], string>;
export type EnvironmentYaml = Exclude<DeploymentYaml["environment"], string>;

export function readinessOf(yaml: DeploymentYaml): ReadinessProbeSpec {
  const probe = yaml.readiness_probe;
  return {
    initialDelaySeconds: probe.initial_delay,
    periodSeconds: probe.period,
    timeoutSeconds: probe.timeout,
    successThreshold: probe.success_threshold,
    failureThreshold: probe.failure_threshold,
  };
}
