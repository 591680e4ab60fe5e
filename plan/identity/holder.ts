import type { StackConfig } from "../../input/stack/config";
import type { EndpointEntry, EndpointSpec } from "../../input/stack/spec";
import type { Assignments, ConfiguredIdentity, Grant } from "./assignments";
import { AUTOMATIC, CONNECTION_SECRETS, type Need, needsOf } from "./needs";
import { satisfies } from "./satisfies";
import { covers, widerScopes } from "./scopes";

/** An endpoint with the roles of its identity, and those that are missing. */
export interface Holder {
  readonly entry: EndpointEntry;
  /** Absent for a user-assigned identity that the config does not know: all that is known of it is that it is unknown. */
  readonly who?: { readonly name: string; readonly configured?: ConfiguredIdentity };
  readonly held: readonly Grant[];
  /** Those of them that some need rests on. */
  readonly used: readonly Grant[];
  readonly missing: readonly Need[];
}

export function holderOf(entry: EndpointEntry, config: StackConfig, assignments: Assignments): Holder {
  const { endpoint } = entry;
  const who = ownerOf(endpoint, assignments);
  if (who === undefined) {
    return { entry, held: [], used: [], missing: [] };
  }
  const held = [...automaticGrants(endpoint), ...(assignments.grants.get(who.name) ?? [])];
  const needs = needsOf(entry, config).map((need) => ({ need, grant: narrowest(held, need) }));
  const missing = needs.filter(({ grant }) => grant === undefined).map(({ need }) => need);
  const used = needs.flatMap(({ grant }) => grant ?? []);
  return { entry, who, held, used, missing };
}

function ownerOf(endpoint: EndpointSpec, assignments: Assignments): Holder["who"] {
  if (endpoint.identity.type === "system_assigned") {
    return { name: endpoint.name };
  }
  const configured = assignments.identity(endpoint.identity.resourceId);
  return configured === undefined ? undefined : { name: configured.name, configured };
}

/**
 * What Azure grants by itself: nothing to a user-assigned identity; to an own one the basics, and the secrets of the connections
 * where the endpoint asks for that. Whoever deploys must have that right as well, or the endpoint is refused as a whole, and
 * saying for each variable that it cannot be read would only hide why.
 */
function automaticGrants({ name, identity }: EndpointSpec): Grant[] {
  if (identity.type === "user_assigned") {
    return [];
  }
  const secrets = identity.enforceSecretAccess ? [{ role: CONNECTION_SECRETS, scope: "workspace" }] : [];
  return [...AUTOMATIC, ...secrets].map((grant) => ({ identity: name, ...grant }));
}

/** The grant that a need rests on: an automatic one first, then the very role before a wider one, then the narrowest scope. */
function narrowest(held: readonly Grant[], need: Need): Grant | undefined {
  const wider = widerScopes(need.scope).map((scope) => scope.toLowerCase());
  const rank = (grant: Grant): number =>
    (grant.index === undefined ? 0 : 100) +
    (grant.role === need.role ? 0 : 10) +
    wider.indexOf(grant.scope.toLowerCase());
  return held
    .filter((grant) => satisfies(grant.role, need.role) && covers(grant.scope, need.scope))
    .sort((a, b) => rank(a) - rank(b))[0];
}
