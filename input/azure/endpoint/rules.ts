import { nearest, placeholderFault } from "../../documents/check";
import { placeholderHint } from "../../documents/document";
import type { Reader } from "../../documents/reader";
import { NAME_PATTERN, type OnlineKind, snakeCase } from "../fields";
import { ENDPOINT_SOURCE, type EndpointYaml } from "./schema";

const ROLLOUT = "how-to-safely-rollout-online-endpoints";
const SECRETS = "concept-secret-injection";

/** What rules about an endpoint need to know besides its file. */
export interface EndpointSurroundings {
  readonly kind: OnlineKind;
  /** Names of its deployments; absent when nobody said. */
  readonly deployments?: readonly string[];
}

/** Managed, unless a compute is named: any value that is not empty counts, as in Microsoft's client. */
export function endpointKind(value: unknown): OnlineKind {
  const fields = (typeof value === "object" && value !== null ? value : {}) as Readonly<Record<string, unknown>>;
  const misspelt = Object.hasOwn(fields, "compute") ? undefined : nearest("compute", Object.keys(fields));
  if (misspelt !== undefined && String(fields[misspelt]).startsWith("azureml:")) {
    // A faulty file either way: read so, it has one fault and not one for every field of its kind.
    return "kubernetes";
  }
  const { compute } = fields;
  return compute === undefined || compute === null || compute === "" || compute === false || compute === 0
    ? "managed"
    : "kubernetes";
}

/** What Azure's service refuses, minutes after the client took it, plus warnings of what it would do without a word. */
export function checkEndpointRules(reader: Reader, yaml: EndpointYaml, around: EndpointSurroundings): void {
  trafficSum(reader);
  oncePerDeployment(reader, "traffic");
  oncePerDeployment(reader, "mirror_traffic");
  knownDeployments(reader, "traffic", around.deployments);
  mirror(reader, around);
  identity(reader);
  authMode(reader, yaml, around);
  computePlaceholder(reader, yaml);
  readOnlyFields(reader);
}

function numbers(reader: Reader, key: string): [string, number][] {
  return Object.entries(reader.map(key) ?? {}).flatMap(([name, percent]): [string, number][] => {
    const number = typeof percent === "string" && /^\d+$/.test(percent) ? Number(percent) : percent;
    return typeof number === "number" ? [[name, number]] : [];
  });
}

function trafficSum(reader: Reader): void {
  const shares = numbers(reader, "traffic");
  // A share that is no percentage is told by itself; its sum would only be a second error for the same fault.
  if (
    shares.some(([, percent]) => !Number.isInteger(percent) || percent < 0 || percent > 100) ||
    shares.length !== Object.keys(reader.map("traffic") ?? {}).length
  ) {
    return;
  }
  const sum = shares.reduce((total, [, percent]) => total + percent, 0);
  if (sum !== 0 && sum !== 100) {
    reader.error(["traffic"], {
      code: "BadArgument",
      message: "must add up to 0 or to 100 percent",
      value: `${shares.map(([name, percent]) => `${name}: ${percent}`).join(", ")} (${sum} in all)`,
      allowed: "a sum of 0 or 100",
      hint: "change the percentages so that they add up to 100",
      rule: sum > 100 ? "schema" : "service",
      source: ROLLOUT,
    });
  }
}

function oncePerDeployment(reader: Reader, key: string): void {
  const seen = new Set<string>();
  for (const name of Object.keys(reader.map(key) ?? {})) {
    const folded = name.toLowerCase();
    if (seen.has(folded)) {
      reader.errorAtKey([key, name], {
        code: "BadArgument",
        message: "names a deployment twice: upper and lower case are the same to Azure",
        value: name,
        allowed: "each deployment once",
        hint: "remove one of them",
        rule: "service",
        source: ROLLOUT,
      });
    }
    seen.add(folded);
  }
}

function knownDeployments(reader: Reader, key: string, deployments: readonly string[] | undefined): void {
  if (deployments === undefined) {
    possibleDeployments(reader, key);
    return;
  }
  const known = new Set(deployments.map((name) => name.toLowerCase()));
  for (const name of Object.keys(reader.map(key) ?? {}).filter((each) => !known.has(each.toLowerCase()))) {
    const near = nearest(name, deployments);
    reader.errorAtKey([key, name], {
      code: "BadArgument",
      message: `${key === "traffic" ? "traffic" : "mirrored traffic"} goes to '${name}', which is not a deployment of this endpoint`,
      value: name,
      allowed: deployments.length === 0 ? "no name: the endpoint has no deployments" : deployments.join(", "),
      hint: near === undefined ? "name one of its deployments, or add this one" : `did you mean '${near}'?`,
      rule: "service",
      source: ROLLOUT,
    });
  }
}

/** Nobody said which deployments there are, but some words can be none of them. */
function possibleDeployments(reader: Reader, key: string): void {
  const possible = (name: string): boolean => NAME_PATTERN.test(name) && name.length >= 3 && name.length <= 32;
  for (const name of Object.keys(reader.map(key) ?? {}).filter((each) => !possible(each))) {
    reader.errorAtKey([key, name], {
      code: "BadArgument",
      message: `'${name}' cannot be the name of a deployment`,
      value: name,
      allowed: "3 to 32 characters: a letter first, then letters, digits and dashes, no dash at the end",
      hint: "name one of the endpoint's deployments",
      rule: "service",
      source: "how-to-manage-quotas",
    });
  }
}

