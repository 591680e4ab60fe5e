import { deploymentPolicy, quotaPolicy } from "./define";

/**
 * The program refuses an overdrawn ledger itself, unless the stack sets `mlendpoints:quota.enforcement: advisory`; a
 * limit in this policy's own config holds for every stack.
 */
export const quotaExceeded = quotaPolicy("quota-exceeded", ({ total, families }, config) =>
  [total, ...families, { reserved: total.reserved, limit: config.total }].flatMap(({ family, reserved, limit }) =>
    limit !== undefined && reserved > limit
      ? [
          `is out of quota (OutOfQuota): ${family ?? "all deployments"} reserve ${reserved} cores, the limit is ${limit}`,
        ]
      : [],
  ),
);

export const sharedQuotaInProduction = deploymentPolicy(
  "shared-quota-in-production",
  ({ production, sharedQuota }, { everywhere }) =>
    (everywhere || production) && sharedQuota ? "reserves its cores from the shared quota pool" : undefined,
);
