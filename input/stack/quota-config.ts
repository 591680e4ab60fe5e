import { z } from "zod";
import { LIMIT_TABLE, type LimitKey } from "../azure/tables/limits";

/** `mlendpoints:quota`: what may be reserved. Cores everywhere. */
export const QuotaConfigSchema = z
  .strictObject({
    total: z.int().min(0).optional().describe("cores of all deployments together"),
    families: z.record(z.string(), z.int().min(0)).default({}).describe("cores per VM family"),
    workspace: z
      .record(z.string(), z.int().min(0))
      .default({})
      .describe("cap of this workspace per VM family; the family's own quota is shared with other workspaces"),
    shared: z
      .int()
      .min(0)
      .default(0)
      .describe("cores of the shared quota pool, for deployments with sharedQuota: temporary, for tests"),
    enforcement: z
      .enum(["mandatory", "advisory"])
      .default("mandatory")
      .describe(
        "'mandatory' stops the preview when a limit is exceeded; 'advisory' warns and leaves it to the policy pack",
      ),
    surge: z
      .enum(["shown", "enforced"])
      .default("shown")
      .describe(
        "what both generations of a changed deployment need while the new one starts: 'shown' in the ledger, or 'enforced' against the limits",
      ),
  })
  .prefault({})
  .describe("what may be reserved, in cores");

export type QuotaConfig = z.output<typeof QuotaConfigSchema>;

/** `mlendpoints:limits`: limits that Azure raised on request. Which of them it does raise is checked behind the schema. */
export const LimitsConfigSchema = z
  .strictObject(
    Object.fromEntries(
      LIMIT_TABLE.map(({ key, value, description }) => [
        key,
        z.int().min(1).optional().describe(`${description} (Azure's default: ${value})`),
      ]),
    ) as Record<LimitKey, z.ZodOptional<z.ZodInt>>,
  )
  .default({})
  .describe("limits that Azure raised for you");

/** `mlendpoints:prices`: none is built in. */
export const PricesConfigSchema = z
  .record(z.string().min(1), z.number().min(0))
  .default({})
  .describe("price of one instance per hour by instance type, in one currency; without one the cost is unknown");
