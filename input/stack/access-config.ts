import { z } from "zod";

/** `mlendpoints:identities`: user-assigned identities. */
export const IdentitiesConfigSchema = z
  .record(
    z.string().min(1),
    z.strictObject({
      resourceId: z.string().min(1).describe("resource id, as endpoint files name it"),
      clientId: z.string().optional().describe("client id; containers get it as AZURE_CLIENT_ID"),
    }),
  )
  .default({})
  .describe("user-assigned identities that endpoint files name by their resource id");

/** Where a role holds: the part of a workspace, or one thing in it. */
const Scope = z
  .string()
  .regex(
    /^(registry|storage|workspace|connection\/[^/]+|vault\/[^/]+|container\/[^/]+|subscription|resource-group)$/,
    "is not one of the scopes",
  )
  .describe(
    "registry, storage, workspace, connection/<name>, vault/<name>, container/<name>, resource-group or subscription",
  );

/** `mlendpoints:roleAssignments`: who may do what. */
export const RoleAssignmentsConfigSchema = z
  .array(
    z.strictObject({
      identity: z
        .string()
        .min(1)
        .describe("an endpoint's name (its own identity) or the name of one of mlendpoints:identities"),
      role: z.string().min(1).describe("name or id of an Azure role"),
      scope: Scope,
    }),
  )
  .default([])
  .describe("roles of the identities, besides those that Azure gives by itself");

/** `mlendpoints:connections`: workspace connections. Keep it secret: `pulumi config set --secret --path …`. */
export const ConnectionsConfigSchema = z
  .record(
    z.string().min(1),
    z.strictObject({
      authType: z
        .enum(["ApiKey", "CustomKeys", "AAD", "None"])
        .default("ApiKey")
        .describe("how the connection is authenticated"),
      category: z.string().default("CustomKeys").describe("kind of service, as in AzureOpenAI"),
      target: z.string().default("").describe("address of the service"),
      credentials: z
        .strictObject({
          key: z.string().optional().describe("the key of an ApiKey connection"),
          keys: z.record(z.string(), z.string()).optional().describe("the keys of a CustomKeys connection, by name"),
        })
        .default({})
        .describe("the one key of an ApiKey connection, or the keys of a CustomKeys connection"),
      metadata: z.record(z.string(), z.string()).default({}).describe("values that are not secret"),
    }),
  )
  .default({})
  .describe("workspace connections by name; secret");

/** `mlendpoints:vaults`: key vaults. */
export const VaultsConfigSchema = z
  .record(
    z.string().min(1),
    z.record(z.string().min(1), z.record(z.string().min(1), z.string())).describe("secret name to its versions"),
  )
  .default({})
  .describe("key vaults by name, with their secrets by name and version; secret");
