import type { EndpointSpec } from "../spec/stack/spec";

/** A role that an identity holds. The names and ids are Azure's, so that a policy can be written once for both. */
export interface RoleAssignment {
  readonly role: string;
  /** Azure's id of the built-in role. */
  readonly roleId: string;
  readonly scope: "registry" | "storage" | "workspace";
  readonly purpose: string;
  /** True when the platform grants it without being asked. */
  readonly automatic: boolean;
}

export interface IdentityPlan {
  readonly type: "system_assigned" | "user_assigned";
  readonly name: string;
  readonly roleAssignments: readonly RoleAssignment[];
}

/** What a system-assigned identity is granted when its endpoint is created (concept-endpoints-online-auth). */
export const SYSTEM_ASSIGNED_ROLES: readonly RoleAssignment[] = [
  {
    role: "AcrPull",
    roleId: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    scope: "registry",
    purpose: "pull the image of a deployment",
    automatic: true,
  },
  {
    role: "Storage Blob Data Reader",
    roleId: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    scope: "storage",
    purpose: "read model and code",
    automatic: true,
  },
  {
    role: "AzureML Metrics Writer (preview)",
    roleId: "635dd51f-9968-44d3-b7fb-6d9a6bd613ae",
    scope: "workspace",
    purpose: "write metrics",
    automatic: true,
  },
];

export function planIdentity(endpoint: EndpointSpec): IdentityPlan {
  return { type: endpoint.identity.type, name: endpoint.name, roleAssignments: SYSTEM_ASSIGNED_ROLES };
}
