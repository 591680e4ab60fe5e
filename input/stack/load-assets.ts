import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { DeploymentFiles, LocalPath } from "../azure/deployment/files";
import type { EnvironmentYaml } from "../azure/deployment/schema";
import { versionText } from "../azure/value";
import { formatPath, type LocatedDocument, type YamlPath } from "../documents/document";
import type { SpecError } from "../documents/errors";
import type { FileTree } from "../documents/files";
import { Collector, type Result } from "../documents/findings";
import { asJson, withoutAbsent } from "../documents/plain";
import { type CondaEnvironment, lockFileOf, parseConda, parseCondaDocument } from "../python/conda/conda";
import type { Found } from "./assets";
import { type DeploymentLoader, lockText, type Reading, resolveIn, treeOf } from "./loader";
import type { CodeSpec, EnvironmentSpec, ModelSpec } from "./spec";

const NOTHING: Result<undefined> = { value: undefined, findings: { errors: [], warnings: [] } };

/** The model of a deployment: an inline one, or what its reference leads to. */
export function loadModel({ document, yaml, loader }: Reading, files: DeploymentFiles): Result<ModelSpec | undefined> {
  const { model } = yaml;
  if (model === undefined) {
    return NOTHING;
  }
  const found = new Collector();
  if (typeof model === "string") {
    const asset = found.take(loader.assets.find("models", model, { document, path: ["model"] }));
    return found.result(asset === undefined ? undefined : found.take(registeredModel(asset, loader)));
  }
  const version = versionText(model.version, document, ["model", "version"]);
  const tree =
    files.model === undefined ? undefined : found.take(readTree(files.model, ["model", "path"], document, loader));
  return found.result(
    withoutAbsent<ModelSpec>({
      // Azure registers a model without a name under a generated one, version 1 (concept-online-deployment-model-specification).
      name: model.name ?? tree?.digest.slice(0, 32) ?? "model",
      version: version ?? "1",
      type: model.type ?? "custom_model",
      properties: asJson(model.properties ?? {}),
      remote: tree === undefined ? model.path : undefined,
      path: files.model,
      files: tree,
    }),
  );
}

function registeredModel(entry: Found<unknown>, loader: DeploymentLoader): Result<ModelSpec | undefined> {
  const found = new Collector();
  const asset = entry.asset as
    | string
    | { path: string; type?: ModelSpec["type"]; properties?: Record<string, unknown> };
  const {
    path: written,
    type,
    properties,
  } = typeof asset === "string" ? { path: asset } : { properties: {}, ...asset };
  const at = typeof asset === "string" ? entry.at : [...entry.at, "path"];
  const local = found.take(existing(resolveIn(entry.document, written), at, entry.document, "model"));
  if (local === undefined) {
    return found.result(undefined);
  }
  return found.result({
    name: entry.name,
    version: entry.version,
    type: type ?? "custom_model",
    properties: asJson(properties ?? {}),
    reference: entry.reference,
    path: local,
    files: found.take(readTree(local, at, entry.document, loader)),
  });
}

/** The code of a deployment, from this machine or from the registry of the stack. */
export function loadCode({ document, yaml, loader }: Reading, files: DeploymentFiles): Result<CodeSpec | undefined> {
  const { code, scoring_script: script } = yaml.code_configuration ?? {};
  if (code === undefined || script === undefined) {
    return NOTHING;
  }
  const found = new Collector();
  const at = ["code_configuration", "code"];
  const scoringScript = path.normalize(script);
  if (files.code !== undefined) {
    const tree = found.take(readTree(files.code, at, document, loader));
    return found.result(withoutAbsent({ path: files.code, files: tree, scoringScript, script: files.script }));
  }
  if (!code.startsWith("azureml:")) {
    return NOTHING;
  }
  const entry = found.take(loader.assets.find("codes", code, { document, path: at }));
  const local =
    entry === undefined
      ? undefined
      : found.take(existing(resolveIn(entry.document, String(entry.asset)), entry.at, entry.document, "code folder"));
  if (entry === undefined || local === undefined) {
    return found.result(undefined);
  }
  const file = path.join(local.absolute, scoringScript);
  if (!existsSync(file)) {
    const where = ["code_configuration", "scoring_script"];
    found.add({ errors: [missing(where, document, "scoring script", script)] });
    return found.result(undefined);
  }
  const tree = found.take(readTree(local, entry.at, entry.document, loader));
  const read = loader.readScript(readFileSync(file, "utf8"));
  return found.result({ path: local, files: tree, scoringScript, script: read });
}

