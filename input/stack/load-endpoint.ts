import { readEndpoint } from "../azure/endpoint/read";
import type { EndpointYaml } from "../azure/endpoint/schema";
import { toName } from "../azure/fields";
import type { LocatedDocument } from "../documents/document";
import type { Result } from "../documents/findings";
import { asJson, withoutAbsent } from "../documents/plain";
import { sourceMapOf } from "../documents/source-map";
import type { EndpointSpec, IdentitySpec } from "./spec";

/** Checks an endpoint document and fills in Azure's defaults. */
export function loadEndpoint(
  document: LocatedDocument,
  deployments: readonly string[] | undefined,
): Result<EndpointSpec | undefined> {
  const { value: read, findings } = readEndpoint(document, deployments);
  if (read?.yaml.name === undefined) {
    return { value: undefined, findings };
  }
  const { kind, yaml } = read;
  const { name } = read.yaml;
  const spec = withoutAbsent<EndpointSpec>({
    file: document.file,
    places: sourceMapOf(document),
    kind,
    name: toName(name),
    description: yaml.description,
    tags: textTags(yaml.tags),
    properties: asJson(yaml.properties ?? {}),
    authMode: yaml.auth_mode ?? "key",
    identity: identityOf(yaml),
    traffic: byName(yaml.traffic),
    mirrorTraffic: byName(yaml.mirror_traffic),
    publicNetworkAccess: yaml.public_network_access !== "disabled",
    compute: yaml.compute?.replace(/^azureml:/, ""),
  });
  return { value: spec, findings };
}

/** An endpoint without `identity` gets one of its own (concept-endpoints-online-auth). */
function identityOf({ identity, properties }: EndpointYaml): IdentitySpec {
  const resourceId = identity?.user_assigned_identities?.[0]?.resource_id;
  if (identity?.type === "user_assigned" && resourceId !== undefined) {
    return { type: "user_assigned", resourceId };
  }
  const enforce = properties?.enforce_access_to_default_secret_stores;
  return { type: "system_assigned", enforceSecretAccess: String(enforce).toLowerCase() === "enabled" };
}

function byName(map: Readonly<Record<string, number>> | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(map ?? {}).map(([name, percent]) => [toName(name), percent]));
}

/** Tags are text where they end up: labels. */
export function textTags(tags: Readonly<Record<string, unknown>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(tags ?? {}).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}
