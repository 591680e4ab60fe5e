import type { LocatedDocument, YamlPath } from "../documents/document";
import { withoutAbsent } from "../documents/plain";
import { isReference, parseAssetReference } from "./asset-reference";
import type { DeploymentYaml, EnvironmentYaml, ModelYaml } from "./deployment/schema";
import type { EndpointYaml } from "./endpoint/schema";
import type { OnlineKind } from "./fields";

/**
 * The normalised fields of an accepted file, for tools that read `mlendpoints check --json`: words in their one spelling,
 * references without `azureml:`, image names without their registry. Fields that the file leaves out are left out here.
 */
export type NormalisedFields = Readonly<Record<string, unknown>>;

/** Fields that only Azure writes, and the schema's address: they say nothing about the endpoint. */
const NOT_OURS = [
  "$schema",
  "id",
  "kind",
  "provisioning_state",
  "scoring_uri",
  "openapi_uri",
  "creation_context",
  "type",
];

export function endpointValue(kind: OnlineKind, yaml: EndpointYaml): NormalisedFields {
  const { identity, compute, traffic, mirror_traffic, ...rest } = yaml;
  return withoutAbsent({
    kind,
    ...without(rest, NOT_OURS),
    name: yaml.name,
    auth_mode: yaml.auth_mode ?? "key",
    traffic: nonEmpty(traffic),
    mirror_traffic: nonEmpty(mirror_traffic),
    identity:
      identity === undefined
        ? undefined
        : withoutAbsent({ type: identity.type, user_assigned: identity.user_assigned_identities }),
    compute: compute?.replace(/^azureml:/, ""),
  });
}

export function deploymentValue(
  kind: OnlineKind,
  yaml: DeploymentYaml,
  document: LocatedDocument,
  endpoint?: string,
): NormalisedFields {
  const { model, code_configuration: code, environment, data_collector: collector, ...rest } = yaml;
  return withoutAbsent({
    kind,
    ...without(rest, NOT_OURS),
    name: yaml.name?.toLowerCase(),
    endpoint_name: yaml.endpoint_name ?? endpoint,
    model: typeof model === "string" ? referenceValue(model, "models") : modelValue(model, document),
    code: code === undefined ? undefined : withoutAbsent({ path: code.code, scoring_script: code.scoring_script }),
    environment:
      typeof environment === "string" ? referenceValue(environment, "environments") : environmentValue(environment),
    data_collector: collector === undefined ? undefined : collectorValue(collector),
  });
}

function referenceValue(text: string, kind: "models" | "environments") {
  const parsed = parseAssetReference(text, kind);
  return isReference(parsed) ? { form: parsed.form, ref: parsed.ref } : undefined;
}

function modelValue(model: ModelYaml | undefined, document: LocatedDocument) {
  return model === undefined
    ? undefined
    : withoutAbsent({
        form: "inline",
        name: model.name,
        version: versionText(model.version, document, ["model", "version"]),
        path: model.path,
        type: model.type ?? "custom_model",
        properties: model.properties,
      });
}

function environmentValue(environment: EnvironmentYaml | undefined) {
  return environment === undefined
    ? undefined
    : withoutAbsent({
        form: "inline",
        name: environment.name,
        image: environment.image === undefined ? undefined : withoutRegistry(environment.image),
        conda_file: typeof environment.conda_file === "object" ? "inline" : environment.conda_file,
        build: environment.build,
        inference_config: environment.inference_config,
      });
}

function collectorValue(collector: NonNullable<DeploymentYaml["data_collector"]>) {
  const collections = Object.entries(collector.collections).map(([name, { enabled, ...rest }]) => [
    name,
    { enabled: String(enabled), ...rest },
  ]);
  return withoutAbsent({ ...collector, collections: Object.fromEntries(collections) });
}

/** A version as it was typed: YAML reads `1.0` as the number 1. */
export function versionText(parsed: string | undefined, document: LocatedDocument, path: YamlPath): string | undefined {
  const written = document.written(path);
  return parsed !== undefined && written !== undefined && /^\d+\.\d*$/.test(written) ? written : parsed;
}

/** An image name without the registry in front: the first part is one when it has a dot or a port (Docker's rule). */
function withoutRegistry(image: string): string {
  const [first = "", ...rest] = image.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? rest.join("/") : image;
}

function nonEmpty<T extends object>(map: T | undefined): T | undefined {
  return map === undefined || Object.keys(map).length === 0 ? undefined : map;
}

function without(fields: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => !keys.includes(key)));
}
