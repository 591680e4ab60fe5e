import type { ResourceValidationPolicy } from "@pulumi/policy";

interface Account {
  readonly family?: string;
  readonly reserved: number;
  readonly limit?: number;
}

/**
 * The cores that a stack's deployments reserve against its quota. The program refuses an overdrawn ledger itself, unless
 * the stack sets `mlendpoints:quota.enforcement: advisory`; a limit in this policy's own config holds for every stack.
 */
export const quotaExceeded: ResourceValidationPolicy = {
  name: "quota-exceeded",
  description: "Deployments must not reserve more cores than the quota allows.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      total: {
        type: "integer",
        minimum: 0,
        description: "Cores that one stack may reserve, whatever its own limit says.",
      },
    },
  },
  validateResource: (args, reportViolation) => {
    if (args.type !== "mlendpoints:index:Quota") {
      return;
    }
    const { total, families } = args.props as { total: Account; families: Account[] };
    const ceiling = args.getConfig<{ total?: number }>().total;
    const accounts: Account[] = [
      total,
      ...families,
      ...(ceiling === undefined ? [] : [{ reserved: total.reserved, limit: ceiling }]),
    ];
    for (const { family, reserved, limit } of accounts) {
      if (limit !== undefined && reserved > limit) {
        reportViolation(
          `OutOfQuota: ${family ?? "the stack"} reserves ${reserved} cores, the limit is ${limit}. ` +
            `Give up ${reserved - limit} cores (fewer instances or a smaller instance type) or raise mlendpoints:quota.`,
        );
      }
    }
  },
};
