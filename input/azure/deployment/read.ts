import { checkFields } from "../../documents/check";
import type { LocatedDocument } from "../../documents/document";
import type { Findings } from "../../documents/findings";
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
  { errors, warnings }: Findings,
): DeploymentReading | undefined {
  const kind = kindOf(document);
  const [schema, source] =
    kind === "kubernetes" ? [KubernetesDeploymentSchema, KUBERNETES_SOURCE] : [ManagedDeploymentSchema, MANAGED_SOURCE];
  const yaml: DeploymentYaml | undefined = checkFields(schema, document, errors, { rule: "schema", source });
  if (yaml === undefined) {
    return undefined;
  }
  const reader = new Reader(document, errors, warnings);
  checkDeploymentRules(reader, yaml, { ...around, kind });
  return { kind, yaml, files: findFiles(reader, yaml, scripts) };
}
