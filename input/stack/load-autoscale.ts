import { type AutoscaleSpec, parseAutoscale } from "../azure/autoscale/spec";
import { formatPath, type LocatedDocument, type YamlPath } from "../documents/document";
import type { SpecError } from "../documents/errors";
import { Collector, type Result } from "../documents/findings";
import type { DeploymentLoader } from "./loader";
import { readDocument } from "./read-document";

/** The deployment that an autoscale setting is listed under. */
interface Owner {
  readonly endpoint?: string;
  readonly deployment?: string;
}

/** The autoscale settings of a deployment, from a file or from the stack's config. */
export function loadAutoscale(
  entry: string | Readonly<Record<string, unknown>> | undefined,
  at: YamlPath,
  owner: Owner,
  { stack, limits }: DeploymentLoader,
): Result<AutoscaleSpec | undefined> {
  const found = new Collector();
  if (entry === undefined) {
    return found.result(undefined);
  }
  const document = typeof entry === "string" ? found.take(readDocument(entry, at, stack)) : below(stack, entry, at);
  const settings = document === undefined ? [] : found.take(parseAutoscale(document, limits));
  if (found.errorCount > 0) {
    return found.result(undefined);
  }
  // One file may hold the settings of several deployments, as a template does: each says whom it is for.
  const own = settings.filter((setting) => isFor(setting, owner));
  if (own.length !== 1) {
    const fault: SpecError = {
      code: "BadArgument",
      ...stack.at(at),
      path: formatPath(at),
      message: `has ${own.length === 0 ? "no autoscale setting" : `${own.length} autoscale settings`} for ${owner.endpoint ?? "?"}/${owner.deployment ?? "?"}`,
      value: settings
        .map(({ name, target }) => (target === undefined ? name : `${target.endpoint}/${target.deployment}`))
        .join(", "),
      allowed: "one setting for this deployment, or one without a target",
      hint: "correct targetResourceUri, or name the file that is for this deployment",
      rule: "stack",
    };
    found.add({ errors: [fault] });
  }
  return found.result(own[0]);
}

function isFor({ target }: AutoscaleSpec, owner: Owner): boolean {
  return (
    target === undefined ||
    (target.endpoint === owner.endpoint?.toLowerCase() && target.deployment === owner.deployment)
  );
}

/** Part of a document as a document of its own. */
function below(document: LocatedDocument, value: unknown, prefix: YamlPath): LocatedDocument {
  return {
    file: document.file,
    value,
    at: (path) => document.at([...prefix, ...path]),
    keyAt: (path) => document.keyAt([...prefix, ...path]),
    written: (path) => document.written([...prefix, ...path]),
  };
}
