import { existsSync, readFileSync } from "node:fs";
import { check, nearest } from "./check";
import { formatPath, type LocatedDocument, parseYaml, type YamlPath } from "./document";
import { EndpointSchema, type EndpointSpec, toEndpointSpec } from "./endpoint";
import { distinct, type SpecError, SpecErrors } from "./errors";
import { loadDeployment } from "./load-deployment";
import { readDocument } from "./read-document";
import type { DeploymentSpec, EndpointEntry, StackSpec } from "./stack";
import { NAMESPACE, type StackConfig, StackConfigSchema } from "./stack-config";
import { VM_SIZES } from "./tables/vm-sizes";

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
  const errors: SpecError[] = [];
  const warnings: SpecError[] = [];
  const document = stackDocument(source, errors);
  const config = check(StackConfigSchema, document, errors);
  if (config === undefined) {
    throw new SpecErrors(distinct(errors));
  }
  const entries = config.endpoints.map((entry, index) =>
    loadEntry(entry, ["endpoints", index], document, errors, warnings),
  );
  const endpoints = entries.filter((entry) => entry !== undefined);
  refuseSameNames(endpoints, document, errors);
  refuseJoinedNames(endpoints, document, errors);
  refuseUnknownFamilies(config, document, errors);
  if (errors.length > 0) {
    throw new SpecErrors(distinct(errors));
  }
  return { config, configFile: source.file, configAt: document.at, endpoints, warnings: distinct(warnings) };
}

/** The stack's values, with positions from its file where the file has them. */
function stackDocument(source: StackSource, errors: SpecError[]): LocatedDocument {
  const file = existsSync(source.file) ? parseYaml(source.file, readFileSync(source.file, "utf8"), errors) : undefined;
  const inFile = (at: YamlPath): YamlPath =>
    at.length === 0 ? ["config"] : ["config", `${NAMESPACE}${at[0]}`, ...at.slice(1)];
  const nowhere = { line: 0, column: 0 };
  return {
    file: source.file,
    value: source.values,
    at: (at) => file?.at(inFile(at)) ?? nowhere,
    keyAt: (at) => file?.keyAt(inFile(at)) ?? nowhere,
  };
}

function loadEntry(
  entry: StackConfig["endpoints"][number],
  at: YamlPath,
  stack: LocatedDocument,
  errors: SpecError[],
  warnings: SpecError[],
): EndpointEntry | undefined {
  const faultsBefore = errors.length;
  const loaded = readDocument(entry.file, [...at, "file"], stack, EndpointSchema, errors);
  const endpoint = loaded === undefined ? undefined : toEndpointSpec(loaded.document.file, loaded.value);
  const deployments: DeploymentSpec[] = [];
  entry.deployments.forEach((file, index) => {
    const where = [...at, "deployments", index];
    const deployment = loadDeployment(file, where, stack, endpoint, errors, warnings);
    if (deployment !== undefined) {
      if (deployments.some((other) => other.name === deployment.name)) {
        errors.push({
          code: "BadArgument",
          file: stack.file,
          ...stack.at(where),
          path: formatPath(where),
          message: `two deployments of this endpoint are called '${deployment.name}'`,
          value: deployment.name,
          allowed: "a name that is unique within its endpoint",
          hint: "rename one of them",
        });
      }
      deployments.push(deployment);
    }
  });
  if (endpoint === undefined || loaded === undefined) {
    return undefined;
  }
  const [traffic, document, trafficAt]: [EndpointSpec["traffic"], LocatedDocument, YamlPath] =
    entry.traffic === undefined
      ? [endpoint.traffic, loaded.document, ["traffic"]]
      : [entry.traffic, stack, [...at, "traffic"]];
  // With a deployment that did not parse, its name would be called unknown: a second error for one fault.
  if (errors.length === faultsBefore) {
    refuseUnknownTraffic(traffic, deployments, document, trafficAt, errors);
  }
  return { endpoint, traffic, deployments };
}

function refuseUnknownTraffic(
  traffic: Readonly<Record<string, number>>,
  deployments: readonly DeploymentSpec[],
  document: LocatedDocument,
  at: YamlPath,
  errors: SpecError[],
): void {
  const names = deployments.map((deployment) => deployment.name as string);
  for (const name of Object.keys(traffic).filter((candidate) => !names.includes(candidate))) {
    const near = nearest(name, names);
    errors.push({
      code: "BadArgument",
      file: document.file,
      ...document.keyAt([...at, name]),
      path: formatPath([...at, name]),
      message: `traffic goes to '${name}', which is not a deployment of this endpoint`,
      value: name,
      allowed: names.length === 0 ? "no name: the endpoint has no deployments" : names.join(", "),
      hint:
        near === undefined ? "name one of its deployments, or add this one to the stack" : `did you mean '${near}'?`,
    });
  }
}

/** Resources are called `<endpoint>-<deployment>`: fraud/eu-blue and fraud-eu/blue would be one name. */
function refuseJoinedNames(entries: readonly EndpointEntry[], document: LocatedDocument, errors: SpecError[]): void {
  const owners = new Map<string, string>();
  entries.forEach(({ endpoint, deployments }, index) => {
    for (const { name } of deployments) {
      const joined = `${endpoint.name}-${name}`;
      const own = `${endpoint.name}/${name}`;
      const other = owners.get(joined) ?? own;
      if (other !== own) {
        errors.push({
          code: "BadArgument",
          file: document.file,
          ...document.at(["endpoints", index]),
          path: formatPath(["endpoints", index]),
          message: `${own} and ${other} would both be called '${joined}'`,
          value: own,
          allowed: "endpoint and deployment names that differ when they are joined by a dash",
          hint: "rename one of them",
        });
      }
      owners.set(joined, own);
    }
  });
}

/** A limit on a family that does not exist would limit nothing. */
function refuseUnknownFamilies(config: StackConfig, document: LocatedDocument, errors: SpecError[]): void {
  const families = [...new Set(VM_SIZES.map((size) => size.family))];
  const known = new Set(families.map((family) => family.toLowerCase()));
  for (const family of Object.keys(config.quota.families).filter((name) => !known.has(name.toLowerCase()))) {
    const near = nearest(family, families);
    errors.push({
      code: "InvalidValue",
      file: document.file,
      ...document.keyAt(["quota", "families", family]),
      path: formatPath(["quota", "families", family]),
      message: "is not a VM family that managed online endpoints run on",
      value: family,
      allowed: families.join(", "),
      hint: near === undefined ? "name the family of an instance type in use" : `did you mean '${near}'?`,
    });
  }
}

function refuseSameNames(entries: readonly EndpointEntry[], document: LocatedDocument, errors: SpecError[]): void {
  entries.forEach((entry, index) => {
    if (entries.slice(0, index).some((other) => other.endpoint.name === entry.endpoint.name)) {
      errors.push({
        code: "EndpointAlreadyExists",
        file: document.file,
        ...document.at(["endpoints", index]),
        path: formatPath(["endpoints", index]),
        message: `two endpoints of this stack are called '${entry.endpoint.name}'`,
        value: entry.endpoint.name,
        allowed: "a name that is unique within the stack",
        hint: "rename one of them",
      });
    }
  });
}
