import { findRole, type Role, roleNames } from "../../input/azure/tables/roles";
import { nearest } from "../../input/documents/check";
import { formatPath, type YamlPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import type { Result } from "../../input/documents/findings";
import { placeOf } from "../../input/documents/source-map";
import type { EndpointSpec, StackSpec } from "../../input/stack/spec";
import { sameScope } from "./scopes";

/** A role that an identity holds. */
export interface Grant {
  /** Name of the identity: an endpoint's for its own, the configured one otherwise. */
  readonly identity: string;
  readonly role: Role;
  readonly scope: string;
  /** Index in `mlendpoints:roleAssignments`; absent for what the platform grants by itself. */
  readonly index?: number;
}

/** A user-assigned identity of `mlendpoints:identities`. */
export interface ConfiguredIdentity {
  readonly name: string;
  readonly resourceId: string;
  readonly clientId?: string;
}

/** Who there is, and which roles the stack's config gives to whom. */
export interface Assignments {
  /** The configured identity with that resource id; ids are the same in upper and lower case. */
  identity(resourceId: string): ConfiguredIdentity | undefined;
  /** In the order of the config, by name of the identity. */
  readonly grants: ReadonlyMap<string, readonly Grant[]>;
}

/** Reads `mlendpoints:identities` and `mlendpoints:roleAssignments`; what makes no sense is told with its place in the config. */
export function readAssignments(spec: StackSpec): Result<Assignments> {
  const errors: SpecError[] = [];
  const fault = (path: YamlPath, breach: Pick<SpecError, "message" | "value" | "allowed" | "hint">): void => {
    errors.push({
      code: "InvalidValue",
      ...placeOf(spec.places, path),
      path: formatPath(path),
      ...breach,
      rule: "stack",
    });
  };
  const identities = Object.entries(spec.config.identities).map(
    ([name, identity]): ConfiguredIdentity => ({ name, ...identity }),
  );
  const endpoints = spec.endpoints.map(({ endpoint }) => endpoint);
  const owners = endpoints.filter(({ identity }) => identity.type === "system_assigned").map(({ name }) => name);
  refuseSameIdentities(identities, owners, fault);
  const names = [...owners, ...identities.map(({ name }) => name)];
  const byName = new Map(names.map((name) => [name.toLowerCase(), name]));
  const byId = new Map(identities.map((identity) => [identity.resourceId.toLowerCase(), identity]));
  const grants = new Map<string, Grant[]>();
  spec.config.roleAssignments.forEach((written, index) => {
    const at: YamlPath = ["roleAssignments", index];
    const role = findRole(written.role);
    const identity = byName.get(written.identity.toLowerCase());
    if (role === undefined) {
      const near = nearest(written.role, roleNames());
      fault([...at, "role"], {
        message: "is not a role that is known here",
        value: written.role,
        allowed: roleNames().join(", "),
        hint: near === undefined ? "name a built-in role of Azure, or give its id" : `did you mean '${near}'?`,
      });
    }
    if (identity === undefined) {
      fault([...at, "identity"], unknownIdentity(written.identity, names, endpoints, identities));
    }
    if (role === undefined || identity === undefined) {
      return;
    }
    const own = grants.get(identity) ?? [];
    const twin = own.find((other) => other.role === role && sameScope(other.scope, written.scope));
    if (twin === undefined) {
      grants.set(identity, [...own, { identity, role, scope: written.scope, index }]);
    } else {
      fault(at, {
        message: `gives '${identity}' ${role.name} on ${written.scope} a second time, after roleAssignments[${twin.index}]`,
        allowed: "each role once per identity and scope",
        hint: "remove one of them",
      });
    }
  });
  const value: Assignments = { identity: (resourceId) => byId.get(resourceId.toLowerCase()), grants };
  return { value, findings: { errors, warnings: [] } };
}

function sameId(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

type Fault = (path: YamlPath, breach: Pick<SpecError, "message" | "value" | "allowed" | "hint">) => void;

/** A role assignment would not say whose it is. */
function refuseSameIdentities(
  identities: readonly ConfiguredIdentity[],
  owners: readonly string[],
  fault: Fault,
): void {
  identities.forEach(({ name, resourceId }, index) => {
    if (owners.some((owner) => owner.toLowerCase() === name.toLowerCase())) {
      fault(["identities", name], {
        message: `'${name}' is also the name of an endpoint with an identity of its own`,
        value: name,
        allowed: "a name that no such endpoint has",
        hint: "give the identity another name, here and in roleAssignments",
      });
    }
    const twin = identities.slice(0, index).find((other) => sameId(other.resourceId, resourceId));
    if (twin !== undefined) {
      fault(["identities", name, "resourceId"], {
        message: `is the resource id of '${twin.name}' as well`,
        value: resourceId,
        allowed: "each identity once",
        hint: "remove one of them",
      });
    }
  });
}

function unknownIdentity(
  written: string,
  names: readonly string[],
  endpoints: readonly EndpointSpec[],
  identities: readonly ConfiguredIdentity[],
): Pick<SpecError, "message" | "value" | "allowed" | "hint"> {
  const endpoint = endpoints.find(({ name }) => name === written.toLowerCase());
  const allowed = names.length === 0 ? "no name: the stack has no identities" : names.join(", ");
  if (endpoint?.identity.type === "user_assigned") {
    const { resourceId } = endpoint.identity;
    const own = identities.find((identity) => sameId(identity.resourceId, resourceId));
    return {
      message: `the endpoint '${endpoint.name}' has no identity of its own: it uses a user-assigned one`,
      value: written,
      allowed,
      hint: `write the name that mlendpoints:identities gives to that one${own === undefined ? "" : `: identity: ${own.name}`}`,
    };
  }
  const near = nearest(written, names);
  return {
    message: "there is no such identity",
    value: written,
    allowed,
    hint: near === undefined ? "name an endpoint, or an entry of mlendpoints:identities" : `did you mean '${near}'?`,
  };
}
