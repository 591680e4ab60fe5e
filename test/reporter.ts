// Mocha's usual report on the screen, and what `test/run.ts` sums up in a file.
import { writeFileSync } from "node:fs";
import path from "node:path";
import Mocha from "mocha";

/** What the file holds. */
export interface Results {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** Full titles of the tests that were skipped. */
  readonly skippedTitles: readonly string[];
  /** Seconds in tests and hooks by test file. */
  readonly seconds: Readonly<Record<string, number>>;
}

class SummingReporter extends Mocha.reporters.Spec {
  private readonly skippedTitles: string[] = [];
  private readonly seconds: Record<string, number> = {};

  constructor(runner: Mocha.Runner, options?: Mocha.MochaOptions) {
    super(runner, options);
    const took = ({ file, duration }: Mocha.Runnable): void => {
      if (file !== undefined && duration !== undefined) {
        const name = path.relative(process.cwd(), file);
        this.seconds[name] = (this.seconds[name] ?? 0) + duration / 1000;
      }
    };
    runner.on("test end", took);
    runner.on("hook end", took);
    runner.on("pending", (test: Mocha.Test) => this.skippedTitles.push(test.fullTitle()));
  }

  override done(failures: number, end?: (failures: number) => void): void {
    const { passes, failures: failed, pending } = this.stats;
    const results: Results = {
      passed: passes,
      failed,
      skipped: pending,
      skippedTitles: this.skippedTitles,
      seconds: this.seconds,
    };
    const file = process.env["MLENDPOINTS_TEST_RESULTS"];
    if (file !== undefined) {
      writeFileSync(file, JSON.stringify(results));
    }
    end?.(failures);
  }
}

// Mocha loads a reporter as `require(file)` and calls what it gets.
module.exports = SummingReporter;
