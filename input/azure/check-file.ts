import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { withoutConsequences } from "../documents/consequences";
import { type LocatedDocument, parseYaml } from "../documents/document";
import { distinct, type SpecError, sortErrors } from "../documents/errors";
import { Collector, type Findings, type Result } from "../documents/findings";
import { type Override, parseSetPath, withOverrides } from "../documents/override";
import { readScoringScript } from "../python/scoring-script";
import { isAutoscale, parseAutoscale } from "./autoscale/spec";
import { readDeployment } from "./deployment/read";
import { KubernetesDeploymentSchema, ManagedDeploymentSchema } from "./deployment/schema";
import { readEndpoint } from "./endpoint/read";
import { endpointKind } from "./endpoint/rules";
import { KubernetesEndpointSchema, ManagedEndpointSchema } from "./endpoint/schema";
import type { OnlineKind } from "./fields";
import { isInstanceType, parseInstanceTypes } from "./instance-type";
import { recogniseOther } from "./legacy";
import { limits } from "./tables/limits";
import { vmSizesWith } from "./tables/vm-sizes";
import { deploymentValue, endpointValue, type NormalisedFields } from "./value";

/** What a file turned out to be. */
export type FileKind = "endpoint" | "deployment" | "autoscale" | "instance-type" | "unknown";

export interface CheckOptions {
  /** `PATH=VALUE`, as `az ml … --set` takes them; applied before anything is checked. */
  readonly set?: readonly string[];
  /** The endpoint file that a deployment belongs to. */
  readonly endpoint?: string;
  /** Names of the deployments that an endpoint has. Without it every name in its traffic counts as known. */
  readonly deployments?: readonly string[];
  /** Do not look into the scoring script: it may be in another language. */
  readonly skipScriptValidation?: boolean;
}

export interface FileReport {
  readonly file: string;
  readonly kind: FileKind;
  readonly verdict: "accept" | "reject";
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
  /** The normalised fields; only of an accepted endpoint or deployment. */
  readonly value?: NormalisedFields;
}

/** Checks one file by itself, as Microsoft's client and then Azure's service would, and says everything that is wrong with it. */
export function checkFile(file: string, options: CheckOptions = {}): FileReport {
  const { value: text, findings } = readText(file);
  return text === undefined ? reportOf(file, { kind: "unknown" }, findings) : checkText(file, text, options);
}

/** The same for a text that is not on the disk yet; `file` says where it would be, and relative paths start there. */
export function checkText(file: string, text: string, options: CheckOptions = {}): FileReport {
  const found = new Collector();
  const document = found.take(parseYaml(file, text));
  const overrides = found.take(setOverrides(file, options.set ?? []));
  const checked: Checked =
    document === undefined
      ? { kind: "unknown" }
      : found.take(checkDocument(found.take(withOverrides(document, overrides)), options));
  return reportOf(file, checked, found.findings);
}

interface Checked {
  readonly kind: FileKind;
  readonly value?: NormalisedFields;
}

function reportOf(file: string, { kind, value }: Checked, findings: Findings): FileReport {
  const errors = sortErrors(withoutConsequences(distinct(findings.errors)));
  const accepted = errors.length === 0;
  return {
    file,
    kind,
    verdict: accepted ? "accept" : "reject",
    errors,
    warnings: sortErrors(distinct(findings.warnings)),
    ...(accepted && value !== undefined ? { value } : {}),
  };
}

function readText(file: string): Result<string | undefined> {
  if (existsSync(file) && statSync(file).isFile()) {
    return { value: readFileSync(file, "utf8"), findings: { errors: [], warnings: [] } };
  }
  const fault: SpecError = {
    code: "FileNotFound",
    file,
    line: 0,
    column: 0,
    path: "",
    message: existsSync(file) ? "is a folder" : "there is no such file",
    value: file,
    allowed: "a YAML or JSON file",
    hint: "correct the path",
  };
  return { value: undefined, findings: { errors: [fault], warnings: [] } };
}

/** The words behind `--set`. A value that begins like JSON is JSON; anything else is text, and fields read it as they can. */
function setOverrides(file: string, pairs: readonly string[]): Result<Override[]> {
  const errors: SpecError[] = [];
  const overrides = pairs.flatMap((pair): Override[] => {
    const split = pair.indexOf("=");
    const path = split < 0 ? undefined : parseSetPath(pair.slice(0, split).trim());
    const place = { file, line: 0, column: 0 };
    if (path === undefined) {
      errors.push({
        code: "BadArgument",
        ...place,
        path: "--set",
        message: "is not PATH=VALUE",
        value: pair,
        allowed: "a dotted path with list indexes, '=' and a value: a.b[0].c=d",
        hint: "correct --set",
      });
      return [];
    }
    return [{ path, value: jsonOrText(pair.slice(split + 1)), at: () => place, keyAt: () => place }];
  });
  return { value: overrides, findings: { errors, warnings: [] } };
}

