import { appendFileSync } from "node:fs";

export interface Skipped {
  /** Full title of the test, or of the suite whose tests are skipped. */
  readonly title: string;
  readonly why: string;
}

/** Skips the test or the suite at hand. The reason is told at once, and again before the counts of the whole run. */
export function skip(context: Mocha.Context, why: string): never {
  const test = context.test as (Mocha.Runnable & { readonly type?: string }) | undefined;
  // In a hook it is the suite that is skipped: the hook's own title is no test's.
  const skipped: Skipped = {
    title: (test?.type === "hook" ? test.parent?.fullTitle() : test?.fullTitle()) ?? "",
    why,
  };
  console.log(`      skipped: ${why}`);
  const file = process.env["MLENDPOINTS_TEST_SKIPPED"];
  if (file !== undefined) {
    appendFileSync(file, `${JSON.stringify(skipped)}\n`);
  }
  return context.skip();
}
