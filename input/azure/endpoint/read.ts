import { checkFields } from "../../documents/check";
import type { LocatedDocument } from "../../documents/document";
import type { Result } from "../../documents/findings";
import { Reader } from "../../documents/reader";
import type { OnlineKind } from "../fields";
import { checkEndpointRules, endpointKind } from "./rules";
import { ENDPOINT_SOURCE, type EndpointYaml, KubernetesEndpointSchema, ManagedEndpointSchema } from "./schema";

/** An endpoint document by both levels of Azure's rules: what its client can load, and what its service takes. */
export function readEndpoint(
  document: LocatedDocument,
  deployments: readonly string[] | undefined,
): Result<{ readonly kind: OnlineKind; readonly yaml: EndpointYaml } | undefined> {
  const kind = endpointKind(document.value);
  const schema = kind === "kubernetes" ? KubernetesEndpointSchema : ManagedEndpointSchema;
  const reader = new Reader(document);
  const yaml = reader.take(checkFields(schema, document, { rule: "schema", source: ENDPOINT_SOURCE }));
  if (yaml === undefined) {
    return reader.result(undefined);
  }
  checkEndpointRules(reader, yaml, { kind, deployments });
  return reader.result({ kind, yaml });
}
