import { z } from "zod";
import { NAME_PATTERN } from "../azure/fields";
import { VmSizesConfigSchema } from "../azure/tables/vm-sizes";
import {
  ConnectionsConfigSchema,
  IdentitiesConfigSchema,
  RoleAssignmentsConfigSchema,
  VaultsConfigSchema,
} from "./access-config";
import { AssetsConfigSchema, RegistriesConfigSchema } from "./assets-config";
import { LimitsConfigSchema, PricesConfigSchema, QuotaConfigSchema } from "./quota-config";

/** Percent by deployment, instead of what the endpoint file says. Its rules are the endpoint file's own. */
const Shares = z.record(z.string().regex(NAME_PATTERN, "is not the name of a deployment"), z.unknown());

/** Dotted paths with list indexes to the values that stand there instead, as `az ml … --set` takes them. */
const SetPaths = z
  .record(z.string(), z.unknown())
  .describe("dotted path, with list indexes, to the value that stands there in this environment; as `az ml … --set`");

const DeploymentEntry = z
  .union([
    z.string().min(1),
    z.strictObject({
      file: z.string().min(1).describe("path of the deployment file"),
      set: SetPaths.optional(),
      autoscale: z
        .union([z.string().min(1), z.record(z.string(), z.unknown())])
        .optional()
        .describe("autoscale settings: path of a file in Azure Monitor's shape, or {min, max, count, rules}"),
      skipScriptValidation: z
        .boolean()
        .default(false)
        .describe("do not look into the scoring script: it is not Python"),
      sharedQuota: z
        .boolean()
        .default(false)
        .describe(
          "reserve from the shared quota pool: temporary, for tests, never for production (how-to-manage-quotas)",
        ),
    }),
  ])
  .describe("a path, or an object with 'file'");

export type DeploymentEntryConfig = z.output<typeof DeploymentEntry>;

/**
 * The `mlendpoints:` part of a stack's config file (`stacks/Pulumi.<stack>.yaml`): the user's daily edit.
 * Relative paths are relative to the folder of that file.
 */
export const StackConfigSchema = z.strictObject({
  target: z.enum(["docker"]).default("docker").describe("where the stack runs"),
  production: z.boolean().default(false).describe("whether people depend on this stack; policies are stricter then"),
  endpoints: z
    .array(
      z.strictObject({
        file: z.string().min(1).describe("path of the endpoint file"),
        deployments: z.array(DeploymentEntry).default([]).describe("its deployment files"),
        traffic: Shares.optional().describe("percent by deployment, instead of the endpoint file's traffic"),
        mirrorTraffic: Shares.optional().describe(
          "percent to one deployment, instead of the endpoint file's mirror_traffic",
        ),
        set: SetPaths.optional(),
      }),
    )
    .min(1)
    .describe("the endpoints of this stack"),
  quota: QuotaConfigSchema,
  limits: LimitsConfigSchema,
  vmSizes: VmSizesConfigSchema.default({}),
  prices: PricesConfigSchema,
  models: AssetsConfigSchema.shape.models,
  environments: AssetsConfigSchema.shape.environments,
  code: AssetsConfigSchema.shape.code,
  registries: RegistriesConfigSchema,
  identities: IdentitiesConfigSchema,
  roleAssignments: RoleAssignmentsConfigSchema,
  deployerMayListSecrets: z
    .boolean()
    .default(true)
    .describe(
      "whether whoever deploys may read the secrets of the connections; Azure asks that for enforce_access_to_default_secret_stores",
    ),
  connections: ConnectionsConfigSchema,
  vaults: VaultsConfigSchema,
  images: z
    .record(z.string(), z.string())
    .default({})
    .describe(
      "image name (a trailing * matches the rest) to the name used instead; {python} stands for the minor, as in 3.12",
    ),
  docker: z
    .strictObject({
      sizing: z
        .enum(["shares", "limits"])
        .default("shares")
        .describe(
          "'shares': an instance type's cores become relative CPU shares, memory is not limited, so that a laptop can hold what Azure would; 'limits': cores and memory become hard limits",
        ),
      capacity: z
        .strictObject({
          cores: z.number().positive().optional().describe("cores of the host"),
          memoryGib: z.number().positive().optional().describe("memory of the host in GiB"),
        })
        .optional()
        .describe("what the host has, for the ledger with sizing: limits; asked of the Docker engine when absent"),
    })
    .prefault({})
    .describe("how the Docker host is used"),
  router: z
    .strictObject({
      host: z
        .preprocess((value) => (value === "localhost" ? "127.0.0.1" : value), z.ipv4())
        // Docker takes what is no address for "all of them": a misspelt one would open the router to the network.
        .default("127.0.0.1")
        .describe("IPv4 address of this machine that the router listens on (default: 127.0.0.1)"),
      port: z.int().min(1).max(65535).default(8080).describe("port of this machine that the router listens on"),
      domain: z
        .string()
        .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
        .default("localhost")
        .describe("endpoints also answer to <endpoint>.<domain>"),
    })
    .prefault({})
    .describe("where endpoints answer"),
});

export type StackConfig = z.output<typeof StackConfigSchema>;

/** What a config key of ours begins with. */
export const NAMESPACE = "mlendpoints:";

/** The values below `mlendpoints:` by the rest of their key, out of a whole stack config. */
export function ownValues<T>(config: Readonly<Record<string, T>>): Record<string, T> {
  const own = Object.entries(config).filter(([key]) => key.startsWith(NAMESPACE));
  return Object.fromEntries(own.map(([key, value]) => [key.slice(NAMESPACE.length), value]));
}
