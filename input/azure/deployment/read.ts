import { checkFields } from "../../documents/check";
import type { LocatedDocument } from "../../documents/document";
import type { Result } from "../../documents/findings";
import { Reader } from "../../documents/reader";
import type { OnlineKind } from "../fields";
import { type DeploymentFiles, findFiles, type ScriptOptions } from "./files";
import { checkDeploymentRules, type DeploymentSurroundings, kindOf } from "./rules";
import {
  type DeploymentYaml,
  KUBERNETES_SOURCE,
  KubernetesDeploymentSchema,
  MANAGED_SOURCE,
  ManagedDeploymentSchema,
} from "./schema";

export interface DeploymentReading {
  readonly kind: OnlineKind;
  readonly yaml: DeploymentYaml;
  readonly files: DeploymentFiles;
}

/** A deployment document by both levels of Azure's rules, and the files of this machine that it names. */
export function readDeployment(
  document: LocatedDocument,
  around: Omit<DeploymentSurroundings, "kind">,
  scripts: ScriptOptions,
): Result<DeploymentReading | undefined> {
  const kind = kindOf(document);
  const [schema, source] =
    kind === "kubernetes" ? [KubernetesDeploymentSchema, KUBERNETES_SOURCE] : [ManagedDeploymentSchema, MANAGED_SOURCE];
  const reader = new Reader(document);
  const yaml: DeploymentYaml | undefined = reader.take(checkFields(schema, document, { rule: "schema", source }));
  if (yaml === undefined) {
    return reader.result(undefined);
  }
  checkDeploymentRules(reader, yaml, { ...around, kind });
  return reader.result({ kind, yaml, files: findFiles(reader, yaml, scripts) });
}
