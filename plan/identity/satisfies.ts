import { findRole, type Role } from "../../input/azure/tables/roles";

/** Roles that may do everything another role is needed for. */
export interface Satisfaction {
  readonly needed: string;
  readonly by: readonly string[];
  /** Why these, and why no others of those that are often given instead. */
  readonly because: string;
  /** Azure document that says so. */
  readonly source: string;
}

/**
 * The built-in roles in Azure's own words: Contributor and Owner hold every *action* (what the resource manager does) and no
 * *data action* (what is done with the data in a resource). Blobs and the secrets of a key vault are data.
 */
export const SATISFACTIONS: readonly Satisfaction[] = [
  {
    needed: "AcrPull",
    by: ["Contributor", "Owner"],
    because: "pulling is an action of the registry",
    source: "container-registry-roles",
  },
  {
    needed: "Storage Blob Data Reader",
    by: ["Storage Blob Data Contributor"],
    because: "reading a blob is a data action",
    source: "assign-azure-role-data-access",
  },
  {
    needed: "Storage Blob Data Contributor",
    by: [],
    because: "writing a blob is a data action",
    source: "assign-azure-role-data-access",
  },
  {
    needed: "AzureML Metrics Writer (preview)",
    by: ["AzureML Data Scientist", "Contributor", "Owner"],
    because: "writing metrics is an action of the workspace",
    source: "how-to-assign-roles",
  },
  {
    needed: "Azure Machine Learning Workspace Connection Secrets Reader",
    by: ["AzureML Data Scientist", "Contributor", "Owner"],
    because: "connections/listsecrets/action is an action of the workspace",
    source: "how-to-assign-roles",
  },
  {
    needed: "Key Vault Secrets User",
    by: ["Key Vault Secrets Officer", "Key Vault Administrator"],
    because: "reading a secret is a data action where the vault uses role-based access, as secret injection asks for",
    source: "rbac-guide",
  },
  {
    needed: "Cognitive Services OpenAI User",
    by: [],
    because: "calling a model is a data action",
    source: "how-to-deploy-to-code",
  },
];

const BY_NEED = new Map(SATISFACTIONS.map(({ needed, by }) => [needed, new Set([needed, ...by])]));

/** Whether who holds a role may do what another one is needed for. */
export function satisfies(held: Role, needed: Role): boolean {
  return BY_NEED.get(needed.name)?.has(held.name) ?? held === needed;
}

/** A role of our own tables, which must be there. */
export function roleNamed(name: string): Role {
  const role = findRole(name);
  if (role === undefined) {
    throw new Error(`the table of roles has no '${name}'`);
  }
  return role;
}
