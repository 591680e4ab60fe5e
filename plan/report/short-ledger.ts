import type { Ledger } from "../quota";

/** Of a long ledger the rows that a change touches, `most` at most; the accounts as they are. */
export function shortLedger(ledger: Ledger, most: number): Ledger {
  const { rows } = ledger;
  return rows.length <= most
    ? ledger
    : { ...ledger, rows: rows.filter(({ change }) => change !== "unchanged").slice(0, most) };
}
