import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { DeploymentFiles, LocalPath } from "../azure/deployment/files";
import type { EnvironmentYaml } from "../azure/deployment/schema";
import { versionText } from "../azure/value";
import { formatPath, type LocatedDocument, type YamlPath } from "../documents/document";
import { asJson, withoutAbsent } from "../documents/plain";
import { type CondaEnvironment, lockFileOf, parseConda, parseCondaDocument } from "../python/conda/conda";
import { type DeploymentLoader, lockText, type Reading, resolveIn, treeOf } from "./loader";
import type { CodeSpec, EnvironmentSpec, ModelSpec } from "./spec";

/** The model of a deployment: an inline one, or what its reference leads to. */
export function loadModel({ document, yaml, loader }: Reading, files: DeploymentFiles): ModelSpec | undefined {
  const { model } = yaml;
  if (model === undefined) {
    return undefined;
  }
  if (typeof model === "string") {
    const found = loader.assets.find("models", model, { document, path: ["model"] });
    if (found === undefined) {
      return undefined;
    }
    const asset = found.asset as
      | string
      | { path: string; type?: ModelSpec["type"]; properties?: Record<string, unknown> };
    const {
      path: written,
      type,
      properties,
    } = typeof asset === "string" ? { path: asset } : { properties: {}, ...asset };
    const at = typeof asset === "string" ? found.at : [...found.at, "path"];
    const local = existing(resolveIn(found.document, written), at, found.document, "model", loader);
    return local === undefined
      ? undefined
      : {
          name: found.name,
          version: found.version,
          type: type ?? "custom_model",
          properties: asJson(properties ?? {}),
          reference: found.reference,
          path: local,
          files: readTree(local, at, found.document, loader),
        };
  }
  const version = versionText(model.version, document, ["model", "version"]);
  const tree = files.model === undefined ? undefined : readTree(files.model, ["model", "path"], document, loader);
  return withoutAbsent<ModelSpec>({
    // Azure registers a model without a name under a generated one, version 1 (concept-online-deployment-model-specification).
    name: model.name ?? tree?.digest.slice(0, 32) ?? "model",
    version: version ?? "1",
    type: model.type ?? "custom_model",
    properties: asJson(model.properties ?? {}),
    remote: tree === undefined ? model.path : undefined,
    path: files.model,
    files: tree,
  });
}

/** The code of a deployment, from this machine or from the registry of the stack. */
export function loadCode({ document, yaml, loader }: Reading, files: DeploymentFiles): CodeSpec | undefined {
  const { code, scoring_script: script } = yaml.code_configuration ?? {};
  if (code === undefined || script === undefined) {
    return undefined;
  }
  const at = ["code_configuration", "code"];
  const scoringScript = path.normalize(script);
  if (files.code !== undefined) {
    const tree = readTree(files.code, at, document, loader);
    return withoutAbsent({ path: files.code, files: tree, scoringScript, script: files.script });
  }
  if (!code.startsWith("azureml:")) {
    return undefined;
  }
  const found = loader.assets.find("codes", code, { document, path: at });
  const local =
    found === undefined
      ? undefined
      : existing(resolveIn(found.document, String(found.asset)), found.at, found.document, "code folder", loader);
  if (found === undefined || local === undefined) {
    return undefined;
  }
  const file = path.join(local.absolute, scoringScript);
  if (!existsSync(file)) {
    missing(["code_configuration", "scoring_script"], document, "scoring script", script, loader);
    return undefined;
  }
  const tree = readTree(local, found.at, found.document, loader);
  return { path: local, files: tree, scoringScript, script: loader.readScript(readFileSync(file, "utf8")) };
}

/** The environment of a deployment: an inline one, or what its reference leads to. */
export function loadEnvironment(
  { document, yaml, loader }: Reading,
  files: DeploymentFiles,
): EnvironmentSpec | undefined {
  const { environment } = yaml;
  if (environment === undefined) {
    return undefined;
  }
  if (typeof environment !== "string") {
    return readEnvironment(environment, document, ["environment"], files.conda, files.build, loader);
  }
  const found = loader.assets.findEnvironment(environment, { document, path: ["environment"] });
  if (found === undefined) {
    return undefined;
  }
  const { asset } = found;
  const local = (written: string | undefined, key: readonly string[], what: string): LocalPath | undefined =>
    written === undefined
      ? undefined
      : existing(resolveIn(found.document, written), [...found.at, ...key], found.document, what, loader);
  const conda =
    typeof asset.conda_file === "string" ? local(asset.conda_file, ["conda_file"], "conda file") : undefined;
  const build = local(asset.build?.path, ["build", "path"], "build context");
  const read = readEnvironment(asset, found.document, found.at, conda, build, loader);
  return read === undefined ? undefined : { ...read, reference: found.reference };
}

function readEnvironment(
  yaml: EnvironmentYaml,
  document: LocatedDocument,
  at: YamlPath,
  conda: LocalPath | undefined,
  build: LocalPath | undefined,
  loader: DeploymentLoader,
): EnvironmentSpec | undefined {
  const routes = yaml.inference_config;
  return withoutAbsent<EnvironmentSpec>({
    name: yaml.name,
    image: yaml.image,
    conda: readConda(yaml, document, at, conda, loader),
    lock: conda === undefined ? undefined : lockText(lockFileOf(conda.absolute)),
    build: build === undefined ? undefined : { path: build, dockerfile: yaml.build?.dockerfile_path ?? "Dockerfile" },
    inferenceConfig:
      routes === undefined
        ? undefined
        : { liveness: routes.liveness_route, readiness: routes.readiness_route, scoring: routes.scoring_route },
  });
}

function readConda(
  yaml: EnvironmentYaml,
  document: LocatedDocument,
  at: YamlPath,
  file: LocalPath | undefined,
  { condas, findings: { errors, warnings } }: DeploymentLoader,
): CondaEnvironment | undefined {
  if (typeof yaml.conda_file === "object") {
    return parseCondaDocument(document, [...at, "conda_file"], errors, warnings);
  }
  if (file === undefined || condas.has(file.absolute)) {
    return file === undefined ? undefined : condas.get(file.absolute);
  }
  const shown = path.relative(process.cwd(), file.absolute);
  const conda = parseConda(shown, readFileSync(file.absolute, "utf8"), errors, warnings);
  condas.set(file.absolute, conda);
  return conda;
}

function readTree(local: LocalPath, at: YamlPath, document: LocatedDocument, loader: DeploymentLoader) {
  const tree = treeOf(local, loader);
  for (const fault of tree.faults) {
    loader.findings.errors.push({ ...fault, ...document.at(at), path: formatPath(at) });
  }
  return tree;
}

function existing(
  local: LocalPath,
  at: YamlPath,
  document: LocatedDocument,
  what: string,
  loader: DeploymentLoader,
): LocalPath | undefined {
  if (existsSync(local.absolute)) {
    return local;
  }
  missing(at, document, what, local.written, loader);
  return undefined;
}

function missing(
  at: YamlPath,
  document: LocatedDocument,
  what: string,
  written: string,
  { findings }: DeploymentLoader,
): void {
  findings.errors.push({
    code: "FileNotFound",
    ...document.at(at),
    path: formatPath(at),
    message: `there is no ${what} at '${written}'`,
    value: written,
    allowed: "a path relative to this file",
    hint: "correct the path",
    rule: "stack",
  });
}
