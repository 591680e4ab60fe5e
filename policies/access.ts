import type { RoleInput } from "../components/inputs";
import { endpointPolicy, identityPolicy } from "./define";
import { WIDE_ROLES } from "./roles";

export const publicAccessWithoutLimits = endpointPolicy(
  "public-access-without-limits",
  ({ publicNetworkAccess, routerHost, authMode }, { hosts }) =>
    publicNetworkAccess && authMode === "key" && !isLoopback(routerHost) && !hosts.includes(routerHost)
      ? `listens on ${routerHost} and takes keys`
      : undefined,
);

export const keyAuthWhereTokensRequired = endpointPolicy(
  "key-auth-where-tokens-required",
  ({ authMode }, { authModes }) =>
    authModes.includes(authMode) ? undefined : `has auth_mode ${authMode}; here ${authModes.join(" or ")} is required`,
);

export const wideRole = identityPolicy("wide-role", ({ roleAssignments }, { roles, scopes }) => {
  const wide = [...Object.entries(WIDE_ROLES).flat(), ...roles].map(fold);
  return roleAssignments.flatMap(({ role, roleId, scope }) => [
    ...(wide.includes(fold(role)) || wide.includes(fold(roleId)) ? [`holds the role ${role} on ${scope}`] : []),
    ...(scopes.includes(scope) ? [`holds ${role} on a whole ${scope}`] : []),
  ]);
});

export const unusedRole = identityPolicy("unused-role", ({ unused }) =>
  unused.map(({ role, scope }: RoleInput) => `holds ${role} on ${scope}, which nothing needs`),
);

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Role ids come as they are or at the end of a resource id. */
function fold(roleOrId: string): string {
  return roleOrId
    .slice(roleOrId.lastIndexOf("/") + 1)
    .trim()
    .toLowerCase();
}
