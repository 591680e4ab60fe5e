import type { SecretReference } from "../input/azure/secret-reference";
import type { StackConfig } from "../input/stack/config";
import { ENCRYPTED } from "../input/stack/config-file";
import type { StackSpec } from "../input/stack/spec";
import { entryOf } from "../plan/deployed";

type Secrets = Pick<StackConfig, "connections" | "vaults">;

/**
 * Takes what nobody can look into as holding all that is asked of it: where the whole of `mlendpoints:connections` or
 * `mlendpoints:vaults` is encrypted, every reference finds a value there, and no value is known. Whether it really does, the
 * engine's preview tells.
 *
 * @param encrypted keys of the stack's config whose whole value is encrypted
 */
export function withUnknownSecrets(spec: StackSpec, encrypted: readonly string[]): StackSpec {
  const references = spec.endpoints.flatMap(({ deployments }) =>
    deployments.flatMap(({ secretReferences }) => Object.values(secretReferences)),
  );
  const made = references.reduce<Secrets>(withReference, { connections: {}, vaults: {} });
  const config = {
    ...spec.config,
    ...(encrypted.includes("connections") ? { connections: made.connections } : {}),
    ...(encrypted.includes("vaults") ? { vaults: made.vaults } : {}),
  };
  return { ...spec, config };
}

function withReference({ connections, vaults }: Secrets, reference: SecretReference): Secrets {
  switch (reference.form) {
    case "connection": {
      const { connection, part } = reference;
      const former = entryOf(connections, connection) ?? UNKNOWN_CONNECTION;
      const named = part.of === "credentials" || part.of === "metadata" ? { [part.name]: ENCRYPTED } : {};
      const next = {
        ...former,
        credentials: { keys: { ...former.credentials.keys, ...(part.of === "credentials" ? named : {}) } },
        metadata: { ...former.metadata, ...(part.of === "metadata" ? named : {}) },
      };
      return { connections: { ...connections, [connection]: next }, vaults };
    }
    case "vault": {
      const { vault, secret, version } = reference;
      const secrets = entryOf(vaults, vault) ?? {};
      const versions = { ...entryOf(secrets, secret), [version]: ENCRYPTED };
      return { connections, vaults: { ...vaults, [vault]: { ...secrets, [secret]: versions } } };
    }
    default:
      return reference satisfies never;
  }
}

/** Of this kind a connection may have any credentials. */
const UNKNOWN_CONNECTION: StackConfig["connections"][string] = {
  authType: "CustomKeys",
  category: "CustomKeys",
  target: ENCRYPTED,
  credentials: { keys: {} },
  metadata: {},
};
