import { expect } from "chai";
import fc from "fast-check";
import { VM_SIZES } from "../../../input/azure/tables/vm-sizes";
import { drawLedger, type LedgerRow, reservedInstances } from "../../../plan/quota";
import { contextOf, type Draft, stackOf, type Wanted } from "./stacks";

const count = fc.integer({ min: 1, max: 60 });

/** One deployment: in the files, deployed, or both, with all that can differ. */
const pair = fc.record({
  inFiles: fc.option(
    fc.record({ count, type: fc.constantFrom(...VM_SIZES), shared: fc.boolean(), max: fc.option(count) }),
  ),
  deployed: fc.option(fc.record({ count, type: fc.constantFrom(...VM_SIZES), shared: fc.boolean() })),
  sameSize: fc.boolean(),
  sameGeneration: fc.boolean(),
});

/** Stacks of up to six deployments on two endpoints, in any state of change. */
const drafts = fc.array(pair, { maxLength: 6 }).map((pairs): Draft => {
  const named = (index: number) => ({ endpoint: index % 2 === 0 ? "shop" : "bank", deployment: `d${index}` });
  const options = (entries: Record<string, string | false | undefined>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(entries).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
    );
  return {
    files: pairs.flatMap(({ inFiles: each, sameGeneration }, index): Wanted[] =>
      each === null
        ? []
        : [
            {
              ...named(index),
              count: each.count,
              type: each.type.name,
              options: options({
                gen: sameGeneration ? "a" : "b",
                shared: each.shared && "true",
                max: each.max?.toString(),
              }),
            },
          ],
    ),
    deployed: pairs.flatMap(({ inFiles, deployed: each, sameSize }, index): Wanted[] =>
      each === null
        ? []
        : [
            {
              ...named(index),
              count: each.count,
              type: (sameSize && inFiles !== null ? inFiles : each).type.name,
              options: options({ shared: each.shared && "true" }),
            },
          ],
    ),
  };
});

const draw = (draft: Draft) => drawLedger(stackOf(draft), contextOf(draft));
const sum = (rows: readonly LedgerRow[], of: (row: LedgerRow) => number) => rows.reduce((all, row) => all + of(row), 0);

describe("the ledger, whatever the stack", () => {
  it("never holds less than what runs, nor less than 20 % more where that is held", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 20_000 }), fc.constantFrom(...VM_SIZES), (instances, size) => {
        const held = reservedInstances(instances, size);
        expect(held).to.be.at.least(instances);
        // In whole numbers, so that no rounding of doubles decides: the smallest one that is not below 1.2 × instances.
        expect(held).to.equal(size.exempt ? instances : Math.floor((6 * instances + 4) / 5));
        expect(reservedInstances(instances + 1, size)).to.be.greaterThan(held);
      }),
    );
    fc.assert(
      fc.property(drafts, (draft) => {
        for (const row of draw(draft).rows) {
          const exempt = VM_SIZES.find(({ name }) => name === row.instanceType)!.exempt;
          expect(row.reserved).to.be.at.least(row.instances * row.coresPerInstance);
          expect(5 * row.reserved).to.be.at.least((exempt ? 5 : 6) * row.instances * row.coresPerInstance);
          expect(row.reserved).to.equal(row.heldInstances * row.coresPerInstance);
        }
      }),
    );
  });

  it("holds at its peak and at its maximum at least what it holds before and after", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const { rows, accounts } = draw(draft);
        for (const { reserved, atMaximum, surge, ...row } of [...rows, ...accounts]) {
          const now = "now" in row ? row.now : row.reservedNow;
          expect(surge).to.be.at.least(Math.max(now, reserved));
          expect(surge).to.be.at.most(now + reserved);
          expect(atMaximum).to.be.at.least(reserved);
        }
      }),
    );
  });

  it("has accounts that are the sums of its rows", () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const { rows, accounts } = draw(draft);
        const account = (name: string) => accounts.find((each) => each.name === name)!;
        const families = accounts.filter(({ kind }) => kind === "family");
        const dedicated = rows.filter(({ pool }) => pool === "dedicated");
        const shared = rows.filter(({ pool }) => pool === "shared");
        for (const family of families) {
          const own = dedicated.filter((row) => row.family === family.name);
          expect(family.reserved).to.equal(sum(own, (row) => row.reserved));
          expect(family.atMaximum).to.equal(sum(own, (row) => row.atMaximum));
        }
        for (const of of ["now", "reserved", "atMaximum", "surge"] as const) {
          // Whatever is held is held in one family.
          expect(families.reduce((all, family) => all + family[of], 0)).to.equal(account("total")[of]);
        }
        expect(account("total").reserved).to.equal(sum(dedicated, (row) => row.reserved));
        expect(accounts.find(({ kind }) => kind === "shared")?.reserved ?? 0).to.equal(
          sum(shared, (row) => row.reserved),
        );
        // A deployment that moves between pools is in both at the peak: together they hold what the rows do.
        const pools = accounts.filter(({ kind }) => kind === "total" || kind === "shared");
        expect(pools.reduce((all, { surge }) => all + surge, 0)).to.equal(sum(rows, (row) => row.surge));
        expect(pools.reduce((all, { now }) => all + now, 0)).to.equal(sum(rows, (row) => row.reservedNow));
      }),
    );
  });

  it("does not care for the order of deployments", () => {
    fc.assert(
      fc.property(drafts, fc.func(fc.integer()), (draft, key) => {
        const shuffled = {
          files: [...draft.files].sort((a, b) => key(a) - key(b)),
          deployed: [...(draft.deployed ?? [])].sort((a, b) => key(a) - key(b)),
        };
        expect(draw(shuffled).accounts).to.deep.equal(draw(draft).accounts);
        expect(draw(shuffled).rows).to.have.deep.members([...draw(draft).rows]);
      }),
    );
  });

  it("never holds less for one instance more", () => {
    fc.assert(
      fc.property(drafts, fc.nat(), (draft, pick) => {
        fc.pre(draft.files.length > 0);
        const more = draft.files.map((each, index) => {
          const wanted = each as Wanted;
          return index === pick % draft.files.length ? { ...wanted, count: wanted.count + 1 } : wanted;
        });
        const [before, after] = [draw(draft), draw({ ...draft, files: more })];
        before.accounts.forEach((account, index) => {
          for (const of of ["now", "reserved", "atMaximum", "surge"] as const) {
            expect(after.accounts[index]![of]).to.be.at.least(account[of]);
          }
        });
        expect(after.accounts[0]!.reserved + sum(after.rows, (row) => row.reserved)).to.be.greaterThan(
          before.accounts[0]!.reserved + sum(before.rows, (row) => row.reserved),
        );
      }),
    );
  });

  it("holds nothing more at the peak of a change that changes nothing", () => {
    fc.assert(
      fc.property(drafts, ({ files }) => {
        const { rows } = draw({ files: files.map((each) => ({ ...(each as Wanted), options: {} })), deployed: files });
        for (const { change, reservedNow, reserved, surge } of rows.filter((row) => row.change === "unchanged")) {
          expect([reservedNow, surge, change]).to.deep.equal([reserved, reserved, "unchanged"]);
        }
      }),
    );
  });
});
