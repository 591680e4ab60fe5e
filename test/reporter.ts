// Mocha's usual report on the screen, and the counts in a file for `test/run.ts`.
import { writeFileSync } from "node:fs";
import Mocha from "mocha";

/** What the file holds. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

class CountingReporter extends Mocha.reporters.Spec {
  override done(failures: number, end?: (failures: number) => void): void {
    const { passes, failures: failed, pending } = this.stats;
    const counts: Counts = { passed: passes, failed, skipped: pending };
    const file = process.env["MLENDPOINTS_TEST_COUNTS"];
    if (file !== undefined) {
      writeFileSync(file, JSON.stringify(counts));
    }
    end?.(failures);
  }
}

// Mocha loads a reporter as `require(file)` and calls what it gets.
module.exports = CountingReporter;
