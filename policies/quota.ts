import { deploymentPolicy, quotaPolicy } from "./define";
import { Unchecked } from "./inputs";

/**
 * The program refuses an overdrawn ledger itself, unless the stack sets `mlendpoints:quota.enforcement: advisory`; a
 * limit in this policy's own config holds for every stack.
 */
export const quotaExceeded = quotaPolicy("quota-exceeded", ({ accounts, violations }, { total: ceiling }) => {
  const found = violations.map(
    ({ message, value, allowed, fix }) =>
      `is out of quota (OutOfQuota): ${message}; seen ${value}, allowed ${allowed}; ${fix}`,
  );
  if (ceiling === undefined) {
    return found;
  }
  const total = accounts.find(({ kind }) => kind === "total");
  if (total === undefined) {
    throw new Unchecked("there is no account of the kind total");
  }
  return total.reserved > ceiling
    ? [
        ...found,
        `is out of quota (OutOfQuota): it needs ${total.reserved} ${total.unit}, this environment allows ${ceiling}`,
      ]
    : found;
});

export const maximumAboveQuota = quotaPolicy("maximum-above-quota", ({ accounts }) =>
  accounts.flatMap(({ name, unit, reserved, atMaximum, limit }) =>
    limit !== undefined && reserved <= limit && atMaximum > limit
      ? [`scales beyond its quota: ${name} needs up to ${atMaximum} ${unit}, the limit is ${limit}`]
      : [],
  ),
);

export const deploymentOutsideQuota = quotaPolicy("deployment-outside-quota", ({ uncounted }) =>
  uncounted.length > 0 ? `does not count the cores of ${uncounted.join(", ")}` : undefined,
);

export const sharedQuotaInProduction = deploymentPolicy(
  "shared-quota-in-production",
  ({ production, sharedQuota }, { everywhere }) =>
    (everywhere || production) && sharedQuota ? "reserves its cores from the shared quota pool" : undefined,
);
