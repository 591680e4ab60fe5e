/**
 * What something costs by the hour. An instance type without a price is never taken for free: an amount that has one in it is
 * `unknown`, or `at least` the part that is known.
 */
export type Amount =
  | { readonly is: "exact"; readonly perHour: number; readonly perMonth: number; readonly unpriced: readonly [] }
  | {
      readonly is: "at least";
      readonly perHour: number;
      readonly perMonth: number;
      readonly unpriced: readonly string[];
    }
  | { readonly is: "unknown"; readonly unpriced: readonly string[] };

/** @param price of one instance per hour; undefined when nobody knows it */
export function amountOf(used: { readonly instanceType: string; readonly instances: number }, price?: number): Amount {
  if (used.instances === 0) {
    return NOTHING;
  }
  return price === undefined
    ? { is: "unknown", unpriced: [used.instanceType] }
    : { is: "exact", ...byTime(used.instances * price), unpriced: [] };
}

const NOTHING: Amount = { is: "exact", perHour: 0, perMonth: 0, unpriced: [] };

/** A month as Azure's prices have it: 365 days by 12, in hours. */
export const HOURS_PER_MONTH = 730;

export function addAmounts(amounts: readonly Amount[]): Amount {
  const unpriced = [...new Set(amounts.flatMap((amount) => amount.unpriced))].sort();
  const perHour = amounts.reduce((sum, amount) => sum + (amount.is === "unknown" ? 0 : amount.perHour), 0);
  if (unpriced.length === 0) {
    return { is: "exact", ...byTime(perHour), unpriced: [] };
  }
  return perHour === 0 ? { is: "unknown", unpriced } : { is: "at least", ...byTime(perHour), unpriced };
}

function byTime(perHour: number): { readonly perHour: number; readonly perMonth: number } {
  return { perHour: plain(perHour), perMonth: plain(perHour * HOURS_PER_MONTH) };
}

/** Without the rests that sums of binary fractions have: 0.1 + 0.2 is 0.3. */
function plain(amount: number): number {
  return Number(amount.toPrecision(12));
}