/** Whether a word behind `--set` has the form PATH=VALUE. */
export function isSetPair(pair: string): boolean {
  const split = pair.indexOf("=");
  return split > 0 && parseSetPath(pair.slice(0, split).trim()) !== undefined;
}

function jsonOrText(text: string): unknown {
  if (!/^\s*[[{]/.test(text)) {
    return text;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function checkDocument(document: LocatedDocument, options: CheckOptions): Result<Checked> {
  const found = new Collector();
  const kind = fileKind(document.value);
  switch (kind) {
    case "endpoint":
      return found.result({ kind, value: found.take(checkEndpoint(document, options)) });
    case "deployment":
      return found.result({ kind, value: found.take(checkDeployment(document, options)) });
    case "autoscale":
      found.take(parseAutoscale(document));
      return found.result({ kind });
    case "instance-type":
      found.take(parseInstanceTypes(document));
      return found.result({ kind });
    case "unknown": {
      const other = recogniseOther(document.value);
      const fault: SpecError = {
        code: "NotSupported",
        ...document.at([]),
        path: "",
        message: other?.message ?? "is neither an online endpoint nor an online deployment",
        value: other?.kind,
        allowed: "an online endpoint, an online deployment, autoscale settings or Kubernetes instance types",
        hint: other?.hint ?? "check that it is the right file",
        rule: "schema",
        source: other?.source,
      };
      return { value: { kind }, findings: { errors: [fault], warnings: [] } };
    }
    default:
      return kind satisfies never;
  }
}

const ENDPOINT_KEYS = Object.keys({ ...ManagedEndpointSchema.shape, ...KubernetesEndpointSchema.shape });
const DEPLOYMENT_KEYS = Object.keys({ ...ManagedDeploymentSchema.shape, ...KubernetesDeploymentSchema.shape });

/** A file says what it is by its keys: Azure takes `$schema` for a remark, so it only breaks a tie. */
export function fileKind(value: unknown): FileKind {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    // An empty file or a list: the endpoint's schema tells what it should have been.
    return "endpoint";
  }
  if (isAutoscale(value)) {
    return "autoscale";
  }
  if (isInstanceType(value)) {
    return "instance-type";
  }
  const keys = Object.keys(value);
  const only = (mine: readonly string[], others: readonly string[]): number =>
    keys.filter((key) => mine.includes(key) && !others.includes(key)).length;
  const [endpoint, deployment] = [only(ENDPOINT_KEYS, DEPLOYMENT_KEYS), only(DEPLOYMENT_KEYS, ENDPOINT_KEYS)];
  const known = keys.length === 0 || keys.some((key) => ENDPOINT_KEYS.includes(key) || DEPLOYMENT_KEYS.includes(key));
  if (recogniseOther(value) !== undefined || !known) {
    return "unknown";
  }
  if (endpoint !== deployment) {
    return deployment > endpoint ? "deployment" : "endpoint";
  }
  const schema = String((value as Record<string, unknown>).$schema ?? "");
  return /deployment/i.test(schema) ? "deployment" : "endpoint";
}

function checkEndpoint(document: LocatedDocument, { deployments }: CheckOptions): Result<NormalisedFields | undefined> {
  const { value: read, findings } = readEndpoint(document, deployments);
  return { value: read === undefined ? undefined : endpointValue(read.kind, read.yaml), findings };
}

function checkDeployment(document: LocatedDocument, options: CheckOptions): Result<NormalisedFields | undefined> {
  const found = new Collector();
  const endpoint = options.endpoint === undefined ? undefined : found.take(endpointOf(options.endpoint));
  const around = { limits, sizes: BUILT_IN_SIZES, endpoint };
  const scripts = { skipScriptValidation: options.skipScriptValidation ?? false, readScript: readScoringScript };
  const read = found.take(readDeployment(document, around, scripts));
  const conda = read?.files.conda?.absolute;
  if (conda !== undefined) {
    // Microsoft's client only reads the conda file; what a package is, only the build finds out.
    found.take(parseYaml(path.relative(process.cwd(), conda), readFileSync(conda, "utf8")));
  }
  return found.result(read === undefined ? undefined : deploymentValue(read.kind, read.yaml, document, endpoint?.name));
}

const BUILT_IN_SIZES = vmSizesWith({});

/** What a deployment needs to know of its endpoint. Its own faults are told when it is checked itself. */
function endpointOf(file: string): Result<{ name?: string; kind: OnlineKind }> {
  const found = new Collector();
  const text = found.take(readText(file));
  const document = text === undefined ? undefined : found.take(parseYaml(file, text));
  const name = (document?.value as { readonly name?: unknown } | null | undefined)?.name;
  const value = { name: typeof name === "string" ? name : undefined, kind: endpointKind(document?.value) };
  // What is odd about that file is not this one's.
  return { value, findings: { errors: found.findings.errors, warnings: [] } };
}
