import { KubernetesEndpointSchema, ManagedEndpointSchema } from "../azure/endpoint/schema";
import { NAME_PATTERN } from "../azure/fields";
import { textForm, wordForm, wordPattern } from "../azure/forms";
import { NO_PLACEHOLDER } from "../azure/patterns";
import { limits } from "../azure/tables/limits";
import { changed, type JsonSchema, onField, toJsonSchema, when, withRules } from "./convert";

const USER_ASSIGNED = wordPattern(["user_assigned"], "snake");

/** Rules of Azure's service about several fields, as far as JSON Schema can say them (`input/azure/endpoint/rules.ts` has them all). */
function withServiceRules(schema: JsonSchema): JsonSchema {
  const typed = changed(schema, ["identity", "type"], (type) => ({
    ...type,
    // 'none' is a word of Microsoft's client that the service refuses.
    ...wordForm(["system_assigned", "user_assigned"], "snake"),
  }));
  const named = changed(typed, ["identity"], (identity) => withRules(identity, [userAssignedNamesOne]));
  const shared = ["traffic", "mirror_traffic"].reduce(
    (found, field) => changed(found, [field], (shares) => ({ ...shares, propertyNames: deploymentName })),
    named,
  );
  const enforced = changed(shared, ["properties"], (properties) => ({
    ...properties,
    properties: { enforce_access_to_default_secret_stores: enforcement },
  }));
  return withRules(enforced, [noEnforcementForUserAssigned]);
}

const deploymentName: JsonSchema = {
  ...textForm(
    NAME_PATTERN.source,
    "the name of a deployment: 3 to 32 letters, digits and inner dashes, a letter first",
  ),
  minLength: limits.nameLengthMin,
  maxLength: limits.nameLengthMax,
  title: "deployment",
};

const userAssignedNamesOne = when(
  { required: ["type"], properties: { type: { type: "string", pattern: USER_ASSIGNED } } },
  { required: ["user_assigned_identities"], ...onField(["user_assigned_identities"], { minItems: 1 }) },
);

const enforcement: JsonSchema = {
  ...wordForm(["enabled", "disabled"], "lower"),
  description: "whether the endpoint's own identity may read the secrets of the workspace's connections",
  $comment: "concept-secret-injection",
};

const noEnforcementForUserAssigned = when(
  {
    required: ["identity"],
    properties: {
      identity: {
        type: "object",
        required: ["type"],
        properties: { type: { type: "string", pattern: USER_ASSIGNED } },
      },
    },
  },
  onField(["properties"], { properties: { enforce_access_to_default_secret_stores: false } }),
);

export function managedEndpoint(): JsonSchema {
  const schema = withServiceRules(toJsonSchema(ManagedEndpointSchema));
  return changed(schema, ["mirror_traffic"], (mirror) => ({
    ...mirror,
    maxProperties: limits.mirrorTargetsPerEndpoint,
  }));
}

export function kubernetesEndpoint(): JsonSchema {
  const schema = withServiceRules(toJsonSchema(KubernetesEndpointSchema));
  const unmirrored = changed(schema, ["mirror_traffic"], (mirror) => ({
    ...mirror,
    maxProperties: 0,
    doNotSuggest: true,
    description: "none: only managed endpoints mirror",
  }));
  const tokens = changed(unmirrored, ["auth_mode"], (mode) => ({
    ...mode,
    ...wordForm(["key", "aml_token"], "snake"),
  }));
  return withRules(tokens, [onField(["compute"], NO_PLACEHOLDER)]);
}

/** An endpoint file of either kind: `compute` tells which. */
export function endpointDocument(): JsonSchema {
  const kubernetes = kubernetesEndpoint();
  const compute = kubernetes.properties?.compute;
  return {
    type: "object",
    // Offered while it is not there yet: the managed kind does not know it.
    properties: { compute: { description: compute === false ? undefined : compute?.description } },
    ...when({ required: ["compute"] }, { $ref: "#/definitions/kubernetes" }, { $ref: "#/definitions/managed" }),
    definitions: {
      managed: { title: "managed online endpoint", ...managedEndpoint() },
      kubernetes: { title: "Kubernetes online endpoint", ...kubernetes },
    },
  };
}