/** The environment of a deployment: an inline one, or what its reference leads to. */
export function loadEnvironment(
  { document, yaml, loader }: Reading,
  files: DeploymentFiles,
): Result<EnvironmentSpec | undefined> {
  const { environment } = yaml;
  if (environment === undefined) {
    return NOTHING;
  }
  if (typeof environment !== "string") {
    return readEnvironment(environment, document, ["environment"], files.conda, files.build, loader);
  }
  const found = new Collector();
  const entry = found.take(loader.assets.findEnvironment(environment, { document, path: ["environment"] }));
  if (entry === undefined) {
    return found.result(undefined);
  }
  const { asset } = entry;
  const local = (written: string | undefined, key: readonly string[], what: string): LocalPath | undefined =>
    written === undefined
      ? undefined
      : found.take(existing(resolveIn(entry.document, written), [...entry.at, ...key], entry.document, what));
  const conda =
    typeof asset.conda_file === "string" ? local(asset.conda_file, ["conda_file"], "conda file") : undefined;
  const build = local(asset.build?.path, ["build", "path"], "build context");
  const read = found.take(readEnvironment(asset, entry.document, entry.at, conda, build, loader));
  return found.result({ ...read, reference: entry.reference });
}

function readEnvironment(
  yaml: EnvironmentYaml,
  document: LocatedDocument,
  at: YamlPath,
  conda: LocalPath | undefined,
  build: LocalPath | undefined,
  loader: DeploymentLoader,
): Result<EnvironmentSpec> {
  const routes = yaml.inference_config;
  const { value: parsed, findings } = readConda(yaml, document, at, conda, loader);
  const value = withoutAbsent<EnvironmentSpec>({
    name: yaml.name,
    image: yaml.image,
    conda: parsed,
    lock: conda === undefined ? undefined : lockText(lockFileOf(conda.absolute)),
    build: build === undefined ? undefined : { path: build, dockerfile: yaml.build?.dockerfile_path ?? "Dockerfile" },
    inferenceConfig:
      routes === undefined
        ? undefined
        : { liveness: routes.liveness_route, readiness: routes.readiness_route, scoring: routes.scoring_route },
  });
  return { value, findings };
}

/** What deployments share is read once, and its faults are told once. */
function readConda(
  yaml: EnvironmentYaml,
  document: LocatedDocument,
  at: YamlPath,
  file: LocalPath | undefined,
  { condas }: DeploymentLoader,
): Result<CondaEnvironment | undefined> {
  if (typeof yaml.conda_file === "object") {
    return parseCondaDocument(document, [...at, "conda_file"]);
  }
  if (file === undefined) {
    return NOTHING;
  }
  if (condas.has(file.absolute)) {
    return { ...NOTHING, value: condas.get(file.absolute) };
  }
  const shown = path.relative(process.cwd(), file.absolute);
  const read = parseConda(shown, readFileSync(file.absolute, "utf8"));
  condas.set(file.absolute, read.value);
  return read;
}

function readTree(
  local: LocalPath,
  at: YamlPath,
  document: LocatedDocument,
  loader: DeploymentLoader,
): Result<FileTree> {
  const value = treeOf(local, loader);
  const errors = value.faults.map((fault) => ({ ...fault, ...document.at(at), path: formatPath(at) }));
  return { value, findings: { errors, warnings: [] } };
}

function existing(
  local: LocalPath,
  at: YamlPath,
  document: LocatedDocument,
  what: string,
): Result<LocalPath | undefined> {
  return existsSync(local.absolute)
    ? { ...NOTHING, value: local }
    : { value: undefined, findings: { errors: [missing(at, document, what, local.written)], warnings: [] } };
}

function missing(at: YamlPath, document: LocatedDocument, what: string, written: string): SpecError {
  return {
    code: "FileNotFound",
    ...document.at(at),
    path: formatPath(at),
    message: `there is no ${what} at '${written}'`,
    value: written,
    allowed: "a path relative to this file",
    hint: "correct the path",
    rule: "stack",
  };
}
