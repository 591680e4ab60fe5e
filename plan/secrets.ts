import type { SecretReference } from "../input/azure/secret-reference";
import { nearest } from "../input/documents/check";
import { formatPath } from "../input/documents/document";
import type { SpecError } from "../input/documents/errors";
import { Collector, type Result } from "../input/documents/findings";
import { placeOf } from "../input/documents/source-map";
import type { DeploymentSpec, StackSpec } from "../input/stack/spec";
import { canonicalJson } from "./hash";
import { hint } from "./hints";
import { type IdentityPlan, mayDo } from "./identity";
import { referenceRight } from "./identity/needs";
import { type Connection, caseless, findConnection, findVault, type Named } from "./secret-stores";
import { SecretValues, slowDigest } from "./secret-values";

/** The environment variables of a deployment's containers. No name is in both. */
export interface ContainerVariables {
  /** What everybody may see. */
  readonly plain: Readonly<Record<string, string>>;
  /** What the references stand for. */
  readonly injected: SecretValues;
}

/** What a reference stands for, or why it stands for nothing. */
type Resolution = { readonly value: string } | { readonly fault: Fault };
type Fault = Pick<SpecError, "message" | "allowed" | "hint">;

/**
 * Decides the environment variables of every deployment. A reference is resolved only where the endpoint's identity may read it.
 *
 * @returns by `<endpoint>/<deployment>`
 */
export function planVariables(
  spec: StackSpec,
  stack: string,
  identities: ReadonlyMap<string, IdentityPlan>,
): Result<ReadonlyMap<string, ContainerVariables>> {
  const digest = slowDigest(stack);
  const found = new Collector();
  found.add({ errors: mixedConnections(spec) });
  const variables = spec.endpoints.flatMap(({ endpoint, deployments }) =>
    deployments.map((deployment): [string, ContainerVariables] => {
      const identity = identities.get(endpoint.name);
      const values = found.take(inject(deployment, identity, spec, stack));
      const own = Object.entries(deployment.environmentVariables).filter(
        ([name]) => !Object.hasOwn(deployment.secretReferences, name),
      );
      const plain = { ...clientId(deployment, identity), ...Object.fromEntries(own) };
      return [`${endpoint.name}/${deployment.name}`, { plain, injected: new SecretValues(values, digest) }];
    }),
  );
  return found.result(new Map(variables));
}

/** Code in a container finds a user-assigned identity by its client id. What the file says wins. */
function clientId(deployment: DeploymentSpec, identity: IdentityPlan | undefined): Readonly<Record<string, string>> {
  return identity?.clientId === undefined || deployment.environmentVariables["AZURE_CLIENT_ID"] !== undefined
    ? {}
    : { AZURE_CLIENT_ID: identity.clientId };
}

/** The values of a deployment's references. That the identity may not read one is told with its roles. */
function inject(
  deployment: DeploymentSpec,
  identity: IdentityPlan | undefined,
  { config }: StackSpec,
  stack: string,
): Result<Readonly<Record<string, string>>> {
  const values: [string, string][] = [];
  const errors: SpecError[] = [];
  for (const [name, reference] of Object.entries(deployment.secretReferences)) {
    const found = resolve(reference, config, stack);
    const right = referenceRight(reference, config);
    if ("fault" in found) {
      const at = ["environment_variables", name];
      errors.push({
        code: "SecretsInjectionError",
        ...placeOf(deployment.places, at),
        path: formatPath(at),
        value: deployment.environmentVariables[name],
        ...found.fault,
        rule: "service",
        source: "how-to-deploy-online-endpoint-with-secret-injection",
      });
    } else if (identity !== undefined && right !== undefined && mayDo(identity, right.role, right.scope)) {
      values.push([name, found.value]);
    }
  }
  return { value: Object.fromEntries(values), findings: { errors, warnings: [] } };
}

function resolve(reference: SecretReference, config: StackSpec["config"], stack: string): Resolution {
  switch (reference.form) {
    case "connection": {
      const connection = findConnection(config, reference.connection);
      return connection === undefined
        ? missing(
            "the workspace has no connection",
            reference.connection,
            Object.keys(config.connections),
            "connections",
            setCommand(stack, "connections", reference.connection, "credentials", "key"),
          )
        : fromConnection(connection, reference.part, stack);
    }
    case "vault":
      return fromVault(reference, config, stack);
  }
}

