import { readFileSync } from "node:fs";
import { expect } from "chai";
import fc from "fast-check";
import { VM_SIZES } from "../../../input/azure/tables/vm-sizes";
import { formatError } from "../../../input/documents/errors";
import { checkQuota, drawLedger, formatLedger } from "../../../plan/quota";
import { contextOf, type Draft, stackOf } from "./stacks";

const DS3 = "Standard_DS3_v2";

const print = (draft: Draft): string => formatLedger(drawLedger(stackOf(draft), contextOf(draft)));

/** The texts of a page that stand in fences. */
function blocks(page: string): string[] {
  return [...readFileSync(page, "utf8").matchAll(/^```text\n(.*?)^```$/gms)].map((match) => match[1]!.trimEnd());
}

describe("the printed ledger", () => {
  it("is the one that docs/quota.md explains", () => {
    const text = print({
      files: [`shop/blue 10 ${DS3} max=20 gen=b`, `shop/green 1 ${DS3} shared`, "scan/blue 2 Standard_NC24ads_A100_v4"],
      deployed: [`shop/blue 5 ${DS3}`, `shop/red 1 ${DS3}`, "scan/blue 2 Standard_NC24ads_A100_v4"],
      config: {
        quota: {
          total: 120,
          families: { standardDSv2Family: 64 },
          workspace: { standardDSv2Family: 48 },
          shared: 16,
        },
      },
    });
    expect(text).to.equal(blocks("docs/quota.md")[0]);
  });

  it("stands below errors as docs/quota.md shows them", () => {
    const draft: Draft = { files: [`shop/blue 5 ${DS3}`], config: { quota: { total: 16 } } };
    const stack = { ...stackOf(draft), places: { "": { file: "stacks/Pulumi.dev.yaml", line: 8, column: 12 } } };
    expect(checkQuota(stack).violations.map(formatError).join("\n")).to.equal(blocks("docs/quota.md")[1]);
  });

  it("says what is overdrawn, and what is not limited", () => {
    const lines = print({ files: [`shop/blue 10 ${DS3}`], config: { quota: { total: 40 } } }).split("\n");
    const cells = (name: string) => lines.find((line) => line.startsWith(name))?.split(/ {2,}/);
    expect(cells("total")).to.deep.equal(["total", "cores", "0", "48", "48", "48", "40", "8 over"]);
    expect(cells("standardDSv2Family ")).to.deep.equal([
      "standardDSv2Family",
      "cores",
      "0",
      "48",
      "48",
      "48",
      "—",
      "—",
    ]);
  });

  it("puts a long name on a line of its own", () => {
    const [endpoint, deployment] = ["e".repeat(32), "d".repeat(32)];
    expect(
      print({ files: [`${endpoint}/${deployment} 5 Standard_NC80adis_H100_v5`] })
        .split("\n")
        .slice(1, 4),
    ).to.deep.equal([
      "standardNCADSH100v5Family",
      `  ${endpoint}/${deployment}`,
      `${" ".repeat(12)}STANDARD_NC80ADIS_H100_V5    0      5     5     80       400     400   400`,
    ]);
  });

  it("says what stands in no account", () => {
    const text = print({ files: ["shop/blue 1 big cluster=aks"] });
    expect(text).to.include("not counted: shop/blue, cores of big");
  });

  it("fits 100 columns and loses no name, however long", () => {
    const name = fc.integer({ min: 3, max: 32 }).map((length) => "ab-c".repeat(8).slice(0, length));
    const deployment = fc.record({
      endpoint: name,
      name,
      count: fc.integer({ min: 1, max: 500 }),
      type: fc.oneof(
        fc.constantFrom(...VM_SIZES.map((size) => size.name)),
        fc.constant("STANDARD_A_NAME_THAT_SOMEBODY_MADE_UP_V17"),
      ),
    });
    fc.assert(
      fc.property(fc.array(deployment, { minLength: 1, maxLength: 4 }), (all) => {
        const text = print({
          files: all.map(({ endpoint, name: own, count, type }) => `${endpoint}/${own} ${count} ${type}`),
          config: {
            vmSizes: {
              STANDARD_A_NAME_THAT_SOMEBODY_MADE_UP_V17: { family: "standardMadeUpFamily", cores: 100, memoryGib: 1 },
            },
            docker: { sizing: "limits", capacity: { cores: 123456, memoryGib: 1234567 } },
          },
        });
        for (const line of text.split("\n")) {
          expect(line.length, line).to.be.at.most(100);
          expect(line).to.equal(line.trimEnd());
        }
        for (const { endpoint, name: own } of all) {
          expect(text).to.include(`${endpoint}/${own}`);
        }
      }),
      { numRuns: 50 },
    );
  });
});
