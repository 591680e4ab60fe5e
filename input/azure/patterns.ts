import type { AssetKind } from "./asset-reference";
import { anyCase, type Form } from "./forms";

/** The grammar of `parseAssetReference` as a regular expression. */
export function referencePattern(kind: AssetKind): string {
  const part = "[^/]+";
  const registered = "([^/]+@[^/@]+|[^/:@]+:[^/@]+)";
  const workspace = `/subscriptions/${part}/resourceGroups/${part}/providers/Microsoft\\.MachineLearningServices/workspaces/${part}`;
  const resourceId = `${workspace}/${kind}/${part}/versions/${part}`;
  return `^(azureml:(${registered}|${resourceId})|azureml://registries/${part}/${kind}/${part}/(versions|labels)/${part})$`;
}

/** Text without a reference to a secret, or one of the five references (`parseSecretReference`) and nothing else. */
export const ENVIRONMENT_VALUE_PATTERN = (() => {
  const part = "[^/{}\\s]+";
  const connection = `azureml://connections/${part}(/(credentials|metadata)/${part}|/target)?`;
  const host = `[A-Za-z][-A-Za-z0-9]{1,22}[A-Za-z0-9]${anyCase(".vault.azure.net")}`;
  const vault = `${anyCase("keyvault:https://")}${host}${anyCase("/secrets/")}[-A-Za-z0-9]+/[A-Za-z0-9]+`;
  return `^(?![\\s\\S]*\\$\\{\\{)|^\\s*\\$\\{\\{\\s*(${connection}|${vault})\\s*\\}\\}\\s*$`;
})();

/**
 * Text without what `placeholderHint` finds: a placeholder of a template that nobody filled in. Rules about text are patterns:
 * `not` would say some shorter, but editors have no message for it.
 */
export const NO_PLACEHOLDER: Form = {
  pattern: "^(?![\\s\\S]*(^|[^$])(\\{\\{\\s*[\\w.-]*\\s*\\}\\}|<[A-Z][A-Z0-9_]*>))",
  patternErrorMessage: "has a placeholder of a template in it, not a value",
};

/** A folder, or a reference to registered code. */
export const CODE_PATTERN = `^(?!azureml:)|${referencePattern("codes")}`;

/** Where a path is an address and no file of this machine (`isRemote`). */
export const REMOTE_PATH_PATTERN = `^(${anyCase("azureml:")}|[a-zA-Z][a-zA-Z0-9+.-]+://|${anyCase("runs:")})`;

/** A dotted path with list indexes (`parseSetPath`). */
export const SET_PATH_PATTERN = (() => {
  const plain = "[^.\\[\\]\"'=\\s]+";
  const quoted = "\\[(\"[^\"]+\"|'[^']+')\\]";
  return `^(${plain}|${quoted})(\\.${plain}|\\[\\d+\\]|${quoted})*$`;
})();