function mirror(reader: Reader, { kind, deployments }: EndpointSurroundings): void {
  const targets = Object.keys(reader.map("mirror_traffic") ?? {});
  if (targets.length === 0) {
    return;
  }
  if (kind === "kubernetes") {
    reader.errorAtKey(["mirror_traffic"], {
      code: "BadArgument",
      message: "a Kubernetes online endpoint has no mirrored traffic",
      allowed: "managed endpoints only",
      hint: "remove the field",
      rule: "service",
      source: ENDPOINT_SOURCE,
    });
    return;
  }
  if (targets.length > 1) {
    reader.error(["mirror_traffic"], {
      code: "BadArgument",
      message: "traffic can be mirrored to one deployment only",
      value: targets.join(", "),
      allowed: "one deployment",
      hint: "leave one of them",
      rule: "service",
      source: ROLLOUT,
    });
  }
  knownDeployments(reader, "mirror_traffic", deployments);
  const live = new Map(numbers(reader, "traffic").map(([name, percent]) => [name.toLowerCase(), percent]));
  for (const [name, percent] of numbers(reader, "mirror_traffic")) {
    if (percent > 0 && (live.get(name.toLowerCase()) ?? 0) > 0) {
      reader.errorAtKey(["mirror_traffic", name], {
        code: "BadArgument",
        message: `'${name}' takes live traffic: a deployment takes live or mirrored traffic, not both`,
        value: name,
        allowed: "a deployment with 0 percent of live traffic",
        hint: "take its live traffic away, or mirror to another deployment",
        rule: "service",
        source: ROLLOUT,
      });
    }
  }
}

function identity(reader: Reader): void {
  const fields = reader.map("identity");
  const type = snakeCase(reader.text("identity", "type") ?? "");
  const listed = reader.get(["identity", "user_assigned_identities"]);
  const empty = listed === undefined || (Array.isArray(listed) && listed.length === 0);
  if (type === "user_assigned" && empty) {
    reader.error(["identity", "user_assigned_identities"], {
      code: listed === undefined ? "MissingField" : "BadArgument",
      message: "a user_assigned identity must say which one",
      allowed: "a list of one {resource_id: …}",
      hint: "add user_assigned_identities with the resource id of the identity",
      rule: "service",
      source: ENDPOINT_SOURCE,
    });
  }
  if (Array.isArray(listed) && listed.length > 1) {
    reader.error(["identity", "user_assigned_identities"], {
      code: "BadArgument",
      message: "names more than one identity",
      value: `${listed.length} identities`,
      allowed: "a list of one {resource_id: …}",
      hint: "leave one of them",
      rule: "service",
      source: ENDPOINT_SOURCE,
    });
  }
  if (type === "system_assigned" && fields !== undefined && !empty) {
    reader.warn(["identity", "user_assigned_identities"], {
      code: "NoEffect",
      message: "has no effect: the endpoint uses its own identity",
      allowed: "with type: user_assigned",
      hint: "remove the list, or write type: user_assigned",
      rule: "service",
      source: ENDPOINT_SOURCE,
    });
  }
  if (type === "none") {
    reader.error(["identity", "type"], {
      code: "BadArgument",
      message: "an online endpoint cannot do without an identity",
      value: "none",
      allowed: "system_assigned, user_assigned",
      hint: "remove 'identity': the endpoint then gets one of its own",
      rule: "service",
      source: "concept-endpoints-online-auth",
    });
  }
  enforcement(reader, type);
}

function enforcement(reader: Reader, type: string): void {
  const path = ["properties", "enforce_access_to_default_secret_stores"];
  const value = reader.get(path);
  if (value === undefined) {
    return;
  }
  if (typeof value !== "string" || !["enabled", "disabled"].includes(value.toLowerCase())) {
    reader.error(path, {
      code: "InvalidValue",
      message: "is not one of the allowed words",
      value: String(value),
      allowed: "enabled, disabled",
      hint: "choose one of the allowed words",
      rule: "service",
      source: SECRETS,
    });
  } else if (type === "user_assigned") {
    reader.error(path, {
      code: "BadArgument",
      message: "cannot be given with a user-assigned identity: Azure grants nothing to it by itself",
      value,
      allowed: "with a system-assigned identity only",
      hint: "remove the property and give the identity its roles yourself",
      rule: "service",
      source: SECRETS,
    });
  }
}

/** Microsoft's client takes any text behind `azureml:`, and a placeholder too. */
function computePlaceholder(reader: Reader, yaml: EndpointYaml): void {
  const hint = placeholderHint(yaml.compute ?? "");
  if (hint !== undefined) {
    reader.error(["compute"], {
      ...placeholderFault(hint),
      value: yaml.compute,
      allowed: "azureml:<compute>",
      rule: "service",
      source: ENDPOINT_SOURCE,
    });
  }
}

function authMode(reader: Reader, yaml: EndpointYaml, { kind }: EndpointSurroundings): void {
  if (kind === "kubernetes" && yaml.auth_mode === "aad_token") {
    reader.error(["auth_mode"], {
      code: "BadArgument",
      message: "a Kubernetes online endpoint cannot use Microsoft Entra tokens",
      value: reader.text("auth_mode"),
      allowed: "key, aml_token",
      hint: "choose key or aml_token",
      rule: "service",
      source: "concept-endpoints-online-auth",
    });
  }
}

const READ_ONLY = ["id", "kind", "provisioning_state", "scoring_uri", "openapi_uri"];

function readOnlyFields(reader: Reader): void {
  for (const key of READ_ONLY.filter((each) => reader.has(each))) {
    reader.warn([key], {
      code: "NoEffect",
      message: "has no effect: only Azure writes this field",
      hint: "remove it",
      rule: "schema",
      source: ENDPOINT_SOURCE,
    });
  }
}
