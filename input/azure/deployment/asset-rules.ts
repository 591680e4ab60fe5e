import { placeholderFault } from "../../documents/check";
import { placeholderHint } from "../../documents/document";
import type { Reader } from "../../documents/reader";
import type { OnlineKind } from "../fields";
import { type DeploymentYaml, MANAGED_SOURCE } from "./schema";

const NO_CODE = ["mlflow_model", "triton_model"];

/** How model, code and environment must go together. */
export function checkAssets(reader: Reader, yaml: DeploymentYaml, kind: OnlineKind): void {
  if (kind === "kubernetes") {
    registryOnKubernetes(reader);
  }
  modelPath(reader);
  modelVersion(reader);
  codeConfiguration(reader);
  environmentSource(reader);
  placeholders(reader, yaml);
  environmentNeeded(reader);
  inferenceConfig(reader);
  egress(reader);
  concurrency(reader, yaml);
}

/** `unknown`: a registered model, whose type only its registry knows, or a fault that is told elsewhere. */
function modelType(reader: Reader): "none" | "custom_model" | "mlflow_model" | "triton_model" | "unknown" {
  if (!reader.has("model")) {
    return "none";
  }
  const type = reader.has("model", "type") ? reader.text("model", "type")?.toLowerCase() : "custom_model";
  const known = (["custom_model", "mlflow_model", "triton_model"] as const).find((each) => each === type);
  return reader.map("model") === undefined ? "unknown" : (known ?? "unknown");
}

/** MLflow and Triton models bring their own server: no script, no environment. */
function isNoCode(reader: Reader): boolean {
  return NO_CODE.includes(modelType(reader)) && !reader.has("code_configuration") && !reader.has("environment");
}

function registryOnKubernetes(reader: Reader): void {
  for (const path of [["model"], ["environment"], ["code_configuration", "code"]]) {
    const value = reader.text(...path);
    if (value?.startsWith("azureml://registries/")) {
      reader.error(path, {
        code: "BadArgument",
        message: "a Kubernetes deployment cannot refer to a registry",
        value,
        allowed: "an asset of the workspace, or an inline definition",
        hint: "register it in the workspace and refer to that",
        rule: "schema",
        source: "reference-yaml-deployment-kubernetes-online",
      });
    }
  }
}

function modelPath(reader: Reader): void {
  if (reader.map("model") === undefined) {
    return;
  }
  if (!reader.has("model", "path")) {
    reader.error(["model", "path"], {
      code: "MissingField",
      message: "'path' is missing",
      allowed: "a file or folder, relative to this file",
      hint: "add 'path', or refer to a registered model: model: azureml:<name>:<version>",
      rule: "client",
      source: MANAGED_SOURCE,
    });
  }
}

function modelVersion(reader: Reader): void {
  if (reader.has("model", "version") && !reader.has("model", "name")) {
    reader.error(["model", "version"], {
      code: "BadArgument",
      message: "has no effect without a name: a model without one is registered under a name of Azure's, version 1",
      value: String(reader.get(["model", "version"])),
      allowed: "together with 'name'",
      hint: "add model.name, or remove the version",
      rule: "client",
      source: "reference-yaml-model",
    });
  }
}

function codeConfiguration(reader: Reader): void {
  if (reader.map("code_configuration") === undefined) {
    return;
  }
  for (const key of ["code", "scoring_script"].filter((each) => !reader.has("code_configuration", each))) {
    reader.error(["code_configuration", key], {
      code: "MissingField",
      message: `'${key}' is missing`,
      allowed: key === "code" ? "the folder of the scoring script" : "the script's path inside 'code'",
      hint: `add '${key}'`,
      rule: "client",
      source: MANAGED_SOURCE,
    });
  }
}

/** Microsoft's client takes any text for an image or the name of an asset, and a placeholder too. */
function placeholders(reader: Reader, yaml: DeploymentYaml): void {
  // What the schema refused has been told.
  const references = (["model", "environment"] as const).filter((key) => typeof yaml[key] === "string");
  for (const path of [...references.map((key) => [key]), ["environment", "image"]]) {
    const value = reader.text(...path);
    const hint = placeholderHint(value ?? "");
    if (hint !== undefined) {
      reader.error(path, {
        ...placeholderFault(hint),
        value,
        allowed: path.length === 1 ? "azureml:<name>:<version>" : "the name of an image",
        rule: "service",
        source: "how-to-troubleshoot-online-endpoints",
      });
    }
  }
}

