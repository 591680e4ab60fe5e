import { existsSync, readFileSync } from "node:fs";
import { limitsWith } from "../azure/tables/limits";
import { vmSizesWith } from "../azure/tables/vm-sizes";
import { check, nearest } from "../documents/check";
import { withoutConsequences } from "../documents/consequences";
import { formatPath, type LocatedDocument, parseYaml, type YamlPath } from "../documents/document";
import { distinct, type SpecError, SpecErrors, sortErrors } from "../documents/errors";
import { Collector, type Result } from "../documents/findings";
import type { Override } from "../documents/override";
import { withoutAbsent } from "../documents/plain";
import { sourceMapOf } from "../documents/source-map";
import { Assets } from "./assets";
import { NAMESPACE, type StackConfig, StackConfigSchema } from "./config";
import { loadDeployment } from "./load-deployment";
import { loadEndpoint } from "./load-endpoint";
import { type DeploymentLoader, scriptReader } from "./loader";
import { readDocument, setOverrides } from "./read-document";
import type { DeploymentSpec, EndpointEntry, StackSpec } from "./spec";

export interface StackSource {
  /** The stack's config file: relative paths start at its folder, and errors in the config point into it. */
  readonly file: string;
  /** The values below `mlendpoints:` as the engine gives them, by key. */
  readonly values: Readonly<Record<string, unknown>>;
}

/**
 * Reads a stack: its config, its endpoint and deployment files, and the code, models and conda files that they name.
 *
 * @throws SpecErrors with every fault of every file.
 */
export function loadStack(source: StackSource): StackSpec {
  const { errors, spec } = readStack(source);
  if (spec === undefined || errors.length > 0) {
    throw new SpecErrors(errors);
  }
  return spec;
}

/** The same without a throw, for tools that show faults and warnings side by side. */
export function readStack(source: StackSource): {
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
  readonly spec?: StackSpec;
} {
  const { value: spec, findings } = readAll(source);
  const tidy = (list: readonly SpecError[]): SpecError[] =>
    sortErrors(distinct(list.map(withoutSecrets).map(withoutAbsent)));
  const [errors, warnings] = [withoutConsequences(tidy(findings.errors)), tidy(findings.warnings)];
  return { errors, warnings, spec: spec === undefined ? undefined : { ...spec, warnings } };
}

/** What a connection or a vault holds never stands in an error. */
function withoutSecrets(error: SpecError): SpecError {
  if (!/^(connections|vaults)\b/.test(error.path)) {
    return error;
  }
  const { value, ...rest } = error;
  return rest;
}

function readAll(source: StackSource): Result<StackSpec | undefined> {
  const found = new Collector();
  const document = found.take(stackDocument(source));
  const config = found.take(check(StackConfigSchema, document));
  if (config === undefined) {
    return found.result(undefined);
  }
  const sizes = vmSizesWith(config.vmSizes);
  const { limits, faults } = limitsWith(config.limits);
  const assets = new Assets(config, document);
  const read = { trees: new Map(), condas: new Map(), readScript: scriptReader() };
  const loader: DeploymentLoader = { stack: document, sizes, limits, assets, ...read };
  found.add({ errors: unknownFamilies(config, sizes.families(), document) });
  found.add({
    errors: faults.map(({ key, ...fault }) => ({ ...fault, ...document.at(["limits", key]), path: `limits.${key}` })),
  });
  found.add({ errors: assets.deadLabels() });
  const entries = config.endpoints.map((_, index) => found.take(loadEntry(config, index, loader)));
  const endpoints = entries.filter((entry) => entry !== undefined);
  found.add({ errors: [...sameNames(endpoints, document), ...joinedNames(endpoints, document)] });
  const places = sourceMapOf(document);
  return found.result({ config, configFile: source.file, places, limits, endpoints, warnings: [] });
}

/** The stack's values, with positions from its file where the file has them. */
function stackDocument(source: StackSource): Result<LocatedDocument> {
  const found = new Collector();
  const file = existsSync(source.file)
    ? found.take(parseYaml(source.file, readFileSync(source.file, "utf8")))
    : undefined;
  const inFile = (at: YamlPath): YamlPath =>
    at.length === 0 ? ["config"] : ["config", `${NAMESPACE}${at[0]}`, ...at.slice(1)];
  const nowhere = { file: source.file, line: 0, column: 0 };
  return found.result({
    file: source.file,
    value: source.values,
    at: (at) => file?.at(inFile(at)) ?? nowhere,
    keyAt: (at) => file?.keyAt(inFile(at)) ?? nowhere,
    written: (at) => file?.written(inFile(at)),
  });
}

