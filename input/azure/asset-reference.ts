import type { FaultParams } from "../documents/check";
import type { ErrorCode } from "../documents/error-codes";
import { withoutAbsent } from "../documents/plain";

export type AssetKind = "models" | "environments" | "codes";

/** A reference to an asset that is registered somewhere, as a deployment file names it (reference-yaml-deployment-managed-online). */
export type AssetReference =
  | {
      /** `azureml:<name>:<version>`, `azureml:<name>@<label>`: an asset of the workspace. */
      readonly form: "reference";
      readonly ref: string;
      readonly name: string;
      readonly version?: string;
      readonly label?: string;
    }
  | {
      /** `azureml:/subscriptions/…/<kind>/<name>/versions/<version>`. */
      readonly form: "arm_id";
      readonly ref: string;
      readonly workspace: string;
      readonly name: string;
      readonly version: string;
    }
  | {
      /** `azureml://registries/<registry>/<kind>/<name>/versions/<version>` or `…/labels/<label>`. */
      readonly form: "registry";
      readonly ref: string;
      readonly registry: string;
      readonly name: string;
      readonly version?: string;
      readonly label?: string;
    };

const REGISTRY = "azureml://registries/";

export interface ReferenceFault extends FaultParams {
  readonly message: string;
}

/**
 * Reads a reference. Microsoft's client takes everything behind `azureml:` up to the last `:` or `@` for the name.
 *
 * @returns what is wrong with it, when it is none
 */
export function parseAssetReference(text: string, kind: AssetKind): AssetReference | ReferenceFault {
  if (text.startsWith(REGISTRY)) {
    return registryReference(text, kind);
  }
  if (!text.startsWith("azureml:")) {
    return fault(
      "BadArgument",
      "is not a reference to a registered asset",
      kind,
      "schema",
      "write azureml: in front of it",
    );
  }
  const id = text.slice("azureml:".length);
  if (id.startsWith("/")) {
    return armReference(id, kind);
  }
  if (id === "" || id.includes("/")) {
    return fault(
      "BadArgument",
      "is not a reference to a registered asset",
      kind,
      "client",
      "name the asset and its version",
    );
  }
  const at = id.lastIndexOf("@");
  const colon = id.lastIndexOf(":");
  const label = at >= 0 ? id.slice(at + 1) : undefined;
  // Of `my-model:1:2` the client takes the first part for the name and the rest for the version.
  const first = id.indexOf(":");
  const version = at < 0 && colon >= 0 ? id.slice(first + 1) : undefined;
  const name = at >= 0 ? id.slice(0, at) : first >= 0 ? id.slice(0, first) : id;
  if (name === "" || ((label ?? "") === "" && (version ?? "") === "")) {
    return fault(
      "BadArgument",
      "does not say which version",
      kind,
      "client",
      `write azureml:${name === "" ? "<name>" : name}:<version> or azureml:${name === "" ? "<name>" : name}@latest`,
    );
  }
  return withoutAbsent({ form: "reference", ref: id, name, version, label });
}

function registryReference(text: string, kind: AssetKind): AssetReference | ReferenceFault {
  const found = new RegExp(`^${REGISTRY}([^/]+)/${kind}/([^/]+)/(versions|labels)/([^/]+)$`).exec(text);
  const [, registry, name, by, which] = found ?? [];
  if (registry === undefined || name === undefined || which === undefined) {
    return fault(
      "BadArgument",
      "is not a reference into a registry",
      kind,
      "client",
      `write ${REGISTRY}<registry>/${kind}/<name>/versions/<version>`,
    );
  }
  return {
    form: "registry",
    ref: text,
    registry,
    name,
    ...(by === "versions" ? { version: which } : { label: which }),
  };
}

function armReference(id: string, kind: AssetKind): AssetReference | ReferenceFault {
  const found =
    /^\/subscriptions\/[^/]+\/resourceGroups\/[^/]+\/providers\/Microsoft\.MachineLearningServices\/workspaces\/([^/]+)\/([^/]+)\/([^/]+)\/versions\/([^/]+)$/.exec(
      id,
    );
  const [, workspace, type, name, version] = found ?? [];
  if (workspace === undefined || name === undefined || version === undefined || type !== kind) {
    return fault(
      "BadArgument",
      `is not the resource id of one of the ${kind} of a workspace, with its version`,
      kind,
      "schema",
      `write azureml:/subscriptions/…/workspaces/<workspace>/${kind}/<name>/versions/<version>`,
    );
  }
  return { form: "arm_id", ref: id, workspace, name, version };
}

function fault(
  code: ErrorCode,
  message: string,
  kind: AssetKind,
  rule: "schema" | "client",
  hint: string,
): ReferenceFault {
  return {
    code,
    message,
    allowed: `azureml:<name>:<version>, azureml:<name>@<label>, ${REGISTRY}<registry>/${kind}/…, or a resource id`,
    hint,
    rule,
  };
}

export function isReference(parsed: AssetReference | ReferenceFault): parsed is AssetReference {
  return "form" in parsed;
}
