import { existsSync, readFileSync } from "node:fs";
import { type LocatedDocument, parseYaml, type YamlPath } from "../../documents/document";
import { Collector, type Result } from "../../documents/findings";
import { refuseBrokenLines } from "./broken-lines";
import { judgeChannels } from "./channels";
import { decidePython, judgeUnknown, warnOfTwins, withServer } from "./decisions";
import { readDependencies } from "./dependencies";
import type { CondaEnvironment } from "./environment";
import { CondaReport } from "./report";

export type { CondaEnvironment, CondaRequirement } from "./environment";

export interface CondaOptions {
  /** Reads a file that a `-r` line names; undefined when there is none. From the disk by default. */
  readonly readText?: (file: string) => string | undefined;
}

/**
 * Reads a conda file without conda: the python pin picks the base image, packages become pip requirements, and what has
 * no counterpart is refused by name. What was decided for the user is a warning.
 *
 * @param file as the user would type it; `-r` lines are relative to its folder
 * @param options `path`: where the environment stands in the file, the whole file by default
 * @returns undefined when there was a fault
 */
export function parseConda(
  file: string,
  text: string,
  options: CondaOptions & { readonly path?: YamlPath } = {},
): Result<CondaEnvironment | undefined> {
  const found = new Collector();
  const document = found.take(parseYaml(file, text));
  const readText = (named: string): string | undefined =>
    named === file ? text : (options.readText ?? readFromDisk)(named);
  return found.result(
    document === undefined ? undefined : found.take(parseCondaDocument(document, options.path ?? [], { readText })),
  );
}

/**
 * Reads the conda environment that stands at `prefix` of a document, for example an inline `environment.conda_file` of a
 * deployment file. Places and `-r` lines are those of that file.
 *
 * @returns undefined when there was a fault
 */
export function parseCondaDocument(
  document: LocatedDocument,
  prefix: YamlPath,
  options: CondaOptions = {},
): Result<CondaEnvironment | undefined> {
  const readText = options.readText ?? readFromDisk;
  const report = new CondaReport(document, prefix);
  const text = readText(document.file);
  const broken = text === undefined ? new Set<string>() : refuseBrokenLines(text, prefix, report);
  const items = readTop(valueAt(document.value, prefix), report);
  if (items === undefined) {
    return report.result(undefined);
  }
  const asked = readDependencies(items, report, { file: document.file, readText, broken });
  const pythonMinor = decidePython(asked.pythons, report);
  judgeUnknown(asked, report);
  const requirements = withServer(asked.requirements, document.file, report);
  warnOfTwins(requirements, report);
  return report.result(report.errorCount > 0 ? undefined : { file: document.file, pythonMinor, requirements });
}

/** The lock file that belongs to a conda file: `environment/conda.yml` → `environment/conda.lock`. */
export function lockFileOf(condaFile: string): string {
  return condaFile.replace(/\.ya?ml$/i, "") + ".lock";
}

/** @returns the package list; undefined, with the fault told, when there is none */
function readTop(value: unknown, report: CondaReport): readonly unknown[] | undefined {
  if (!isRecord(value)) {
    report.refuse([], {
      code: "InvalidType",
      message: "a conda file must be a map with 'dependencies'",
      hint: "add 'dependencies:' with a list of packages",
    });
    return undefined;
  }
  judgeKeys(value, report);
  judgeChannels(value["channels"], report);
  const dependencies = value["dependencies"];
  if (!Array.isArray(dependencies)) {
    report.refuse(["dependencies"], {
      code: dependencies === undefined ? "MissingField" : "InvalidType",
      message: dependencies === undefined ? "'dependencies' is missing" : "must be a list",
      hint: "write 'dependencies:' with a list of packages, for example '- python=3.12'",
    });
    return undefined;
  }
  return dependencies;
}

function judgeKeys(value: Readonly<Record<string, unknown>>, report: CondaReport): void {
  for (const key of Object.keys(value)) {
    if (key === "variables") {
      report.refuse([key], {
        code: "NotSupported",
        message: "variables of a conda environment are set by 'conda activate', which no container runs",
        hint: "move them to 'environment_variables' of the deployment",
      });
    } else if (!["name", "channels", "dependencies", "prefix"].includes(key)) {
      report.warn([key], {
        code: "UnknownField",
        message: `conda knows no field '${key}'; it has no effect`,
        allowed: "name, channels, dependencies",
        hint: "remove it",
      });
    }
  }
}

function readFromDisk(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

function valueAt(value: unknown, path: YamlPath): unknown {
  return path.reduce<unknown>(
    (inner, step) => (isRecord(inner) || Array.isArray(inner) ? own(inner, step) : undefined),
    value,
  );
}

function own(value: object, step: string | number): unknown {
  return Object.hasOwn(value, step) ? (value as Readonly<Record<string | number, unknown>>)[step] : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
