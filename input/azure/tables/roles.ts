/** A built-in role of Azure that an endpoint's identity, or the person who deploys, may need. */
export interface Role {
  readonly name: string;
  /** Azure's id of the role: the same in every tenant. */
  readonly id: string;
  /** What the role is given for. */
  readonly purpose: string;
  /** Azure document that asks for it. */
  readonly source: string;
  /** Other names of the same role. */
  readonly aliases: readonly string[];
  /** True when it grants far more than any endpoint needs. */
  readonly broad: boolean;
}

/** Needed by the identity of an endpoint first, then by people. */
export const ROLES: readonly Role[] = [
  {
    name: "AcrPull",
    id: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
    purpose: "pull the image of a deployment from the workspace's container registry",
    source: "concept-endpoints-online-auth",
    aliases: [],
    broad: false,
  },
  {
    name: "Storage Blob Data Reader",
    id: "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1",
    purpose: "read model and code from the workspace's storage account",
    source: "concept-endpoints-online-auth",
    aliases: [],
    broad: false,
  },
  {
    name: "AzureML Metrics Writer (preview)",
    id: "635dd51f-9968-44d3-b7fb-6d9a6bd613ae",
    purpose: "write the CPU, GPU, memory and disk metrics of a deployment",
    source: "concept-endpoints-online-auth",
    aliases: ["AzureML Metrics Writer"],
    broad: false,
  },
  {
    name: "Azure Machine Learning Workspace Connection Secrets Reader",
    id: "ea01e6af-a1c1-4350-9563-ad00f8c72ec5",
    purpose: "read the secrets of the workspace's connections, for secret injection and prompt flows",
    source: "concept-secret-injection",
    aliases: [],
    broad: false,
  },
  {
    name: "Key Vault Secrets User",
    id: "4633458b-17de-408a-b874-0445c86b69e6",
    purpose: "read the secrets of a key vault, for secret injection",
    source: "concept-secret-injection",
    aliases: [],
    broad: false,
  },
  {
    name: "Key Vault Secrets Officer",
    id: "b86a8fe4-44ce-4948-aee5-eccb2c155cd7",
    purpose: "read and write the secrets of a key vault; more than an endpoint needs",
    source: "rbac-guide",
    aliases: [],
    broad: false,
  },
  {
    name: "Key Vault Administrator",
    id: "00482a5a-887f-4fb3-b363-3b7fe8e74483",
    purpose: "do anything with what a key vault holds; far more than an endpoint needs",
    source: "rbac-guide",
    aliases: [],
    broad: true,
  },
  {
    name: "Storage Blob Data Contributor",
    id: "ba92f5b4-2d11-453d-a403-e96b0029c9fe",
    purpose: "write collected data to a container of your own",
    source: "how-to-collect-production-data",
    aliases: [],
    broad: false,
  },
  {
    name: "Cognitive Services OpenAI User",
    id: "5e0bd9bd-7b93-4f28-af87-19fc36ad61bd",
    purpose: "call an Azure OpenAI resource with the identity of the endpoint",
    source: "how-to-deploy-to-code",
    aliases: [],
    broad: false,
  },
  {
    name: "AzureML Data Scientist",
    id: "f6c7c914-8db3-469d-8ca1-694a8f32e121",
    purpose: "create endpoints and deployments, and score",
    source: "how-to-authenticate-online-endpoint",
    aliases: [],
    broad: false,
  },
  {
    name: "Contributor",
    id: "b24988ac-6180-42a0-ab88-20f7382dd24c",
    purpose: "change every resource of a scope",
    source: "how-to-authenticate-online-endpoint",
    aliases: [],
    broad: true,
  },
  {
    name: "Owner",
    id: "8e3af657-a8ff-443c-a75c-2fe8c4bcb635",
    purpose: "change every resource of a scope, and who may do so",
    source: "how-to-authenticate-online-endpoint",
    aliases: [],
    broad: true,
  },
];

const BY_WORD = new Map(
  ROLES.flatMap((role) => [role.name, role.id, ...role.aliases].map((word): [string, Role] => [fold(word), role])),
);

/**
 * The role of that name or id, in any case: `findRole("acrpull")`. An id may be a whole resource id, as in
 * `/providers/Microsoft.Authorization/roleDefinitions/7f951dda-…`.
 */
export function findRole(nameOrId: string): Role | undefined {
  const last = nameOrId.slice(nameOrId.lastIndexOf("/") + 1);
  return BY_WORD.get(fold(last));
}

export function roleNames(): readonly string[] {
  return ROLES.map((role) => role.name);
}

function fold(text: string): string {
  return text.trim().toLowerCase();
}
