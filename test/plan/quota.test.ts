import { expect } from "chai";
import fc from "fast-check";
import { drawLedger, formatLedger, quotaViolations, reservedInstances } from "../../plan/quota";
import type { StackSpec } from "../../spec/stack/spec";
import { findVmSize, VM_SIZES } from "../../spec/tables/vm-sizes";

interface Wanted {
  readonly name: string;
  readonly type: string;
  readonly count: number;
}

/** As much of a stack as the ledger reads. */
function stack(
  deployments: readonly Wanted[],
  quota: { total?: number; families?: Record<string, number> } = {},
): StackSpec {
  return {
    config: { quota: { families: {}, ...quota } },
    configFile: "stacks/Pulumi.test.yaml",
    configAt: () => ({ line: 9, column: 5 }),
    endpoints: [
      {
        endpoint: { name: "shop" },
        deployments: deployments.map(({ name, type, count }) => ({
          name,
          instanceType: findVmSize(type)!,
          instanceCount: count,
        })),
      },
    ],
  } as unknown as StackSpec;
}

describe("the quota ledger", () => {
  // Worked examples of Azure's how-to-manage-quotas, and the exempt sizes.
  const examples: readonly [string, number, number][] = [
    ["Standard_DS3_v2", 10, 48],
    ["Standard_DS3_v2", 1, 8],
    ["Standard_DS3_v2", 3, 16],
    ["Standard_DS3_v2", 5, 24],
    ["standard_ds3_V2", 1, 8],
    ["Standard_NC24ads_A100_v4", 3, 72],
    ["Standard_ND96isr_H100_v5", 2, 192],
    ["Standard_NC4as_T4_v3", 2, 12],
  ];
  for (const [type, count, cores] of examples) {
    it(`holds ${cores} cores for ${count} × ${type}`, () => {
      expect(drawLedger(stack([{ name: "blue", type, count }])).total.reserved).to.equal(cores);
    });
  }

  it("adds up by family and in total", () => {
    const ledger = drawLedger(
      stack(
        [
          { name: "blue", type: "Standard_DS3_v2", count: 1 },
          { name: "green", type: "Standard_DS4_v2", count: 1 },
          { name: "red", type: "Standard_F4s_v2", count: 1 },
        ],
        { total: 100, families: { StandardDSv2Family: 24 } },
      ),
    );
    expect(ledger.families).to.deep.equal([
      { family: "standardDSv2Family", reserved: 24, limit: 24 },
      { family: "standardFSv2Family", reserved: 8, limit: undefined },
    ]);
    expect(ledger.total).to.deep.equal({ reserved: 32, limit: 100 });
  });

  it("names every account that is overdrawn, and by how much", () => {
    const spec = stack([{ name: "blue", type: "Standard_DS3_v2", count: 10 }], {
      total: 40,
      families: { standardDSv2Family: 47 },
    });
    const violations = quotaViolations(drawLedger(spec), spec);
    expect(
      violations.map(({ code, path, line, message, allowed }) => ({ code, path, line, message, allowed })),
    ).to.deep.equal([
      {
        code: "OutOfQuota",
        path: "quota.total",
        line: 9,
        message: "the stack needs 48 cores, 8 more than its quota",
        allowed: "40 cores",
      },
      {
        code: "OutOfQuota",
        path: "quota.families.standardDSv2Family",
        line: 9,
        message: "standardDSv2Family needs 48 cores, 1 more than its quota",
        allowed: "47 cores",
      },
    ]);
  });

  it("accepts a quota that is used up to the last core, and a limit of 0 as a limit", () => {
    const wanted = [{ name: "blue", type: "Standard_DS3_v2", count: 10 }];
    expect(quotaViolations(drawLedger(stack(wanted, { total: 48 })), stack(wanted))).to.deep.equal([]);
    expect(quotaViolations(drawLedger(stack(wanted, { total: 0 })), stack(wanted))).to.have.length(1);
  });

  it("is printed with a line for each deployment and account", () => {
    const text = formatLedger(drawLedger(stack([{ name: "blue", type: "Standard_DS3_v2", count: 10 }], { total: 40 })));
    expect(text).to.match(/shop\/blue.*STANDARD_DS3_V2.*10.*12.*4.*48/);
    expect(text).to.include("total: 48 cores reserved, limit 40, 8 too many");
    expect(text).to.include("standardDSv2Family: 48 cores reserved, no limit");
  });

  it("never holds less than what runs, and never less for more instances", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20_000 }), fc.constantFrom(...VM_SIZES), (count, size) => {
        const held = reservedInstances(count, size);
        expect(held).to.be.at.least(count);
        expect(reservedInstances(count + 1, size)).to.be.greaterThan(held - 1);
        // The exact integer form of ceil(1.2 n), so that no rounding of doubles slips in.
        expect(held).to.equal(size.exempt ? count : Math.floor((6 * count + 4) / 5));
      }),
    );
  });
});
