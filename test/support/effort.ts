/** Whether the quick tier runs (`make test-unit`): it samples what `make test` runs in full. */
export const QUICK = process.env["MLENDPOINTS_TEST_EFFORT"] === "quick";

/** Runs of a property: all of them in `make test`, a tenth in the quick tier. */
export function runs(full: number): number {
  return QUICK ? Math.ceil(full / 10) : full;
}
