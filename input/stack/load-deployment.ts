import type { AutoscaleSpec } from "../azure/autoscale/spec";
import { readDeployment } from "../azure/deployment/read";
import type { DeploymentYaml, ProbeYaml } from "../azure/deployment/schema";
import { endpointKind } from "../azure/endpoint/rules";
import { toName } from "../azure/fields";
import { parseSecretReference, type SecretReference } from "../azure/secret-reference";
import type { LocatedDocument, YamlPath } from "../documents/document";
import { Collector, type Result } from "../documents/findings";
import { asJson, withoutAbsent } from "../documents/plain";
import { sourceMapOf } from "../documents/source-map";
import type { DeploymentEntryConfig } from "./config";
import { loadCode, loadEnvironment, loadModel } from "./load-assets";
import { loadAutoscale } from "./load-autoscale";
import { textTags } from "./load-endpoint";
import type { DeploymentLoader, Reading } from "./loader";
import { readDocument, setOverrides } from "./read-document";
import type { DataCollectorSpec, DeploymentSpec, ProbeSpec, ScaleSpec } from "./spec";

interface LoadedDeployment {
  readonly name?: string;
  readonly spec?: DeploymentSpec;
}

/**
 * Reads a deployment file and everything it names.
 *
 * @returns its name whenever that could be read, and the spec when nothing is wrong with the file
 */
export function loadDeployment(
  entry: DeploymentEntryConfig,
  at: YamlPath,
  endpoint: { readonly name?: string; readonly value: unknown } | undefined,
  loader: DeploymentLoader,
): Result<LoadedDeployment> {
  const { stack } = loader;
  const found = new Collector();
  const options = typeof entry === "string" ? undefined : entry;
  const [file, where] = typeof entry === "string" ? [entry, at] : [entry.file, [...at, "file"]];
  const overrides = found.take(setOverrides(options?.set, at, stack));
  const document = found.take(readDocument(file, where, stack, overrides));
  if (document === undefined) {
    return found.result({});
  }
  const around = {
    limits: loader.limits,
    sizes: loader.sizes,
    endpoint: endpoint === undefined ? undefined : { name: endpoint.name, kind: endpointKind(endpoint.value) },
  };
  const scripts = { skipScriptValidation: options?.skipScriptValidation ?? false, readScript: loader.readScript };
  const read = found.take(readDeployment(document, around, scripts));
  if (read === undefined) {
    return found.result({});
  }
  const { kind, yaml, files } = read;
  const reading: Reading = { document, yaml, loader };
  const model = found.take(loadModel(reading, files));
  const code = found.take(loadCode(reading, files));
  const environment = found.take(loadEnvironment(reading, files));
  const name = yaml.name === undefined ? undefined : toName(yaml.name);
  const owner = { endpoint: endpoint?.name ?? yaml.endpoint_name, deployment: name };
  const autoscale = found.take(loadAutoscale(options?.autoscale, [...at, "autoscale"], owner, loader));
  if (name === undefined || found.errorCount > 0) {
    return found.result({ name });
  }
  const variables = yaml.environment_variables ?? {};
  const scale = scaleOf(yaml, kind, autoscale);
  return found.result({
    name,
    spec: withoutAbsent<DeploymentSpec>({
      file: document.file,
      places: sourceMapOf(document),
      kind,
      name,
      description: yaml.description,
      tags: textTags(yaml.tags),
      properties: asJson(yaml.properties ?? {}),
      model,
      modelMountPath: yaml.model_mount_path,
      code,
      environment,
      environmentVariables: Object.fromEntries(
        Object.entries(variables).map(([key, value]) => [key, variableText(value, document, key)]),
      ),
      secretReferences: secretReferences(variables),
      instanceType: kind === "managed" ? loader.sizes.find(yaml.instance_type ?? "") : undefined,
      kubernetesInstanceType: kind === "kubernetes" ? (yaml.instance_type ?? "defaultinstancetype") : undefined,
      instanceCount: scale.type === "default" ? (yaml.instance_count ?? 1) : scale.minInstances,
      scale,
      request: {
        timeoutMs: yaml.request_settings?.request_timeout_ms ?? 5000,
        maxConcurrentRequestsPerInstance: yaml.request_settings?.max_concurrent_requests_per_instance ?? 1,
        maxQueueWaitMs: yaml.request_settings?.max_queue_wait_ms ?? 500,
      },
      liveness: probeOf(yaml.liveness_probe),
      readiness: probeOf(yaml.readiness_probe),
      ownProbes: { liveness: yaml.liveness_probe !== undefined, readiness: yaml.readiness_probe !== undefined },
      dataCollector: collectorOf(yaml),
      resources:
        yaml.resources === undefined
          ? undefined
          : { requests: defined(yaml.resources.requests), limits: defined(yaml.resources.limits) },
      egressPublicNetworkAccess: yaml.egress_public_network_access !== "disabled",
      appInsightsEnabled: yaml.app_insights_enabled ?? false,
      privateNetworkConnection: yaml.private_network_connection ?? false,
      sharedQuota: options?.sharedQuota ?? false,
    }),
  });
}

