import { nearest, placeholderFault } from "../../documents/check";
import { type LocatedDocument, placeholderHint } from "../../documents/document";
import { parseQuantity } from "../../documents/quantity";
import type { Breach, Reader } from "../../documents/reader";
import { type OnlineKind, snakeCase } from "../fields";
import type { Limits } from "../tables/limits";
import { isSmall, type VmSizes } from "../tables/vm-sizes";
import { checkAssets } from "./asset-rules";
import { type DeploymentYaml, KUBERNETES_SOURCE, MANAGED_SOURCE } from "./schema";

/** What rules about a deployment need to know besides its file. */
export interface DeploymentSurroundings {
  readonly kind: OnlineKind;
  readonly limits: Limits;
  readonly sizes: VmSizes;
  /** The endpoint that it belongs to; absent when nobody said. */
  readonly endpoint?: { readonly name?: string; readonly kind: OnlineKind };
}

/** What Azure refuses although every field is right by itself, plus warnings of what it would do without a word. */
export function checkDeploymentRules(reader: Reader, yaml: DeploymentYaml, around: DeploymentSurroundings): void {
  kindRules(reader, around);
  endpointRules(reader, around);
  checkAssets(reader, yaml, around.kind);
  instanceType(reader, around);
  instances(reader, around);
  scaling(reader, around);
  requests(reader, yaml, around);
  resources(reader);
  collectors(reader, around);
  noEffect(reader);
}

/** Which of Azure's two schemas a file is read by. The client compares `type` exactly. */
export function kindOf(document: LocatedDocument): OnlineKind {
  const fields = (typeof document.value === "object" && document.value !== null ? document.value : {}) as Record<
    string,
    unknown
  >;
  // A misspelt key makes the file a faulty one either way: its value tells which errors help.
  const key = Object.hasOwn(fields, "type") ? "type" : (nearest("type", Object.keys(fields)) ?? "type");
  const type = fields[key];
  if (type === "kubernetes") {
    return "kubernetes";
  }
  const misspelt =
    fields.type !== undefined &&
    !(typeof fields.type === "string" && ["managed", "kubernetes"].includes(fields.type.toLowerCase()));
  // With a `type` that is neither, the other fields tell which errors help: only managed ones name one of Azure's VM sizes.
  const managed = fields.resources === undefined && /^standard_/i.test(String(fields.instance_type));
  return misspelt && !managed ? "kubernetes" : "managed";
}

function kindRules(reader: Reader, { kind }: DeploymentSurroundings): void {
  const type = reader.text("type");
  if (kind === "managed" && type?.toLowerCase() === "kubernetes") {
    reader.warn(["type"], {
      code: "ReadAsManaged",
      message: "is read as a managed deployment: Azure's client compares this word exactly",
      value: type,
      allowed: "kubernetes",
      hint: "write type: kubernetes, or leave it out",
      rule: "schema",
      source: KUBERNETES_SOURCE,
    });
  }
}

