import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { placeholderHint, type YamlPath } from "../../documents/document";
import type { Reader } from "../../documents/reader";
import type { ScoringScript } from "../../python/scoring-script";
import type { DeploymentYaml } from "./schema";

/** A file or directory that a deployment names, as the user wrote it and where it is. */
export interface LocalPath {
  /** As written in the YAML. */
  readonly written: string;
  /** Absolute. */
  readonly absolute: string;
}

/** What a deployment file names on this machine; absent when it names none, or when it is not there. */
export interface DeploymentFiles {
  readonly model?: LocalPath;
  readonly code?: LocalPath;
  readonly script?: ScoringScript;
  readonly conda?: LocalPath;
  readonly build?: LocalPath;
}

/** How scoring scripts are read. */
export interface ScriptOptions {
  /** Do not look into them: they may be in another language. */
  readonly skipScriptValidation: boolean;
  /** `readScoringScript`, or one that remembers what it read. */
  readonly readScript: (source: string) => ScoringScript;
}

/** Finds what a deployment names. What Microsoft's client would not find either is an error. */
export function findFiles(reader: Reader, yaml: DeploymentYaml, options: ScriptOptions): DeploymentFiles {
  const conda = condaFile(reader);
  const code = codeFolder(reader);
  return {
    model: modelFiles(reader),
    code,
    script: code === undefined ? undefined : scoringScript(reader, code, options),
    conda,
    build: buildContext(reader, yaml),
  };
}

/** Whether a path is an address and not a file of this machine. */
export function isRemote(written: string): boolean {
  return /^(azureml:|[a-z][a-z0-9+.-]+:\/\/|runs:)/i.test(written);
}

function modelFiles(reader: Reader): LocalPath | undefined {
  const at = ["model", "path"];
  const written = named(reader, at);
  if (written === undefined) {
    return undefined;
  }
  if (!isRemote(written)) {
    return local(reader, at, written, "model");
  }
  if (!reader.has("model", "name")) {
    reader.error(at, {
      code: "BadArgument",
      message: "is not a local file: a model without a name is told apart by its content, so that must be here",
      value: written,
      allowed: "a local path, or a remote one together with 'name'",
      hint: "give the model a name (and a version)",
      rule: "schema",
      source: "reference-yaml-model",
    });
  }
  return undefined;
}

function codeFolder(reader: Reader): LocalPath | undefined {
  const at = ["code_configuration", "code"];
  const written = named(reader, at);
  if (written === undefined || isRemote(written)) {
    return undefined;
  }
  const found = local(reader, at, written, "code directory");
  if (found !== undefined && !statSync(found.absolute).isDirectory()) {
    reader.error(at, {
      code: "InvalidValue",
      message: "is not a folder",
      value: written,
      allowed: "the folder of the scoring script",
      hint: "name the folder here and the script in scoring_script",
      rule: "client",
      source: "reference-yaml-deployment-managed-online",
    });
    return undefined;
  }
  return found;
}

function scoringScript(reader: Reader, code: LocalPath, options: ScriptOptions): ScoringScript | undefined {
  const at = ["code_configuration", "scoring_script"];
  const written = named(reader, at);
  if (written === undefined) {
    return undefined;
  }
  const file = path.join(code.absolute, written);
  // Only what is inside the code directory goes into the image.
  const outside = path.isAbsolute(written) || path.normalize(written).startsWith("..");
  if (outside || !existsSync(file) || !statSync(file).isFile()) {
    reader.error(at, {
      code: "FileNotFound",
      message: `there is no scoring script '${written}' in ${code.written}`,
      value: written,
      allowed: "a file inside the code directory",
      hint: placeholderHint(written) ?? "correct scoring_script; it is relative to 'code'",
      rule: "client",
      source: "how-to-deploy-online-endpoints",
    });
    return undefined;
  }
  if (options.skipScriptValidation) {
    return undefined;
  }
  const script = options.readScript(readFileSync(file, "utf8"));
  if (script.syntaxError !== undefined) {
    const { line, column, message } = script.syntaxError;
    reader.error(at, {
      code: "BadArgument",
      message: `the scoring script is not Python: ${written}:${line}:${column} ${message}`,
      value: written,
      allowed: "a Python file that defines init() and run()",
      hint: "correct the script; --skip-script-validation is for scripts that are not Python",
      rule: "client",
      source: "how-to-deploy-online-endpoints",
    });
  } else if (script.missing.length > 0) {
    reader.warn(at, {
      code: "UserScriptFunctionNotFound",
      message: `the scoring script ${written} does not define ${script.missing.map((name) => `${name}()`).join(" and ")}: the container will not start`,
      value: written,
      allowed: "a Python file that defines init() and run()",
      hint: "define both functions at the top level of the script",
      rule: "service",
      source: "how-to-troubleshoot-online-endpoints",
    });
  }
  return script;
}

function condaFile(reader: Reader): LocalPath | undefined {
  const at = ["environment", "conda_file"];
  const written = named(reader, at);
  if (written === undefined) {
    return undefined;
  }
  const found = local(reader, at, written, "conda file");
  if (found !== undefined && !statSync(found.absolute).isFile()) {
    reader.error(at, {
      code: "InvalidValue",
      message: "is a folder",
      value: written,
      allowed: "a conda file",
      hint: "name the file in it",
      rule: "client",
      source: "reference-yaml-environment",
    });
    return undefined;
  }
  return found;
}

function buildContext(reader: Reader, yaml: DeploymentYaml): LocalPath | undefined {
  const at = ["environment", "build", "path"];
  const written = named(reader, at);
  if (written === undefined || isRemote(written)) {
    return undefined;
  }
  const found = local(reader, at, written, "build context");
  const environment = typeof yaml.environment === "object" ? yaml.environment : undefined;
  const dockerfile = environment?.build?.dockerfile_path ?? "Dockerfile";
  if (
    found !== undefined &&
    statSync(found.absolute).isDirectory() &&
    !existsSync(path.join(found.absolute, dockerfile))
  ) {
    const named = environment?.build?.dockerfile_path !== undefined;
    reader.error(named ? ["environment", "build", "dockerfile_path"] : at, {
      code: "FileNotFound",
      message: `there is no '${dockerfile}' in ${written}`,
      value: dockerfile,
      allowed: "a file inside the build context",
      hint: "correct dockerfile_path; it is relative to 'path'",
      rule: "service",
      source: "reference-yaml-environment",
    });
  }
  return found;
}

/** What stands at a path, when it names anything: that an empty name is none is told elsewhere. */
function named(reader: Reader, at: readonly string[]): string | undefined {
  const written = reader.text(...at);
  return written === "" ? undefined : written;
}

/** A path in a YAML file is relative to that file (SDK). */
function local(reader: Reader, at: YamlPath, written: string, what: string): LocalPath | undefined {
  const absolute = path.resolve(path.dirname(reader.document.file), written);
  if (!existsSync(absolute)) {
    reader.error(at, {
      code: "FileNotFound",
      message: `there is no ${what} at '${path.relative(process.cwd(), absolute)}'`,
      value: written,
      allowed: "a path relative to this file",
      hint: placeholderHint(written) ?? "correct the path",
      rule: "client",
      source: "reference-yaml-deployment-managed-online",
    });
    return undefined;
  }
  return { written, absolute };
}