function loadEntry(config: StackConfig, index: number, loader: DeploymentLoader): Result<EndpointEntry | undefined> {
  const { stack } = loader;
  const found = new Collector();
  const entry = config.endpoints[index]!;
  const at: YamlPath = ["endpoints", index];
  const overrides = [...trafficOverrides(entry, at, stack), ...found.take(setOverrides(entry.set, at, stack))];
  const document = found.take(readDocument(entry.file, [...at, "file"], stack, overrides));
  const head = document === undefined ? undefined : endpointHead(document);
  const loaded = entry.deployments.map((deployment, position) =>
    found.take(loadDeployment(deployment, [...at, "deployments", position], head, loader)),
  );
  found.add({ errors: twins(loaded, at, stack) });
  const names = loaded.map(({ name }) => name);
  // A deployment that could not even be read has no name: who refers to it is not to blame.
  const known = names.every((name) => name !== undefined) ? names.filter((name) => name !== undefined) : undefined;
  const endpoint = document === undefined ? undefined : found.take(loadEndpoint(document, known));
  const deployments = loaded.map(({ spec }) => spec).filter((spec): spec is DeploymentSpec => spec !== undefined);
  return found.result(endpoint === undefined ? undefined : { endpoint, deployments });
}

/** Name of an endpoint for its deployments, before its own file is checked. */
function endpointHead(document: LocatedDocument): { readonly name?: string; readonly value: unknown } {
  const name = (document.value as { readonly name?: unknown } | null | undefined)?.name;
  return { name: typeof name === "string" ? name : undefined, value: document.value };
}

/** The stack's traffic stands in the place of the endpoint file's, and is checked as if it were written there. */
function trafficOverrides(entry: StackConfig["endpoints"][number], at: YamlPath, stack: LocatedDocument): Override[] {
  const pairs = [
    { key: "traffic", field: "traffic", value: entry.traffic },
    { key: "mirrorTraffic", field: "mirror_traffic", value: entry.mirrorTraffic },
  ];
  return pairs.flatMap(({ key, field, value }) =>
    value === undefined
      ? []
      : [
          {
            path: [field],
            value,
            at: (rest: YamlPath) => stack.at([...at, key, ...rest]),
            keyAt: (rest: YamlPath) => stack.keyAt([...at, key, ...rest]),
          },
        ],
  );
}

function twins(loaded: readonly { readonly name?: string }[], at: YamlPath, stack: LocatedDocument): SpecError[] {
  return loaded.flatMap(({ name }, index): SpecError[] => {
    if (name === undefined || !loaded.slice(0, index).some((other) => other.name === name)) {
      return [];
    }
    const where = [...at, "deployments", index];
    return [
      {
        code: "BadArgument",
        ...stack.at(where),
        path: formatPath(where),
        message: `two deployments of this endpoint are called '${name}'`,
        value: name,
        allowed: "a name that is unique within its endpoint",
        hint: "rename one of them",
        rule: "stack",
      },
    ];
  });
}

/** Resources are called `<endpoint>-<deployment>`: fraud/eu-blue and fraud-eu/blue would be one name. */
function joinedNames(entries: readonly EndpointEntry[], document: LocatedDocument): SpecError[] {
  const owners = new Map<string, string>();
  return entries.flatMap(({ endpoint, deployments }, index) =>
    deployments.flatMap(({ name }): SpecError[] => {
      const joined = `${endpoint.name}-${name}`;
      const own = `${endpoint.name}/${name}`;
      const other = owners.get(joined) ?? own;
      owners.set(joined, own);
      return other === own
        ? []
        : [
            {
              code: "BadArgument",
              ...document.at(["endpoints", index]),
              path: formatPath(["endpoints", index]),
              message: `${own} and ${other} would both be called '${joined}'`,
              value: own,
              allowed: "endpoint and deployment names that differ when they are joined by a dash",
              hint: "rename one of them",
              rule: "stack",
            },
          ];
    }),
  );
}

/** A limit on a family that does not exist would limit nothing. */
function unknownFamilies({ quota }: StackConfig, families: readonly string[], document: LocatedDocument): SpecError[] {
  const known = new Set(families.map((family) => family.toLowerCase()));
  return (["families", "workspace"] as const).flatMap((key) =>
    Object.keys(quota[key])
      .filter((name) => !known.has(name.toLowerCase()))
      .map((family): SpecError => {
        const near = nearest(family, families);
        return {
          code: "InvalidValue",
          ...document.keyAt(["quota", key, family]),
          path: formatPath(["quota", key, family]),
          message: "is not a VM family that managed online endpoints run on",
          value: family,
          allowed: families.join(", "),
          hint: near === undefined ? "name the family of an instance type in use" : `did you mean '${near}'?`,
          rule: "stack",
        };
      }),
  );
}

function sameNames(entries: readonly EndpointEntry[], document: LocatedDocument): SpecError[] {
  return entries.flatMap((entry, index): SpecError[] =>
    entries.slice(0, index).some((other) => other.endpoint.name === entry.endpoint.name)
      ? [
          {
            code: "EndpointAlreadyExists",
            ...document.at(["endpoints", index]),
            path: formatPath(["endpoints", index]),
            message: `two endpoints of this stack are called '${entry.endpoint.name}'`,
            value: entry.endpoint.name,
            allowed: "a name that is unique within the stack",
            hint: "rename one of them",
            rule: "stack",
          },
        ]
      : [],
  );
}
