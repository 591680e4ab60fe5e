import { expect } from "chai";
import { drawLedger } from "../../../plan/quota";
import { contextOf, type Draft, stackOf } from "./stacks";

export interface Golden extends Draft {
  readonly what: string;
  /** By deployment: now → reserved, at maximum, at the peak. */
  readonly rows?: Readonly<Record<string, string>>;
  /** The account of that name alone. */
  readonly total?: string;
  /** All accounts: now → reserved, at maximum, at the peak, limit. */
  readonly accounts?: Readonly<Record<string, string>>;
}

/** A test for each of them. */
export function describeLedgers(title: string, all: readonly Golden[]): void {
  describe(title, () => {
    for (const golden of all) {
      it(golden.what, () => {
        const { rows, accounts } = drawLedger(stackOf(golden), contextOf(golden));
        const seenRows = rows.map(
          ({ endpoint, deployment, reservedNow, reserved, atMaximum, surge }): [string, string] => [
            `${endpoint}/${deployment}`,
            `${reservedNow} → ${reserved}, ${atMaximum}, ${surge}`,
          ],
        );
        const seenAccounts = accounts.map(({ name, now, reserved, atMaximum, surge, limit }): [string, string] => [
          name,
          `${now} → ${reserved}, ${atMaximum}, ${surge}, ${limit ?? "—"}`,
        ]);
        const told = [golden.rows, golden.accounts, golden.total].filter((each) => each !== undefined);
        expect(told.length, "expectations").to.be.greaterThan(0);
        if (golden.rows !== undefined) {
          expect(Object.fromEntries(seenRows)).to.deep.equal(golden.rows);
        }
        if (golden.total !== undefined) {
          expect(new Map(seenAccounts).get("total")).to.equal(golden.total);
        }
        if (golden.accounts !== undefined) {
          expect(Object.fromEntries(seenAccounts)).to.deep.equal(golden.accounts);
        }
      });
    }
  });
}
