import { KubernetesEndpointSchema, ManagedEndpointSchema } from "../endpoint/schema";
import { limits } from "../tables/limits";
import { changed, type JsonSchema, toJsonSchema, when, withRules } from "./convert";
import { wordForm, wordPattern } from "./forms";

const USER_ASSIGNED = wordPattern(["user_assigned"], "snake");

/** Rules of Azure's service about several fields, as far as JSON Schema can say them (`spec/endpoint/rules.ts` has them all). */
function withServiceRules(schema: JsonSchema): JsonSchema {
  const typed = changed(schema, ["identity", "type"], (type) => ({
    ...type,
    // 'none' is a word of Microsoft's client that the service refuses.
    ...wordForm(["system_assigned", "user_assigned"], "snake"),
  }));
  const named = changed(typed, ["identity"], (identity) => withRules(identity, [userAssignedNamesOne]));
  const enforced = changed(named, ["properties"], (properties) => ({
    ...properties,
    properties: { enforce_access_to_default_secret_stores: enforcement },
  }));
  return withRules(enforced, [noEnforcementForUserAssigned]);
}

const userAssignedNamesOne = when(
  { required: ["type"], properties: { type: { type: "string", pattern: USER_ASSIGNED } } },
  { required: ["user_assigned_identities"], properties: { user_assigned_identities: { minItems: 1 } } },
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
  { properties: { properties: { properties: { enforce_access_to_default_secret_stores: false } } } },
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
    description: "Kubernetes online endpoints have no mirrored traffic",
  }));
  return changed(unmirrored, ["auth_mode"], (mode) => ({ ...mode, ...wordForm(["key", "aml_token"], "snake") }));
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
    definitions: { managed: managedEndpoint(), kubernetes },
  };
}
