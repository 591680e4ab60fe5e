/** Whether the quick tier runs (`make test-unit`): it samples what `make test` runs in full. */
export const QUICK = process.env["MLENDPOINTS_TEST_EFFORT"] === "quick";

/** The quick tier always takes the same samples: it must not fail by chance where it asks whether a case occurs at all. */
export const SEED = QUICK ? 1 : undefined;

/** Runs of a property: all of them in `make test`, a tenth in the quick tier. */
export function runs(full: number): number {
  return QUICK ? Math.ceil(full / 10) : full;
}
