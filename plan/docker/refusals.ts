import { formatPath, type YamlPath } from "../../input/documents/document";
import type { SpecError } from "../../input/documents/errors";
import { placeOf } from "../../input/documents/source-map";
import type { DeploymentSpec, EndpointSpec } from "../../input/stack/spec";

import { servingKindOf } from "../serving";
import type { Refusal } from "../serving/kind";

/** What the Docker target cannot carry out, by name and place: nothing is silently ignored. */
export function endpointRefusals(endpoint: EndpointSpec): readonly SpecError[] {
  return refusedOf(endpoint).map((refusal) => toError(refusal, endpoint));
}

export function deploymentRefusals(deployment: DeploymentSpec): readonly SpecError[] {
  return refusedIn(deployment).map((refusal) => toError(refusal, deployment));
}

function toError({ path, what, hint }: Refusal, { places }: Pick<DeploymentSpec, "places">): SpecError {
  return {
    code: "NotSupported",
    ...placeOf(places, path),
    path: formatPath(path),
    message: `${what}: the Docker target cannot do that yet`,
    hint,
    rule: "target",
  };
}

function refusedOf(endpoint: EndpointSpec): Refusal[] {
  const mirrored = Object.values(endpoint.mirrorTraffic).some((percent) => percent > 0);
  return refusals([
    [
      endpoint.kind === "kubernetes",
      ["compute"],
      "a Kubernetes online endpoint",
      "use a managed endpoint: leave 'compute' out",
    ],
    [endpoint.authMode !== "key", ["auth_mode"], `authentication by ${endpoint.authMode}`, "write auth_mode: key"],
    [mirrored, ["mirror_traffic"], "mirrored traffic", "remove mirror_traffic, or set it to 0"],
    [
      !endpoint.publicNetworkAccess,
      ["public_network_access"],
      "a private endpoint",
      "remove the field: the router listens on 127.0.0.1 unless the stack says otherwise",
    ],
  ]);
}

function refusedIn(deployment: DeploymentSpec): Refusal[] {
  const { scale, dataCollector } = deployment;
  const collecting = Object.values(dataCollector?.collections ?? {}).some(({ enabled }) => enabled);
  return [
    ...refusals([
      [deployment.kind === "kubernetes", ["type"], "a Kubernetes online deployment", "use a managed deployment"],
    ]),
    ...servingKindOf(deployment).refusals(deployment),
    ...refusals([
      [deployment.modelMountPath !== undefined, ["model_mount_path"], "a mount path for the model", "remove the field"],
      [
        scale.type === "default" && scale.autoscale?.enabled === true,
        ["instance_count"],
        "autoscale",
        "remove 'autoscale' from the stack's entry, or write enabled: false in it",
      ],
      [deployment.appInsightsEnabled, ["app_insights_enabled"], "Application Insights", "remove the field"],
      [collecting, ["data_collector"], "the data collector", "remove it, or write enabled: false"],
      [
        !deployment.egressPublicNetworkAccess,
        ["egress_public_network_access"],
        "closing a deployment's way out",
        "remove the field",
      ],
      [deployment.privateNetworkConnection, ["private_network_connection"], "a private connection", "remove the field"],
    ]),
  ];
}

function refusals(rows: readonly (readonly [boolean, YamlPath, string, string])[]): Refusal[] {
  return rows.filter(([refused]) => refused).map(([, path, what, hint]) => ({ path, what, hint }));
}
