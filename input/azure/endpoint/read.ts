import { checkFields } from "../../documents/check";
import type { LocatedDocument } from "../../documents/document";
import type { Findings } from "../../documents/findings";
import { Reader } from "../../documents/reader";
import type { OnlineKind } from "../fields";
import { checkEndpointRules, endpointKind } from "./rules";
import { ENDPOINT_SOURCE, type EndpointYaml, KubernetesEndpointSchema, ManagedEndpointSchema } from "./schema";

/** An endpoint document by both levels of Azure's rules: what its client can load, and what its service takes. */
export function readEndpoint(
  document: LocatedDocument,
  deployments: readonly string[] | undefined,
  { errors, warnings }: Findings,
): { readonly kind: OnlineKind; readonly yaml: EndpointYaml } | undefined {
  const kind = endpointKind(document.value);
  const schema = kind === "kubernetes" ? KubernetesEndpointSchema : ManagedEndpointSchema;
  const yaml = checkFields(schema, document, errors, { rule: "schema", source: ENDPOINT_SOURCE });
  if (yaml === undefined) {
    return undefined;
  }
  checkEndpointRules(new Reader(document, errors, warnings), yaml, { kind, deployments });
  return { kind, yaml };
}
