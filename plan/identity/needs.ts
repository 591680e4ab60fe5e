import type { SecretReference } from "../../input/azure/secret-reference";
import type { Role } from "../../input/azure/tables/roles";
import type { YamlPath } from "../../input/documents/path";
import type { SourceMap } from "../../input/documents/source-map";
import type { StackConfig } from "../../input/stack/config";
import type { DeploymentSpec, EndpointEntry, EndpointSpec } from "../../input/stack/spec";
import { findConnection, findVault } from "../secret-stores";
import { roleNamed } from "./satisfies";

/** A right that an endpoint or one of its deployments cannot do without, or only just. */
export interface Need {
  readonly role: Role;
  /** The narrowest scope that is enough. */
  readonly scope: string;
  /** What cannot be done without it: "pull the image of a deployment". */
  readonly what: string;
  /**
   * Azure's code when the role is missing. `advice`: the deployment starts without it. `silent`: the right thing is a scope
   * that no config of ours can name, so that only a grant is looked for.
   */
  readonly missing: "BadArgument" | "SecretsInjectionError" | "advice" | "silent";
  /** Places of the file with the need in it, and where it stands there. */
  readonly places: SourceMap;
  readonly at: YamlPath;
  /** The value that stands there; never a secret. */
  readonly value?: string;
}

const PULL = roleNamed("AcrPull");
const READ = roleNamed("Storage Blob Data Reader");
const METRICS = roleNamed("AzureML Metrics Writer (preview)");
const COLLECT = roleNamed("Storage Blob Data Contributor");
const OPENAI = roleNamed("Cognitive Services OpenAI User");
export const CONNECTION_SECRETS = roleNamed("Azure Machine Learning Workspace Connection Secrets Reader");
const VAULT_SECRETS = roleNamed("Key Vault Secrets User");

/** What an own identity is granted when its endpoint is created (concept-endpoints-online-auth). */
export const AUTOMATIC: readonly { readonly role: Role; readonly scope: string }[] = [
  { role: PULL, scope: "registry" },
  { role: READ, scope: "storage" },
  { role: METRICS, scope: "workspace" },
];

/** Every role that an endpoint's identity needs because of its deployments. */
export function needsOf({ endpoint, deployments }: EndpointEntry, config: StackConfig): Need[] {
  return [
    ...basicNeeds(endpoint, deployments),
    ...deployments.flatMap((deployment) => [...referenceNeeds(deployment, config), ...collectorNeeds(deployment)]),
  ];
}

function basicNeeds(endpoint: EndpointSpec, deployments: readonly DeploymentSpec[]): Need[] {
  const here = {
    places: endpoint.places,
    at: ["identity", "user_assigned_identities", 0, "resource_id"],
    value: endpoint.identity.type === "user_assigned" ? endpoint.identity.resourceId : undefined,
  };
  const files = deployments.some(({ model, code }) => model !== undefined || code !== undefined);
  const rows: readonly (readonly [boolean, Omit<Need, keyof typeof here>])[] = [
    [
      deployments.length > 0,
      { role: PULL, scope: "registry", what: "pull the image of a deployment", missing: "BadArgument" },
    ],
    [files, { role: READ, scope: "storage", what: "read model and code", missing: "BadArgument" }],
    [
      deployments.length > 0,
      {
        role: METRICS,
        scope: "workspace",
        what: "write metrics of CPU, GPU, memory and disk",
        missing: "advice",
      },
    ],
  ];
  return rows.filter(([needed]) => needed).map(([, need]) => ({ ...need, ...here }));
}

function referenceNeeds(deployment: DeploymentSpec, config: StackConfig): Need[] {
  return Object.entries(deployment.secretReferences).flatMap(([variable, reference]): Need[] => {
    const right = referenceRight(reference, config);
    if (right === undefined) {
      return [];
    }
    const here = {
      places: deployment.places,
      at: ["environment_variables", variable],
      value: deployment.environmentVariables[variable],
    };
    const read: Need = { ...right, missing: "SecretsInjectionError", ...here };
    const calls = callsWithIdentity(reference, config);
    return calls ? [read, { ...right, role: OPENAI, missing: "silent", ...here }] : [read];
  });
}

/**
 * The role that reading a reference takes, and where.
 *
 * @returns undefined when there is no such connection or vault: then nothing is known that could be granted
 */
export function referenceRight(
  reference: SecretReference,
  config: Pick<StackConfig, "connections" | "vaults">,
): Pick<Need, "role" | "scope" | "what"> | undefined {
  switch (reference.form) {
    case "connection": {
      const found = findConnection(config, reference.connection);
      return found === undefined
        ? undefined
        : {
            role: CONNECTION_SECRETS,
            scope: `connection/${found.name}`,
            what: `read the connection '${found.name}'`,
          };
    }
    case "vault": {
      const found = findVault(config, reference.vault);
      return found === undefined
        ? undefined
        : { role: VAULT_SECRETS, scope: `vault/${found.name}`, what: `read the key vault '${found.name}'` };
    }
  }
}

/** A connection without a key is used with the identity itself, which needs a right at the service that it leads to. */
function callsWithIdentity(reference: SecretReference, config: StackConfig): boolean {
  return reference.form === "connection" && findConnection(config, reference.connection)?.value.authType === "AAD";
}

/** Azure writes to the workspace's own storage without a grant; a container of the user's takes one (how-to-collect-production-data). */
function collectorNeeds(deployment: DeploymentSpec): Need[] {
  return Object.entries(deployment.dataCollector?.collections ?? {}).flatMap(([name, { enabled, data }]): Need[] => {
    const container = data?.path === undefined ? undefined : containerOf(data.path);
    if (!enabled || container === undefined) {
      return [];
    }
    return [
      {
        role: COLLECT,
        scope: `container/${container}`,
        what: `write collected data to '${container}'`,
        missing: "BadArgument",
        places: deployment.places,
        at: ["data_collector", "collections", name, "data", "path"],
        value: data?.path,
      },
    ];
  });
}

/** Datastore of the workspace itself, which collected data goes to by default. */
const DEFAULT_DATASTORE = "workspaceblobstore";

/** Datastore or blob container of a path; undefined for the workspace's own, and for a path of another form. */
export function containerOf(path: string): string | undefined {
  const found =
    /^azureml:\/\/(?:[^/]+\/)*?datastores\/([^/]+)/i.exec(path) ??
    /^https:\/\/[^/]+\.blob\.[^/]+\/([^/]+)/i.exec(path) ??
    /^(?:wasbs?|abfss?):\/\/([^@/]+)@/i.exec(path);
  const name = found?.[1];
  return name === undefined || name.toLowerCase() === DEFAULT_DATASTORE ? undefined : name;
}