function fromConnection(
  { name, value: connection }: Named<Connection>,
  part: Extract<SecretReference, { form: "connection" }>["part"],
  stack: string,
): Resolution {
  switch (part.of) {
    case "all":
      return { value: listSecrets(name, connection, stack) };
    case "target":
      return connection.target === ""
        ? {
            fault: {
              message: `the connection '${name}' has no target`,
              hint: `add the address of the service: ${setCommand(stack, "connections", name, "target")}`,
            },
          }
        : { value: connection.target };
    case "credentials": {
      const { key, keys } = connection.credentials;
      const path = connection.authType === "CustomKeys" ? ["credentials", "keys"] : ["credentials"];
      return lookUp(
        { ...(key === undefined ? {} : { key }), ...keys },
        part.name,
        `the connection '${name}' has no credential`,
        "credentials",
        setCommand(stack, "connections", name, ...path, part.name),
      );
    }
    case "metadata":
      return lookUp(
        connection.metadata,
        part.name,
        `the connection '${name}' has no metadata`,
        "metadata",
        setCommand(stack, "connections", name, "metadata", part.name),
      );
  }
}

function fromVault(
  { vault, secret, version }: Extract<SecretReference, { form: "vault" }>,
  config: StackSpec["config"],
  stack: string,
): Resolution {
  const add = setCommand(stack, "vaults", vault, secret, version);
  const secrets = findVault(config, vault);
  if (secrets === undefined) {
    return missing("there is no key vault", vault, Object.keys(config.vaults), "key vaults", add);
  }
  const versions = caseless(secrets.value, secret);
  if (versions === undefined) {
    const what = `the key vault '${secrets.name}' has no secret`;
    return missing(what, secret, Object.keys(secrets.value), "secrets", add);
  }
  const found = caseless(versions.value, version);
  return found === undefined
    ? missing(
        `the secret '${versions.name}' of key vault '${secrets.name}' has no version`,
        version,
        Object.keys(versions.value),
        "versions",
        add,
      )
    : { value: found.value };
}

/** Names of credentials and metadata are keys of a JSON object: upper and lower case differ. */
function lookUp(
  map: Readonly<Record<string, string>>,
  name: string,
  what: string,
  many: string,
  add: string,
): Resolution {
  const value = Object.hasOwn(map, name) ? map[name] : undefined;
  return value === undefined ? missing(what, name, Object.keys(map), many, add) : { value };
}

/** Names are no secret; values never stand in an error. */
function missing(what: string, name: string, known: readonly string[], many: string, add: string): Resolution {
  const near = nearest(name, known);
  return {
    fault: {
      message: `${what} '${name}'`,
      allowed: known.length === 0 ? `no name: there are no ${many}` : known.join(", "),
      hint: near === undefined ? `correct the reference, or add the value: ${add}` : `did you mean '${near}'?`,
    },
  };
}

/** What adds a value to the stack's config. */
function setCommand(stack: string, ...path: readonly [string, ...string[]]): string {
  const [key, ...steps] = path;
  const brackets = steps.map((step) => (/^[A-Za-z_]\w*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`));
  return hint("secret", stack, `mlendpoints:${key}${brackets.join("")}`);
}

/**
 * The answer of Azure's List Secrets request about a workspace connection, which code that looks into a whole connection parses
 * (learn.microsoft.com/rest/api/azureml/workspace-connections/list-secrets). There is no subscription here: its id is all zeros.
 */
function listSecrets(
  name: string,
  { authType, category, target, credentials, metadata }: Connection,
  stack: string,
): string {
  const type = "Microsoft.MachineLearningServices/workspaces/connections";
  const workspace = `/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/mlendpoints/providers/Microsoft.MachineLearningServices/workspaces/${stack}`;
  return canonicalJson({
    id: `${workspace}/connections/${name}`,
    name,
    type,
    properties: {
      authType,
      category,
      credentials,
      expiryTime: null,
      isSharedToAll: false,
      metadata,
      sharedUserList: [],
      target,
    },
  });
}

/** Which of the two forms of credentials goes with which kind of connection; a reader of the JSON text goes by the kind. */
const CREDENTIALS: Readonly<Record<Connection["authType"], "key" | "keys" | undefined>> = {
  ApiKey: "key",
  CustomKeys: "keys",
  AAD: undefined,
  None: undefined,
};

function mixedConnections({ config, places }: StackSpec): SpecError[] {
  return Object.entries(config.connections).flatMap(([name, { authType, credentials }]) => {
    const allowed = CREDENTIALS[authType];
    return (["key", "keys"] as const)
      .filter((form) => credentials[form] !== undefined && form !== allowed)
      .map((form): SpecError => {
        const path = ["connections", name, "credentials", form];
        return {
          code: "InvalidValue",
          ...placeOf(places, path),
          path: formatPath(path),
          message: `a connection with authType ${authType} has ${allowed === undefined ? "no credentials" : `'${allowed}' as its credentials`}`,
          allowed: "ApiKey with 'key', CustomKeys with 'keys', AAD and None without credentials",
          hint: `write authType: ${form === "key" ? "ApiKey" : "CustomKeys"}, or remove '${form}'`,
          rule: "stack",
        };
      });
  });
}
