/** What an environment variable takes the place of at container start (how-to-deploy-online-endpoint-with-secret-injection). */
export type SecretReference =
  | {
      readonly form: "connection";
      readonly connection: string;
      /** The whole List Secrets answer as JSON text, one value of it, or the target. */
      readonly part:
        | { readonly of: "all" }
        | { readonly of: "target" }
        | { readonly of: "credentials" | "metadata"; readonly name: string };
    }
  | {
      readonly form: "vault";
      /** Name of the key vault. */
      readonly vault: string;
      readonly secret: string;
      readonly version: string;
    };

/** Whether a value is meant to be a reference: text that begins like one, rightly written or not. */
export function isSecretReference(text: string): boolean {
  return text.includes("${{");
}

/** The five forms, as an error shows them. */
export const SECRET_FORMS = [
  "${{azureml://connections/<connection>}}",
  "${{azureml://connections/<connection>/credentials/<name>}}",
  "${{azureml://connections/<connection>/metadata/<name>}}",
  "${{azureml://connections/<connection>/target}}",
  "${{keyvault:https://<vault>.vault.azure.net/secrets/<name>/<version>}}",
].join(", ");

/** @returns undefined when the text has none of the five forms */
export function parseSecretReference(text: string): SecretReference | undefined {
  const inner = /^\$\{\{\s*(\S+)\s*\}\}$/.exec(text.trim())?.[1];
  if (inner === undefined) {
    return undefined;
  }
  const vault =
    /^keyvault:https:\/\/([A-Za-z][-A-Za-z0-9]{1,22}[A-Za-z0-9])\.vault\.azure\.net\/secrets\/([-A-Za-z0-9]+)\/([A-Za-z0-9]+)$/i.exec(
      inner,
    );
  if (vault !== null) {
    return { form: "vault", vault: (vault[1] ?? "").toLowerCase(), secret: vault[2] ?? "", version: vault[3] ?? "" };
  }
  const found = /^azureml:\/\/connections\/([^/{}]+)(?:\/(credentials|metadata)\/([^/{}]+)|\/(target))?$/.exec(inner);
  const [, connection, of, name, target] = found ?? [];
  if (connection === undefined) {
    return undefined;
  }
  return {
    form: "connection",
    connection,
    part:
      target !== undefined
        ? { of: "target" }
        : (of === "credentials" || of === "metadata") && name !== undefined
          ? { of, name }
          : { of: "all" },
  };
}
