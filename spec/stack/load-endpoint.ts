import { checkFields } from "../check";
import type { LocatedDocument } from "../document";
import { checkEndpointRules, endpointKind } from "../endpoint/rules";
import {
  ENDPOINT_SOURCE,
  type EndpointYaml,
  KubernetesEndpointSchema,
  ManagedEndpointSchema,
} from "../endpoint/schema";
import { toName } from "../fields";
import { Reader } from "../reader";
import type { Findings } from "./findings";
import type { EndpointSpec, IdentitySpec } from "./spec";

/** Checks an endpoint document and fills in Azure's defaults. */
export function loadEndpoint(
  document: LocatedDocument,
  deployments: readonly string[] | undefined,
  { errors, warnings }: Findings,
): EndpointSpec | undefined {
  const kind = endpointKind(document.value);
  const schema = kind === "kubernetes" ? KubernetesEndpointSchema : ManagedEndpointSchema;
  const yaml: EndpointYaml | undefined = checkFields(schema, document, errors, {
    rule: "schema",
    source: ENDPOINT_SOURCE,
  });
  if (yaml === undefined) {
    return undefined;
  }
  checkEndpointRules(new Reader(document, errors, warnings), yaml, { kind, deployments });
  if (yaml.name === undefined) {
    return undefined;
  }
  return {
    file: document.file,
    at: document.at,
    kind,
    name: toName(yaml.name),
    description: yaml.description,
    tags: textTags(yaml.tags),
    properties: yaml.properties ?? {},
    authMode: yaml.auth_mode ?? "key",
    identity: identityOf(yaml),
    traffic: byName(yaml.traffic),
    mirrorTraffic: byName(yaml.mirror_traffic),
    publicNetworkAccess: yaml.public_network_access !== "disabled",
    compute: yaml.compute?.replace(/^azureml:/, ""),
  };
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
