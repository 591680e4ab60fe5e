import { z } from "zod";
import { anything, freeMap, name, percentages, readOnly, text, word } from "../fields";
import { textForm } from "../forms";

/** Where the fields of the endpoint file are documented. */
export const ENDPOINT_SOURCE = "reference-yaml-endpoint-online";

/** A user-assigned identity, by its resource id. Azure's own pages write it in three shapes: all are read. */
const IdentityResource = z
  .union([
    z.string().min(1),
    z.strictObject({
      resource_id: z.string().min(1).describe("resource id of the identity: /subscriptions/…"),
      client_id: z.string().optional().describe("client id of the identity"),
      object_id: z.string().optional().describe("object id of the identity"),
      principal_id: z.string().optional().describe("another name of its object id"),
    }),
  ])
  .describe("a resource id, or an object with 'resource_id'")
  .transform((seen) => (typeof seen === "string" ? { resource_id: seen } : seen));

const Identity = z.strictObject({
  type: word(
    ["system_assigned", "user_assigned", "none"],
    "whose identity the containers act under: the endpoint's own, or one that exists already",
    "snake",
  ),
  user_assigned_identities: z
    .union([
      z
        .string()
        .min(1)
        .transform((id) => [{ resource_id: id }]),
      z.array(IdentityResource).meta({ maxItems: 1 }),
    ])
    .optional()
    .describe("the one identity of a user_assigned endpoint: a resource id, or a list of one"),
  principal_id: readOnly("object id of the identity"),
  tenant_id: readOnly("tenant of the identity"),
});

/** What endpoints of both kinds have (reference-yaml-endpoint-online). */
const common = {
  $schema: anything("informational: Azure does not look at it"),
  name: name("name of the endpoint: 3 to 32 characters, unique in the stack", {
    rule: "client",
    source: "how-to-manage-quotas",
  }),
  description: text("what it is for, in your own words").optional(),
  tags: freeMap("names and values of your own").optional(),
  properties: freeMap(
    "names and values of your own; 'enforce_access_to_default_secret_stores' has a meaning of its own",
  ).optional(),
  auth_mode: word(
    ["key", "aml_token", "aad_token"],
    "how callers prove who they are (default: key)",
    "snake",
  ).optional(),
  identity: Identity.optional().describe("identity of the endpoint (default: system_assigned)"),
  traffic: percentages(
    100,
    "percent of live traffic by deployment; the sum is 0 or 100",
    "how-to-safely-rollout-online-endpoints",
  ).optional(),
  mirror_traffic: percentages(
    50,
    "percent of live traffic copied to one deployment, at most 50",
    "how-to-safely-rollout-online-endpoints",
  ).optional(),
  location: text("Azure region").optional(),
  id: readOnly("resource id"),
  kind: readOnly("kind of endpoint", anything("any")),
  provisioning_state: readOnly("state"),
  scoring_uri: readOnly("address"),
  openapi_uri: readOnly("address of the OpenAPI document"),
};

/** Azure's `managedOnlineEndpoint.schema.json`. */
export const ManagedEndpointSchema = z.strictObject({
  ...common,
  public_network_access: word(["enabled", "disabled"], "whether the address is public (default: enabled)").optional(),
});

/** Azure's `kubernetesOnlineEndpoint.schema.json`. */
export const KubernetesEndpointSchema = z.strictObject({
  ...common,
  compute: z
    .string()
    .refine((seen) => /^azureml:.+/.test(seen), {
      message: "is not a reference to a compute",
      params: {
        code: "BadArgument",
        allowed: "azureml:<compute> or azureml:<resource id>",
        hint: "write azureml: in front of the name of the cluster",
      },
    })
    .meta({
      ...textForm("^azureml:.+", "azureml:<compute> or azureml:<resource id>"),
      description: "the cluster: azureml:<compute>; its presence makes the endpoint a Kubernetes one",
    }),
});

export type ManagedEndpointYaml = z.output<typeof ManagedEndpointSchema>;
export type KubernetesEndpointYaml = z.output<typeof KubernetesEndpointSchema>;
/** What of an endpoint file could be read; a field with a fault is absent. */
export type EndpointYaml = Partial<ManagedEndpointYaml & KubernetesEndpointYaml>;