function endpointRules(reader: Reader, { kind, endpoint, limits }: DeploymentSurroundings): void {
  const own = reader.text("endpoint_name");
  if (own === undefined && !reader.has("endpoint_name") && endpoint === undefined) {
    reader.error(["endpoint_name"], {
      code: "MissingField",
      message: "'endpoint_name' is missing",
      allowed: "the name of an endpoint",
      hint: "add 'endpoint_name', or say which endpoint it belongs to (--endpoint FILE, --set endpoint_name=NAME)",
      rule: "schema",
      source: MANAGED_SOURCE,
    });
  }
  if (endpoint?.name !== undefined && own !== undefined && own.toLowerCase() !== endpoint.name.toLowerCase()) {
    reader.error(["endpoint_name"], {
      code: "BadArgument",
      message: `belongs to the endpoint '${own}', but it is listed under '${endpoint.name}'`,
      value: own,
      allowed: endpoint.name,
      hint: "list it under its own endpoint, or correct endpoint_name",
      rule: "service",
      source: MANAGED_SOURCE,
    });
  }
  if (endpoint !== undefined && endpoint.kind !== kind) {
    reader.error(["type"], {
      code: "BadArgument",
      message: `is a ${kind} deployment, but its endpoint is a ${endpoint.kind} one`,
      value: reader.text("type") ?? kind,
      allowed: endpoint.kind,
      hint: endpoint.kind === "kubernetes" ? "write type: kubernetes" : "remove type: kubernetes",
      rule: "service",
      source: KUBERNETES_SOURCE,
    });
  }
  const name = reader.text("name");
  const joined = (name?.length ?? 0) + (own ?? endpoint?.name ?? "").length;
  if (
    kind === "kubernetes" &&
    name !== undefined &&
    joined > limits.joinedNameLengthMaxKubernetes &&
    name.length <= 32
  ) {
    reader.error(["name"], {
      code: "BadArgument",
      message: "is too long together with the name of the endpoint",
      value: `${joined} characters`,
      allowed: `endpoint and deployment name together ${limits.joinedNameLengthMaxKubernetes} characters on Kubernetes`,
      hint: `shorten one of the names by ${joined - limits.joinedNameLengthMaxKubernetes}`,
      rule: "service",
      source: "how-to-manage-quotas",
    });
  }
}

function instanceType(reader: Reader, { kind, sizes }: DeploymentSurroundings): void {
  const written = reader.text("instance_type");
  if (kind === "kubernetes" || written === undefined || written === "") {
    return;
  }
  const size = sizes.find(written);
  if (size === undefined) {
    const near = nearest(written, sizes.names());
    const placeholder = placeholderHint(written);
    reader.error(["instance_type"], {
      code: "BadArgument",
      message: "is not a VM size that managed online endpoints run on",
      value: written,
      allowed: "a size of Azure's SKU list for managed online endpoints, or one of mlendpoints:vmSizes",
      hint: near === undefined ? "name a size such as Standard_DS3_v2" : `did you mean ${near}?`,
      rule: "service",
      source: "reference-managed-online-endpoints-vm-sku-list",
      ...(placeholder === undefined ? {} : placeholderFault(placeholder)),
    });
  } else if (isSmall(size)) {
    reader.warn(["instance_type"], {
      code: "SmallInstanceType",
      message: "is small: Azure warns that a container may run out of memory or fail its probes on it",
      value: written,
      hint: "take Standard_DS3_v2 or larger",
      rule: "client",
      source: "reference-managed-online-endpoints-vm-sku-list",
    });
  }
}

function instances(reader: Reader, { kind, limits }: DeploymentSurroundings): void {
  const count = Number(reader.get(["instance_count"]));
  const missing = !reader.has("instance_count");
  const scale = scaleType(reader);
  if (missing && (kind === "managed" || scale === "default")) {
    reader.error(["instance_count"], {
      code: "MissingField",
      message: "'instance_count' is missing",
      allowed: "an integer, at least 1",
      hint: "add 'instance_count'",
      rule: "service",
      source: kind === "managed" ? MANAGED_SOURCE : KUBERNETES_SOURCE,
    });
  }
  if (kind === "managed" && count > limits.instancesPerDeployment) {
    reader.error(["instance_count"], {
      code: "OutOfQuota",
      message: "is more than a deployment may have",
      value: String(count),
      allowed: `at most ${limits.instancesPerDeployment}, unless Azure raised the limit for you (mlendpoints:limits)`,
      hint: `write at most ${limits.instancesPerDeployment}, or raise mlendpoints:limits.instancesPerDeployment`,
      rule: "quota",
      source: "how-to-manage-quotas",
    });
  }
}

function scaleType(reader: Reader): string | undefined {
  const type = reader.text("scale_settings", "type");
  return type === undefined ? undefined : snakeCase(type);
}

