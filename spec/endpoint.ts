import { z } from "zod";
import { caseless, Name, notYet, TextMap, Traffic } from "./fields";

/** The endpoint file: Azure's `managedOnlineEndpoint.schema.json` (reference-yaml-endpoint-online). */
export const EndpointSchema = z.strictObject({
  $schema: z.string().optional(),
  name: Name,
  description: z.string().optional(),
  tags: TextMap.default({}),
  properties: notYet("'properties'"),
  auth_mode: caseless(["key", "aml_token", "aad_token"])
    .refine((mode) => mode === "key", {
      message: "only key authentication is supported yet",
      params: { code: "NotSupported", allowed: "key", hint: "write auth_mode: key" },
    })
    .prefault("key"),
  identity: z
    .strictObject({
      type: caseless(["system_assigned", "user_assigned"]).refine((type) => type === "system_assigned", {
        message: "user-assigned identities are not supported yet",
        params: { code: "NotSupported", allowed: "system_assigned", hint: "use a system-assigned identity" },
      }),
    })
    .optional(),
  traffic: Traffic.default({}),
  mirror_traffic: notYet("mirrored traffic"),
  public_network_access: caseless(["enabled", "disabled"])
    .refine((access) => access === "enabled", {
      message: "a private endpoint is not supported yet",
      params: {
        code: "NotSupported",
        allowed: "enabled",
        hint: "the router listens on 127.0.0.1 unless the stack says otherwise",
      },
    })
    .prefault("enabled"),
  compute: notYet("a Kubernetes online endpoint ('compute')"),
});

/** A parsed endpoint file. */
export interface EndpointSpec {
  readonly file: string;
  readonly name: Name;
  readonly description?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly authMode: "key";
  readonly identity: { readonly type: "system_assigned" };
  readonly traffic: Readonly<Record<string, number>>;
}

export function toEndpointSpec(file: string, yaml: z.output<typeof EndpointSchema>): EndpointSpec {
  return {
    file,
    name: yaml.name,
    description: yaml.description,
    tags: yaml.tags,
    authMode: "key",
    identity: { type: "system_assigned" },
    traffic: yaml.traffic,
  };
}
