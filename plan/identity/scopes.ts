/**
 * Where a role holds, as the stack's config writes it. A connection belongs to the workspace and a blob container to its
 * storage account; the rest are resources side by side in one resource group: a role on the workspace says nothing about its
 * storage account or its registry.
 */
const PARENTS: Readonly<Record<string, string | undefined>> = {
  connection: "workspace",
  container: "storage",
  vault: "resource-group",
  workspace: "resource-group",
  registry: "resource-group",
  storage: "resource-group",
  "resource-group": "subscription",
  subscription: undefined,
};

/** The scope itself and all that it lies in, the narrowest first: `connection/openai`, `workspace`, `resource-group`, `subscription`. */
export function widerScopes(scope: string): readonly string[] {
  const parent = PARENTS[scope.split("/")[0] ?? ""];
  return parent === undefined ? [scope] : [scope, ...widerScopes(parent)];
}

/** Whether a role that is granted on one scope holds on the other. Names in Azure are the same in upper and lower case. */
export function covers(granted: string, needed: string): boolean {
  return widerScopes(needed).some((scope) => sameScope(scope, granted));
}

export function sameScope(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
