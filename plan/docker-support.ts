import type { VmSize } from "../input/azure/tables/vm-sizes";
import { formatPath, type YamlPath } from "../input/documents/document";
import type { SpecError } from "../input/documents/errors";
import type { FileTree } from "../input/documents/files";
import type { CondaEnvironment } from "../input/python/conda/conda";
import type { CodeSpec, DeploymentSpec, EndpointEntry, EndpointSpec } from "../input/stack/spec";

/** A deployment that the Docker target can run: what it needs is there, and nothing is asked that it cannot do. */
export interface RunnableDeployment extends DeploymentSpec {
  readonly model?: NonNullable<DeploymentSpec["model"]> & { readonly files: FileTree };
  readonly code: CodeSpec;
  readonly environment: NonNullable<DeploymentSpec["environment"]> & { readonly conda: CondaEnvironment };
  readonly instanceType: VmSize;
}

interface Refusal {
  readonly path: YamlPath;
  readonly what: string;
  readonly hint: string;
}

/** What the Docker target cannot carry out, by name and place: nothing is silently ignored. */
export function dockerRefusals({ endpoint, deployments }: EndpointEntry): SpecError[] {
  return [
    ...endpointRefusals(endpoint).map((refusal) => toError(refusal, endpoint)),
    ...deployments.flatMap((deployment) =>
      deploymentRefusals(deployment).map((refusal) => toError(refusal, deployment)),
    ),
  ];
}

/** Only for deployments without refusals. */
export function isRunnable(deployment: DeploymentSpec): deployment is RunnableDeployment {
  return deploymentRefusals(deployment).length === 0;
}

function toError({ path, what, hint }: Refusal, { at }: Pick<DeploymentSpec, "at">): SpecError {
  return {
    code: "NotSupported",
    ...at(path),
    path: formatPath(path),
    message: `${what}: the Docker target cannot do that yet`,
    hint,
    rule: "target",
  };
}

function endpointRefusals(endpoint: EndpointSpec): Refusal[] {
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

function deploymentRefusals(deployment: DeploymentSpec): Refusal[] {
  const { model, code, environment, scale, dataCollector } = deployment;
  const collecting = Object.values(dataCollector?.collections ?? {}).some(({ enabled }) => enabled);
  const noCode = model !== undefined && model.type !== "custom_model";
  const custom = environment?.inferenceConfig !== undefined;
  return refusals([
    [deployment.kind === "kubernetes", ["type"], "a Kubernetes online deployment", "use a managed deployment"],
    [noCode, ["model", "type"], `a model of type ${model?.type ?? ""}`, "use a custom model with a scoring script"],
    [
      model?.remote !== undefined,
      ["model", "path"],
      "a model that is not on this machine",
      "copy it here, or register its local copy under mlendpoints:models",
    ],
    [deployment.modelMountPath !== undefined, ["model_mount_path"], "a mount path for the model", "remove the field"],
    [custom, ["environment", "inference_config"], "a custom container", "use a conda file and a scoring script"],
    [
      environment?.build !== undefined,
      ["environment", "build"],
      "an environment from a Dockerfile",
      "use 'image' and 'conda_file'",
    ],
    [
      !custom && !noCode && environment?.build === undefined && environment?.conda === undefined,
      ["environment"],
      "an environment without a conda file",
      "add conda_file with the packages, azureml-inference-server-http among them",
    ],
    [
      !custom && !noCode && code === undefined,
      ["code_configuration"],
      "a deployment without a scoring script",
      "add code_configuration",
    ],
    [
      code !== undefined && (code.script?.missing.length ?? 0) > 0,
      ["code_configuration", "scoring_script"],
      `a scoring script without ${code?.script?.missing.map((name) => `${name}()`).join(" and ") ?? ""}`,
      "define both functions at the top level of the script",
    ],
    [
      scale.type === "default" && scale.autoscale?.enabled === true,
      ["instance_count"],
      "autoscale",
      "remove 'autoscale' from the stack's entry, or write enabled: false in it",
    ],
    [deployment.appInsightsEnabled, ["app_insights_enabled"], "Application Insights", "remove the field"],
    [
      deployment.ownProbes.liveness,
      ["liveness_probe"],
      "a liveness probe",
      "remove it: the engine restarts a container that exits",
    ],
    [collecting, ["data_collector"], "the data collector", "remove it, or write enabled: false"],
    [
      !deployment.egressPublicNetworkAccess,
      ["egress_public_network_access"],
      "closing a deployment's way out",
      "remove the field",
    ],
    [deployment.privateNetworkConnection, ["private_network_connection"], "a private connection", "remove the field"],
  ]);
}

function refusals(rows: readonly (readonly [boolean, YamlPath, string, string])[]): Refusal[] {
  return rows.filter(([refused]) => refused).map(([, path, what, hint]) => ({ path, what, hint }));
}
