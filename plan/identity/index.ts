import { findRole, type Role } from "../../input/azure/tables/roles";
import { Collector, type Result } from "../../input/documents/findings";
import { withoutAbsent } from "../../input/documents/plain";
import type { StackSpec } from "../../input/stack/spec";
import { type Grant, readAssignments } from "./assignments";
import { missingRole, refusals, unknownIdentity, unusedGrants, withoutClientId } from "./faults";
import { type Holder, holderOf } from "./holder";
import { satisfies } from "./satisfies";
import { covers } from "./scopes";

/** A role on a scope. Names and ids are Azure's, so that a policy can be written once for both. */
export interface RoleOnScope {
  readonly role: string;
  /** Azure's id of the built-in role. */
  readonly roleId: string;
  /** registry, storage, workspace, connection/<name>, vault/<name>, container/<name>, resource-group or subscription. */
  readonly scope: string;
}

export interface RoleAssignment extends RoleOnScope {
  readonly purpose: string;
  /** True when the platform grants it without being asked. */
  readonly automatic: boolean;
  /** True when a deployment behind this identity needs it. */
  readonly used: boolean;
}

export interface MissingRole extends RoleOnScope {
  readonly purpose: string;
}

/** The identity that an endpoint's containers act under, and what it may do. */
export interface IdentityPlan {
  readonly type: "system_assigned" | "user_assigned";
  /** The endpoint's name for an identity of its own, the configured one for a user-assigned identity. */
  readonly name: string;
  /** Of a user-assigned identity. */
  readonly resourceId?: string;
  /** Of a user-assigned identity; containers get it as AZURE_CLIENT_ID. */
  readonly clientId?: string;
  readonly roleAssignments: readonly RoleAssignment[];
  /** Each once. A plan that stands lacks only roles that deployments start without. */
  readonly missing: readonly MissingRole[];
  /** Roles given in the config that nothing behind this identity needs. */
  readonly unused: readonly RoleOnScope[];
}

/**
 * Decides which roles each endpoint's identity holds, and whether they are enough.
 *
 * @returns by endpoint name
 */
export function planIdentities(spec: StackSpec): Result<ReadonlyMap<string, IdentityPlan>> {
  const found = new Collector();
  const assignments = found.take(readAssignments(spec));
  const holders = spec.endpoints.map((entry) => holderOf(entry, spec.config, assignments));
  const used = new Set(holders.flatMap((holder) => holder.used));
  for (const holder of holders) {
    found.add({ errors: [...refusals(holder.entry, spec), ...unknownIdentity(holder, spec)] });
    for (const need of holder.missing) {
      found.add(missingRole(need, holder));
    }
    found.add({ warnings: withoutClientId(holder) });
  }
  const grants = [...assignments.grants.values()].flat();
  found.add({ warnings: unusedGrants(grants, used, holders, spec) });
  return found.result(new Map(holders.map((holder) => [holder.entry.endpoint.name, toPlan(holder, used)])));
}

/** Whether an identity may do what a role is needed for. */
export function mayDo(identity: IdentityPlan, role: Role, scope: string): boolean {
  return identity.roleAssignments.some((held) => {
    const own = findRole(held.roleId);
    return own !== undefined && satisfies(own, role) && covers(held.scope, scope);
  });
}

function toPlan({ entry: { endpoint }, who, held, missing }: Holder, used: ReadonlySet<Grant>): IdentityPlan {
  const { identity } = endpoint;
  const told = missing.filter((need) => need.missing !== "silent");
  return withoutAbsent<IdentityPlan>({
    type: identity.type,
    name: who?.name ?? endpoint.name,
    ...(identity.type === "user_assigned"
      ? { resourceId: identity.resourceId, clientId: who?.configured?.clientId }
      : {}),
    roleAssignments: held.map((grant) => ({
      ...onScope(grant),
      purpose: grant.role.purpose,
      automatic: grant.index === undefined,
      used: used.has(grant),
    })),
    missing: [
      ...new Map(
        told.map((need) => [`${need.role.id} ${need.scope}`, { ...onScope(need), purpose: need.role.purpose }]),
      ).values(),
    ],
    unused: held.filter((grant) => grant.index !== undefined && !used.has(grant)).map(onScope),
  });
}

function onScope({ role, scope }: { readonly role: Role; readonly scope: string }): RoleOnScope {
  return { role: role.name, roleId: role.id, scope };
}