function environmentSource(reader: Reader): void {
  const environment = reader.map("environment");
  if (environment === undefined) {
    return;
  }
  const image = reader.has("environment", "image");
  const build = reader.has("environment", "build");
  if (image && build) {
    reader.error(["environment"], {
      code: "BadArgument",
      message: "has both 'image' and 'build'",
      allowed: "one of them",
      hint: "remove 'image' or 'build'",
      rule: "client",
      source: "reference-yaml-environment",
    });
  }
  if (!image && !build) {
    const pasted = ["channels", "dependencies"].some((key) => Object.hasOwn(environment, key));
    reader.error(["environment", "image"], {
      code: "MissingField",
      message: "an environment needs 'image' or 'build'",
      allowed: "image: <name>, or build: {path: <folder with a Dockerfile>}",
      hint: pasted
        ? "write image: <name> and move channels and dependencies below conda_file"
        : "add the image that the environment is built on",
      rule: "client",
      source: "reference-yaml-environment",
    });
  }
}

function environmentNeeded(reader: Reader): void {
  if (reader.has("environment")) {
    return;
  }
  const type = modelType(reader);
  const mlflow = NO_CODE.includes(type);
  // A registered model may be an MLflow model; with a script of its own it needs an environment all the same.
  const registered = reader.text("model") !== undefined;
  if (reader.has("code_configuration") ? type === "unknown" && !registered : mlflow || type === "unknown") {
    return;
  }
  reader.error(["environment"], {
    code: "MissingField",
    message: mlflow
      ? "'environment' is missing: with a scoring script of its own, an MLflow model needs one"
      : "'environment' is missing: only MLflow and Triton models without a script can do without",
    allowed: "azureml:<name>:<version>, or an object with 'image' or 'build'",
    hint: mlflow ? "add 'environment', or remove code_configuration" : "add 'environment'",
    rule: "service",
    source: MANAGED_SOURCE,
  });
}

/** A custom container must say where it answers; with a scoring script it is Azure's server, on 5001. */
function inferenceConfig(reader: Reader): void {
  const inline = reader.map("environment");
  if (
    inline === undefined ||
    reader.has("environment", "inference_config") ||
    reader.has("code_configuration") ||
    !(reader.has("environment", "image") || reader.has("environment", "build")) ||
    !["none", "custom_model"].includes(modelType(reader))
  ) {
    return;
  }
  reader.error(["environment", "inference_config"], {
    code: "MissingDriverProgram",
    message: "'inference_config' is missing: without a scoring script, nobody knows where the container answers",
    allowed: "liveness_route, readiness_route and scoring_route, each with port and path",
    hint: "add inference_config, or a scoring script (code_configuration)",
    rule: "service",
    source: "how-to-deploy-custom-container",
  });
}

function egress(reader: Reader): void {
  const off = reader.text("egress_public_network_access")?.toLowerCase() === "disabled";
  if (off && isNoCode(reader) && modelType(reader) === "mlflow_model") {
    reader.error(["egress_public_network_access"], {
      code: "BadArgument",
      message:
        "cannot be disabled for an MLflow model without code: its packages are installed when the container starts",
      value: "disabled",
      allowed: "enabled",
      hint: "leave it enabled, or give the model an environment and a scoring script",
      rule: "service",
      source: "how-to-deploy-mlflow-models-online-endpoints",
    });
  }
}

/** The Python server works on one request per worker, whatever the endpoint lets through. */
function concurrency(reader: Reader, yaml: DeploymentYaml): void {
  const asked = yaml.request_settings?.max_concurrent_requests_per_instance ?? 1;
  const workers = Number(reader.get(["environment_variables", "WORKER_COUNT"]) ?? 1);
  if (reader.has("code_configuration") && asked > 1 && workers < asked) {
    reader.warn(["request_settings", "max_concurrent_requests_per_instance"], {
      code: "WorkerCount",
      message: `lets ${asked} requests into a container whose server works on ${workers} at a time: the others wait inside`,
      value: String(asked),
      hint: `set environment_variables.WORKER_COUNT to "${asked}"`,
      rule: "service",
      source: MANAGED_SOURCE,
    });
  }
}