const TARGET_FIELDS = ["min_instances", "max_instances", "target_utilization_percentage", "polling_interval"];

function scaling(reader: Reader, { kind }: DeploymentSurroundings): void {
  const type = scaleType(reader);
  if (type === "target_utilization" && kind === "managed") {
    reader.error(["scale_settings", "type"], {
      code: "BadArgument",
      message: "a managed deployment scales by 'default' only",
      value: type,
      allowed: "default",
      hint: "write type: default, and scale by autoscale settings (mlendpoints: autoscale)",
      rule: "client",
      source: MANAGED_SOURCE,
    });
    return;
  }
  if (type === "default") {
    for (const field of TARGET_FIELDS.filter((each) => reader.has("scale_settings", each))) {
      reader.errorAtKey(["scale_settings", field], {
        code: "UnknownField",
        message: `there is no field '${field}' with type: default`,
        value: field,
        allowed: "type",
        hint: kind === "kubernetes" ? "write type: target_utilization, or remove it" : "remove it",
        rule: "schema",
        source: KUBERNETES_SOURCE,
      });
    }
    return;
  }
  const least = Number(reader.get(["scale_settings", "min_instances"]) ?? 1);
  const most = Number(reader.get(["scale_settings", "max_instances"]) ?? 1);
  if (type === "target_utilization" && least > most && most >= 1) {
    const field = reader.has("scale_settings", "min_instances") ? "min_instances" : "max_instances";
    reader.error(["scale_settings", field], {
      code: "InvalidDeploymentSpec",
      message: "min_instances is more than max_instances",
      value: `${least} to ${most}`,
      allowed: "min_instances ≤ max_instances; both are 1 when they are absent",
      hint: "raise max_instances or lower min_instances",
      rule: "service",
      source: KUBERNETES_SOURCE,
    });
  }
  if (type === "target_utilization" && reader.has("instance_count")) {
    reader.warn(["instance_count"], {
      code: "NoEffect",
      message: "has no effect: min_instances and max_instances say how many there are",
      hint: "remove it, or write scale_settings: {type: default}",
      rule: "service",
      source: KUBERNETES_SOURCE,
    });
  }
}

function requests(reader: Reader, yaml: DeploymentYaml, { kind, limits }: DeploymentSurroundings): void {
  const path = ["request_settings", "request_timeout_ms"];
  const timeout = Number(reader.get(path));
  const flow = promptFlow(yaml);
  const most =
    kind === "kubernetes"
      ? limits.requestTimeoutMsKubernetes
      : flow
        ? limits.requestTimeoutMsPromptFlow
        : limits.requestTimeoutMsManaged;
  if (timeout > most) {
    reader.error(path, {
      code: "InvalidValue",
      message: "is out of range",
      value: String(timeout),
      allowed: `at most ${most} ms${kind === "kubernetes" ? " on Kubernetes" : flow ? " for a prompt flow" : " on a managed endpoint"}`,
      hint: `write a value of at most ${most}`,
      rule: "service",
      source: "how-to-manage-quotas",
    });
  }
  if (kind === "managed" && reader.has("request_settings", "max_queue_wait_ms")) {
    reader.warn(["request_settings", "max_queue_wait_ms"], {
      code: "Deprecated",
      message: "is deprecated on managed endpoints",
      hint: "raise request_timeout_ms instead",
      rule: "service",
      source: MANAGED_SOURCE,
    });
  }
}

/** Azure knows a prompt flow by a property of its model (how-to-deploy-to-code). */
function promptFlow(yaml: DeploymentYaml): boolean {
  const marker = "azureml.promptflow.source_flow_id";
  return typeof yaml.model === "object" && Object.hasOwn(yaml.model.properties ?? {}, marker);
}

