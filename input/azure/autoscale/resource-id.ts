/** What an ARM id in an autoscale file names, as far as online endpoints go. */
export type NamedResource =
  | { readonly kind: "deployment"; readonly endpoint: string; readonly deployment: string }
  | { readonly kind: "endpoint"; readonly endpoint: string }
  /** A template's expression: not evaluated; `of` says which kind it builds, where its text tells. */
  | { readonly kind: "expression"; readonly of?: "deployment" | "endpoint" }
  | { readonly kind: "other" };

const ID =
  /^\/subscriptions\/.+\/providers\/Microsoft\.MachineLearningServices\/workspaces\/[^/]+\/onlineEndpoints\/([^/]+)(?:\/deployments\/([^/]+))?\/?$/i;

/** Names come in lower case: Azure compares them without regard to case. */
export function readResourceId(text: string): NamedResource {
  const trimmed = text.trim();
  if (/^\[(?!\[).*\]$/s.test(trimmed)) {
    const [, deployments] = /onlineEndpoints(.*deployments)?/is.exec(trimmed) ?? [undefined, undefined];
    const named = /onlineEndpoints/i.test(trimmed);
    return { kind: "expression", of: !named ? undefined : deployments === undefined ? "endpoint" : "deployment" };
  }
  const [, endpoint, deployment] = ID.exec(trimmed.replace(/\s+/g, ""))?.map((part) => part?.toLowerCase()) ?? [];
  if (endpoint === undefined) {
    return { kind: "other" };
  }
  return deployment === undefined ? { kind: "endpoint", endpoint } : { kind: "deployment", endpoint, deployment };
}
