import type { types } from "@pulumi/docker";

/** Labels that tell whose a container is. The last two are Azure's own cost tags (how-to-view-online-endpoints-costs). */
export function labels(
  stack: string,
  of: { endpoint: string; deployment: string } | { role: string },
): types.input.ContainerLabel[] {
  const own = { "mlendpoints.stack": stack };
  const all: Record<string, string> =
    "role" in of
      ? { ...own, "mlendpoints.role": of.role }
      : { ...own, "mlendpoints.role": "instance", azuremlendpoint: of.endpoint, azuremldeployment: of.deployment };
  return Object.entries(all).map(([label, value]) => ({ label, value }));
}