/** Defaults of Azure's probes (reference-yaml-deployment-managed-online, "ProbeSettings"). */
function probeOf(yaml: ProbeYaml | undefined): ProbeSpec {
  return {
    initialDelaySeconds: yaml?.initial_delay ?? 10,
    periodSeconds: yaml?.period ?? 10,
    timeoutSeconds: yaml?.timeout ?? 2,
    successThreshold: yaml?.success_threshold ?? 1,
    failureThreshold: yaml?.failure_threshold ?? 30,
  };
}

/**
 * The Kubernetes reference gives `target_utilization` as the default, and `default` as the only type that reads
 * instance_count: a file that has a count and no type means `default`.
 */
function scaleOf(yaml: DeploymentYaml, kind: string, autoscale: AutoscaleSpec | undefined): ScaleSpec {
  const settings = yaml.scale_settings;
  const counted = kind === "managed" || yaml.instance_count !== undefined;
  if ((settings?.type ?? (counted ? "default" : "target_utilization")) === "default") {
    return withoutAbsent({ type: "default", autoscale });
  }
  return {
    type: "target_utilization",
    minInstances: settings?.min_instances ?? 1,
    maxInstances: settings?.max_instances ?? 1,
    targetUtilizationPercentage: settings?.target_utilization_percentage ?? 70,
    pollingIntervalSeconds: settings?.polling_interval ?? 1,
  };
}

function collectorOf({ data_collector: yaml }: DeploymentYaml): DataCollectorSpec | undefined {
  return yaml === undefined
    ? undefined
    : {
        collections: Object.fromEntries(
          Object.entries(yaml.collections).map(([name, { enabled, data }]) => [
            name,
            withoutAbsent({
              enabled,
              data:
                data === undefined
                  ? undefined
                  : withoutAbsent({ name: data.name, path: data.path, version: data.version ?? "1" }),
            }),
          ]),
        ),
        rollingRate: yaml.rolling_rate ?? "hour",
        samplingRate: yaml.sampling_rate ?? 1,
        captureHeaders: yaml.request_logging?.capture_headers ?? [],
      };
}

/** Text of a variable: a number as it was typed, since YAML reads `1.0` as 1 and `010` as 8. */
function variableText(value: unknown, document: LocatedDocument, key: string): string {
  return typeof value === "number"
    ? (document.written(["environment_variables", key]) ?? String(value))
    : String(value);
}

function secretReferences(variables: Readonly<Record<string, unknown>>): Record<string, SecretReference> {
  return Object.fromEntries(
    Object.entries(variables).flatMap(([key, value]): [string, SecretReference][] => {
      const reference = typeof value === "string" ? parseSecretReference(value) : undefined;
      return reference === undefined ? [] : [[key, reference]];
    }),
  );
}

function defined(map: Readonly<Record<string, string | undefined>> | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(map ?? {}).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
