import type { Role } from "../../input/azure/tables/roles";
import { nearest } from "../../input/documents/check";
import { formatPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import type { Findings } from "../../input/documents/findings";
import { placeOf } from "../../input/documents/source-map";
import type { EndpointEntry, StackSpec } from "../../input/stack/spec";
import type { Grant } from "./assignments";
import { flowLine } from "./flow-line";
import type { Holder } from "./holder";
import { CONNECTION_SECRETS, type Need } from "./needs";
import { satisfies } from "./satisfies";
import { covers, widerScopes } from "./scopes";

/** Azure checks the right of whoever deploys twice: when the endpoint is made, and with each deployment under it. */
export function refusals({ endpoint, deployments }: EndpointEntry, { config, configFile }: StackSpec): SpecError[] {
  const { identity } = endpoint;
  if (identity.type === "user_assigned" || !identity.enforceSecretAccess || config.deployerMayListSecrets) {
    return [];
  }
  const common = {
    code: "BadArgument",
    allowed: `who holds ${CONNECTION_SECRETS.name} on the workspace`,
    hint: `remove the property and grant the identity its roles yourself, or write mlendpoints:deployerMayListSecrets: true in ${configFile} if that is so`,
    rule: "service",
    source: "how-to-deploy-online-endpoint-with-secret-injection",
  } as const;
  const property = ["properties", "enforce_access_to_default_secret_stores"];
  return [
    {
      ...common,
      ...placeOf(endpoint.places, property),
      path: formatPath(property),
      message: "the endpoint is refused: whoever deploys may not list the secrets of the connections",
      value: "enabled",
    },
    ...deployments.map((deployment) => ({
      ...common,
      ...placeOf(deployment.places, ["endpoint_name"]),
      path: "endpoint_name",
      message: `the deployment is refused: '${endpoint.name}' enforces access to secret stores, and whoever deploys may not list the secrets of the connections`,
    })),
  ];
}

export function unknownIdentity({ entry: { endpoint }, who }: Holder, { config, configFile }: StackSpec): SpecError[] {
  if (endpoint.identity.type === "system_assigned" || who !== undefined) {
    return [];
  }
  const { resourceId } = endpoint.identity;
  const ids = Object.values(config.identities).map((identity) => identity.resourceId);
  // The names alone: ids of one resource group are all alike.
  const near = ids.find((id) => lastName(id) === nearest(lastName(resourceId), ids.map(lastName)));
  const path = ["identity", "user_assigned_identities", 0, "resource_id"];
  const last = lastName(resourceId);
  const name = last === "" || Object.hasOwn(config.identities, last) ? `${endpoint.name}-identity` : last;
  const add = `add to mlendpoints:identities in ${configFile}: ${flowLine({ [name]: { resourceId } })}`;
  return [
    {
      code: "BadArgument",
      ...placeOf(endpoint.places, path),
      path: formatPath(path),
      message: "the stack's config does not know this identity",
      value: resourceId,
      allowed: ids.length === 0 ? "a resource id of mlendpoints:identities, which has none" : ids.join(", "),
      hint: near === undefined ? add : `did you mean '${near}'? If not, ${add}`,
      rule: "stack",
      source: "concept-endpoints-online-auth",
    },
  ];
}

function lastName(resourceId: string): string {
  return resourceId.split("/").at(-1) ?? "";
}

/** What a missing role means: an error, or only advice. */
export function missingRole(need: Need, { who, entry }: Holder): Partial<Findings> {
  if (who === undefined || need.missing === "silent") {
    return {};
  }
  const { role, scope } = need;
  const own = who.configured === undefined ? `the identity of endpoint '${who.name}'` : `the identity '${who.name}'`;
  const told: Omit<SpecError, "code"> = {
    ...placeOf(need.places, need.at),
    path: formatPath(need.at),
    message: `${own} may not ${need.what}: it has no ${role.name} on ${scope}`,
    value: need.value,
    allowed: `the role on ${widerScopes(scope).join(", ")}`,
    hint: `add to mlendpoints:roleAssignments: - ${flowLine({ identity: who.name, role: role.name, scope })}`,
    rule: "service",
    source: role.source,
  };
  const message = `${told.message}; the deployments of '${entry.endpoint.name}' run without`;
  return need.missing === "advice"
    ? { warnings: [{ ...told, code: "MissingRole", message }] }
    : { errors: [{ ...told, code: need.missing }] };
}

/** A flow asks the identity service for a token of one of several identities; the client id says which (how-to-deploy-to-code). */
export function withoutClientId({ entry, who }: Holder): SpecError[] {
  const configured = who?.configured;
  if (configured === undefined || configured.clientId !== undefined) {
    return [];
  }
  return entry.deployments
    .filter(
      ({ model, environmentVariables }) =>
        model?.properties["azureml.promptflow.source_flow_id"] !== undefined &&
        environmentVariables["AZURE_CLIENT_ID"] === undefined,
    )
    .map((deployment) => ({
      code: "MissingField",
      ...placeOf(deployment.places, ["environment_variables"]),
      path: "environment_variables",
      message: "a prompt flow with a user-assigned identity does not find it without AZURE_CLIENT_ID",
      allowed: "the client id of the identity",
      hint: `add clientId to mlendpoints:identities, below '${configured.name}', or AZURE_CLIENT_ID to the file`,
      rule: "service",
      source: "how-to-deploy-to-code",
    }));
}

export function unusedGrants(
  grants: readonly Grant[],
  used: ReadonlySet<Grant>,
  holders: readonly Holder[],
  spec: StackSpec,
): SpecError[] {
  const idle = grants.filter((grant) => !used.has(grant));
  const byName = holdersOf(new Set(idle.map(({ identity }) => identity)), holders);
  return idle.map(({ identity, role, scope, index }) => {
    const own = byName.get(identity) ?? [];
    const given = own
      .flatMap(({ held }) => held)
      .find((other) => other.index !== index && satisfies(other.role, role) && covers(other.scope, scope));
    const why =
      own.length === 0
        ? `no endpoint uses the identity '${identity}'`
        : given === undefined
          ? `nothing behind the identity '${identity}' needs ${role.name} on ${scope}`
          : `the identity '${identity}' has that already: ${given.role.name} on ${given.scope}${given.index === undefined ? ", which Azure grants by itself" : ""}`;
    const at = ["roleAssignments", index ?? 0];
    const near = nearest(scope, missingScopes(own, role));
    return {
      code: "UnusedRoleAssignment",
      ...placeOf(spec.places, at),
      path: formatPath(at),
      message: why,
      value: `${role.name} on ${scope}`,
      hint: near === undefined ? "remove it: an identity should hold what it needs" : `did you mean '${near}'?`,
      rule: "stack",
    };
  });
}

/** Who acts under each of these identities: one endpoint under its own, any number under a user-assigned one. */
function holdersOf(identities: ReadonlySet<string>, holders: readonly Holder[]): ReadonlyMap<string, Holder[]> {
  const found = new Map<string, Holder[]>();
  for (const holder of holders) {
    const name = holder.who?.name;
    if (name !== undefined && identities.has(name)) {
      found.set(name, [...(found.get(name) ?? []), holder]);
    }
  }
  return found;
}

/** Scopes on which the very same role is missing: a typing error in the name of one is the likely reason. */
function missingScopes(holders: readonly Holder[], role: Role): string[] {
  return holders.flatMap(({ missing }) => missing.filter((need) => need.role === role).map(({ scope }) => scope));
}