function resources(reader: Reader): void {
  if (reader.map("resources") === undefined) {
    return;
  }
  if (!reader.has("resources", "requests")) {
    reader.error(["resources", "requests"], missingRequest("requests", "cpu and memory"));
  }
  for (const key of ["cpu", "memory"].filter(
    (each) => reader.map("resources", "requests") !== undefined && !reader.has("resources", "requests", each),
  )) {
    reader.error(["resources", "requests", key], missingRequest(key, key === "cpu" ? "100m" : "1Gi"));
  }
  if (reader.has("resources", "requests", "nvidia.com/gpu")) {
    reader.errorAtKey(["resources", "requests", "nvidia.com/gpu"], {
      code: "BadArgument",
      message: "a GPU is asked for under 'limits' only",
      allowed: "resources.limits",
      hint: "move it to resources.limits",
      rule: "service",
      source: KUBERNETES_SOURCE,
    });
  }
  for (const key of ["cpu", "memory"]) {
    compareQuantities(reader, key);
  }
}

function missingRequest(key: string, example: string): Breach {
  return {
    code: "MissingField",
    message: `'${key}' is missing: with 'resources', cpu and memory must be asked for`,
    allowed: `a quantity: ${example}`,
    hint: `add '${key}'`,
    rule: "service",
    source: KUBERNETES_SOURCE,
  };
}

function compareQuantities(reader: Reader, key: string): void {
  const asked = reader.text("resources", "requests", key);
  const limit = reader.text("resources", "limits", key);
  const [low, high] = [asked, limit].map((each) => {
    const amount = each === undefined ? undefined : parseQuantity(each);
    // A negative amount is told where its form is.
    return amount === undefined || amount < 0 ? undefined : amount;
  });
  const least = key === "memory" ? 1_000_000 : Number.MIN_VALUE;
  if (low !== undefined && low < least) {
    reader.error(["resources", "requests", key], {
      code: "InvalidValue",
      message: "is out of range",
      value: asked,
      allowed: key === "memory" ? "at least 1 MB" : "more than 0",
      hint: "ask for more",
      rule: "service",
      source: KUBERNETES_SOURCE,
    });
  }
  if (low !== undefined && high !== undefined && low > high) {
    reader.error(["resources", "requests", key], {
      code: "BadArgument",
      message: "asks for more than the limit",
      value: `${asked}, limit ${limit}`,
      allowed: `at most ${limit}`,
      hint: "lower the request or raise the limit",
      rule: "service",
      source: KUBERNETES_SOURCE,
    });
  }
}

function collectors(reader: Reader, { limits }: DeploymentSurroundings): void {
  const names = Object.keys(reader.map("data_collector", "collections") ?? {});
  const custom = names.filter((name) => !["request", "response"].includes(name));
  if (custom.length > limits.collectorsPerScript) {
    reader.error(["data_collector", "collections"], {
      code: "BadArgument",
      message: "has more collectors than a scoring script may have",
      value: `${custom.length}: ${custom.join(", ")}`,
      allowed: `at most ${limits.collectorsPerScript} besides request and response`,
      hint: "remove some of them",
      rule: "service",
      source: "how-to-collect-production-data",
    });
  }
  const rate = reader.text("data_collector", "rolling_rate")?.toLowerCase();
  if (rate === "month" || rate === "year") {
    reader.warn(["data_collector", "rolling_rate"], {
      code: "ClientRefuses",
      message: "is documented, but Microsoft's own client takes minute, hour and day only",
      value: rate,
      hint: "choose minute, hour or day if the file is to work on Azure too",
      rule: "schema",
      source: "how-to-collect-production-data",
    });
  }
}

function noEffect(reader: Reader): void {
  for (const key of ["id", "provisioning_state", "creation_context"].filter((each) => reader.has(each))) {
    reader.warn([key], {
      code: "NoEffect",
      message: "has no effect: only Azure writes this field",
      hint: "remove it",
      rule: "schema",
      source: MANAGED_SOURCE,
    });
  }
}
