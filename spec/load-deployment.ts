import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { nearest } from "./check";
import { lockFileOf, parseConda } from "./conda/conda";
import {
  DeploymentSchema,
  type DeploymentYaml,
  type EnvironmentYaml,
  type LocalPath,
  type ModelYaml,
  readinessOf,
} from "./deployment";
import { formatPath, type LocatedDocument, type YamlPath } from "./document";
import type { EndpointSpec } from "./endpoint";
import type { SpecError } from "./errors";
import { type FileTree, readFileTree } from "./files";
import { readDocument } from "./read-document";
import { missingFunctions } from "./scoring-script";
import type { DeploymentSpec } from "./stack";
import { findVmSize, VM_SIZES, type VmSize } from "./tables/vm-sizes";

/** Where a fault stands: the document, its list of errors and the means to add to it. */
interface Place {
  readonly document: LocatedDocument;
  readonly errors: SpecError[];
  readonly warnings: SpecError[];
}

/**
 * Reads a deployment file and everything it names. Faults are added to `errors`.
 *
 * @param endpoint the endpoint it belongs to; undefined when that one's file has faults of its own
 */
export function loadDeployment(
  written: string,
  at: YamlPath,
  stack: LocatedDocument,
  endpoint: EndpointSpec | undefined,
  errors: SpecError[],
  warnings: SpecError[],
): DeploymentSpec | undefined {
  const loaded = readDocument(written, at, stack, DeploymentSchema, errors);
  if (loaded === undefined) {
    return undefined;
  }
  const place: Place = { document: loaded.document, errors, warnings };
  const yaml = loaded.value;
  refuseOtherEndpoint(yaml, endpoint, place);
  const model = loadModel(yaml.model as ModelYaml, place);
  const code = loadCode(yaml, place);
  const environment = loadEnvironment(yaml.environment as EnvironmentYaml, place);
  const instanceType = loadInstanceType(yaml, place);
  if (model === undefined || code === undefined || environment === undefined || instanceType === undefined) {
    return undefined;
  }
  return {
    file: loaded.document.file,
    name: yaml.name,
    tags: yaml.tags,
    model,
    code,
    environment,
    environmentVariables: yaml.environment_variables,
    instanceType,
    instanceCount: yaml.instance_count,
    requestTimeoutMs: yaml.request_settings.request_timeout_ms,
    maxConcurrentRequestsPerInstance: yaml.request_settings.max_concurrent_requests_per_instance,
    readiness: readinessOf(yaml),
  };
}

function refuseOtherEndpoint(yaml: DeploymentYaml, endpoint: EndpointSpec | undefined, place: Place): void {
  if (endpoint !== undefined && yaml.endpoint_name !== undefined && yaml.endpoint_name !== endpoint.name) {
    fault(place, ["endpoint_name"], {
      code: "BadArgument",
      message: `belongs to the endpoint '${yaml.endpoint_name}', but the stack lists it under '${endpoint.name}'`,
      value: yaml.endpoint_name,
      allowed: endpoint.name,
      hint: "list it under its own endpoint, or correct endpoint_name",
    });
  }
}

function loadModel(yaml: ModelYaml, place: Place): DeploymentSpec["model"] | undefined {
  const local = localPath(yaml.path, ["model", "path"], place, "model");
  if (local === undefined) {
    return undefined;
  }
  const files = readFiles(local, ["model", "path"], place);
  // Azure registers an inline model under a generated name, version 1 (concept-online-deployment-model-specification).
  return { name: yaml.name ?? files.digest.slice(0, 32), version: yaml.version ?? "1", path: local, files };
}

function loadCode(yaml: DeploymentYaml, place: Place): DeploymentSpec["code"] | undefined {
  const { code, scoring_script: script } = yaml.code_configuration;
  const local = localPath(code, ["code_configuration", "code"], place, "code directory");
  if (local === undefined) {
    return undefined;
  }
  const file = path.join(local.absolute, script);
  const at = ["code_configuration", "scoring_script"];
  // Only what is inside the code directory goes into the image.
  const outside = path.isAbsolute(script) || path.normalize(script).startsWith("..");
  if (outside || !existsSync(file) || !statSync(file).isFile()) {
    fault(place, at, {
      code: "FileNotFound",
      message: `there is no scoring script '${script}' in ${code}`,
      value: script,
      allowed: "a file inside the code directory",
      hint: "correct scoring_script; it is relative to 'code'",
    });
    return undefined;
  }
  const missing = missingFunctions(readFileSync(file, "utf8"));
  if (missing.length > 0) {
    fault(place, at, {
      code: "BadArgument",
      message: `the scoring script ${script} does not define ${missing.map((name) => `${name}()`).join(" and ")}`,
      value: script,
      allowed: "a Python file that defines init() and run()",
      hint: "define both functions at the top level of the script",
    });
  }
  return {
    path: local,
    files: readFiles(local, ["code_configuration", "code"], place),
    scoringScript: path.normalize(script),
  };
}

function loadEnvironment(yaml: EnvironmentYaml, place: Place): DeploymentSpec["environment"] | undefined {
  const at = ["environment", "conda_file"];
  const local = localPath(yaml.conda_file, at, place, "conda file");
  if (local === undefined) {
    return undefined;
  }
  if (!statSync(local.absolute).isFile()) {
    fault(place, at, {
      code: "InvalidValue",
      message: "is a folder",
      value: yaml.conda_file,
      allowed: "a conda file",
      hint: "name the file in it",
    });
    return undefined;
  }
  const shown = path.relative(process.cwd(), local.absolute);
  const conda = parseConda(shown, readFileSync(local.absolute, "utf8"), place.errors, place.warnings);
  const lock = lockFileOf(local.absolute);
  return conda === undefined
    ? undefined
    : { image: yaml.image, conda, lock: existsSync(lock) ? readFileSync(lock, "utf8") : undefined };
}

function loadInstanceType(yaml: DeploymentYaml, place: Place): VmSize | undefined {
  const size = findVmSize(yaml.instance_type);
  if (size === undefined) {
    const near = nearest(
      yaml.instance_type,
      VM_SIZES.map((candidate) => candidate.name),
    );
    fault(place, ["instance_type"], {
      code: "BadArgument",
      message: "is not a VM size that managed online endpoints run on",
      value: yaml.instance_type,
      allowed: "a size of Azure's SKU list for managed online endpoints",
      hint: near === undefined ? "name a size such as Standard_DS3_v2" : `did you mean ${near}?`,
    });
  }
  return size;
}

function readFiles(local: LocalPath, at: YamlPath, place: Place): FileTree {
  const tree = readFileTree(local.absolute);
  for (const treeFault of tree.faults) {
    fault(place, at, treeFault);
  }
  return tree;
}

/** A path in a YAML file is relative to that file (SDK). */
function localPath(written: string, at: YamlPath, place: Place, what: string): LocalPath | undefined {
  const absolute = path.resolve(path.dirname(place.document.file), written);
  if (!existsSync(absolute)) {
    fault(place, at, {
      code: "FileNotFound",
      message: `there is no ${what} at '${path.relative(process.cwd(), absolute)}'`,
      value: written,
      allowed: "a path relative to this file",
      hint: "correct the path",
    });
    return undefined;
  }
  return { written, absolute };
}

function fault(place: Place, at: YamlPath, error: Omit<SpecError, "file" | "line" | "column" | "path">): void {
  place.errors.push({ ...error, file: place.document.file, ...place.document.at(at), path: formatPath(at) });
}
