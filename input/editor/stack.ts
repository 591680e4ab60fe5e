import { textForm } from "../azure/forms";
import { SET_PATH_PATTERN } from "../azure/patterns";
import { LIMIT_TABLE } from "../azure/tables/limits";
import { roleNames } from "../azure/tables/roles";
import { NAMESPACE, StackConfigSchema } from "../stack/config";
import { inlineAutoscale } from "./autoscale";
import { changed, type JsonSchema, toJsonSchema, when, withoutProperties, withRules } from "./convert";
import { managedEndpoint } from "./endpoint";

/** How Pulumi writes an encrypted value. */
const SECURE: JsonSchema = {
  description: "an encrypted value",
  type: "object",
  required: ["secure"],
  properties: { secure: { type: "string", description: "its cipher text" } },
  additionalProperties: false,
};

function orSecure(schema: JsonSchema): JsonSchema {
  const { description, $comment, default: initial, ...plain } = schema;
  return { description, $comment, default: initial, anyOf: [plain, { $ref: "#/definitions/secure" }] };
}

/** Every text below may be encrypted by itself, and the value as a whole. */
function secret(schema: JsonSchema): JsonSchema {
  return orSecure(textsSecret(schema));
}

function textsSecret(schema: JsonSchema): JsonSchema {
  if (schema.type === "string" && schema.enum === undefined) {
    return orSecure(schema);
  }
  const inner = (value: JsonSchema | boolean | undefined): JsonSchema | boolean | undefined =>
    typeof value === "object" ? textsSecret(value) : value;
  return {
    ...schema,
    ...(schema.properties === undefined
      ? {}
      : {
          properties: Object.fromEntries(
            Object.entries(schema.properties).map(([key, value]) => [
              key,
              value === false ? value : textsSecret(value),
            ]),
          ),
        }),
    ...(schema.additionalProperties === undefined ? {} : { additionalProperties: inner(schema.additionalProperties) }),
  };
}

/** `pulumi config set` writes plain values as text. */
function orText(schema: JsonSchema): JsonSchema {
  const { description, default: initial } = schema;
  return {
    description,
    default: initial,
    anyOf: [
      { type: "boolean" },
      { type: "string", pattern: "^(true|false)$", patternErrorMessage: "must be true or false" },
    ],
  };
}

/** The one name that stands for an address. */
function orLocalhost({ description, default: initial, pattern }: JsonSchema): JsonSchema {
  return {
    description,
    default: initial,
    ...textForm(`^localhost$|${String(pattern)}`, "an IPv4 address of this machine, or localhost"),
  };
}

/** The values below `mlendpoints:`, by the rest of their key. */
export function stackConfig(): JsonSchema {
  const changes: readonly (readonly [readonly string[], (found: JsonSchema) => JsonSchema])[] = [
    [["connections"], secret],
    [["vaults"], secret],
    [["production"], orText],
    [["deployerMayListSecrets"], orText],
    [["limits"], raisable],
    [["router", "host"], orLocalhost],
    [["vmSizes", "*"], (size) => withRules(size, [when({ required: ["gpuModel"] }, { required: ["gpus"] })])],
    [["endpoints", "[]", "traffic"], (shares) => shareOf("traffic", shares)],
    [["endpoints", "[]", "mirrorTraffic"], (shares) => shareOf("mirror_traffic", shares)],
    [["endpoints", "[]", "set"], withPaths],
    [["endpoints", "[]", "deployments", "[]", "{}", "set"], withPaths],
    [["endpoints", "[]", "deployments", "[]", "{}", "autoscale", "{}"], inlineAutoscale],
    [["roleAssignments", "[]", "role"], (role) => ({ ...role, examples: roleNames() })],
  ];
  return changes.reduce((schema, [path, change]) => changed(schema, path, change), toJsonSchema(StackConfigSchema));
}

/** Percentages have the rules of the endpoint file. */
function shareOf(field: "traffic" | "mirror_traffic", shares: JsonSchema): JsonSchema {
  const found = managedEndpoint().properties?.[field];
  return typeof found === "object" ? { ...found, description: shares.description } : shares;
}

function withPaths(set: JsonSchema): JsonSchema {
  return {
    ...set,
    propertyNames: {
      pattern: SET_PATH_PATTERN,
      patternErrorMessage: "must be a dotted path with list indexes: a.b[0].c",
    },
  };
}

/** Only what Azure raises on request, and no higher than it does. */
function raisable(schema: JsonSchema): JsonSchema {
  const fixed = LIMIT_TABLE.filter((limit) => !limit.raisable).map(({ key }) => key);
  const capped = LIMIT_TABLE.filter((limit) => limit.raisable && limit.ceiling !== undefined);
  return capped.reduce(
    (found, { key, ceiling }) => changed(found, [key], (limit) => ({ ...limit, maximum: ceiling })),
    withoutProperties(schema, fixed),
  );
}

/** The whole of `Pulumi.<stack>.yaml`: values of other namespaces are none of our business. */
export function stackDocument(): JsonSchema {
  const { properties = {}, required = [] } = stackConfig();
  const names = Object.keys(properties);
  return {
    type: "object",
    required: ["config"],
    properties: {
      config: {
        type: "object",
        description: "values of the stack, by namespace and name",
        properties: Object.fromEntries(Object.entries(properties).map(([name, value]) => [NAMESPACE + name, value])),
        patternProperties: { [`^${NAMESPACE}(?!(${names.join("|")})$)`]: false },
        required: required.map((name) => NAMESPACE + name),
      },
      secretsprovider: { type: "string", description: "what encrypts the secrets of this stack (Pulumi writes it)" },
      encryptedkey: { type: "string", description: "encrypted key of the secrets provider (Pulumi writes it)" },
      encryptionsalt: { type: "string", description: "salt of the passphrase (Pulumi writes it)" },
      environment: { description: "Pulumi ESC environments" },
    },
    definitions: { secure: SECURE },
  };
}
