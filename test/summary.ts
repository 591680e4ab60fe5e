import type { Results } from "./reporter";
import type { Skipped } from "./support/skip";

export const EMPTY: Results = { passed: 0, failed: 0, skipped: 0, skippedTitles: [], seconds: {} };

/** How many of the slowest files are told. */
const SLOWEST = 10;

/** A file is worth telling from this many seconds on. */
const SLOW_SECONDS = 1;

export function sum(one: Results, other: Results): Results {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    skippedTitles: [...one.skippedTitles, ...other.skippedTitles],
    seconds: { ...one.seconds, ...other.seconds },
  };
}

/** The last lines of a run: what was slow, what was skipped and why, the time of each phase, the counts. */
export function closing(total: Results, skipped: readonly Skipped[], times: readonly string[]): string {
  const slowest = Object.entries(total.seconds)
    .filter(([, seconds]) => seconds >= SLOW_SECONDS)
    .sort(([, a], [, b]) => b - a)
    .slice(0, SLOWEST);
  return [
    ...(slowest.length > 0 ? ["slowest files:"] : []),
    ...slowest.map(([file, seconds]) => `  ${seconds.toFixed(1).padStart(6)} s  ${file}`),
    ...(total.skipped > 0 ? ["skipped:", ...reasons(total.skippedTitles, skipped).map((line) => `  ${line}`)] : []),
    times.join(" · "),
    `${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`,
  ].join("\n");
}

/** Skipped tests, counted by reason. One that gives none is named: that is a defect of the test. */
function reasons(titles: readonly string[], skipped: readonly Skipped[]): string[] {
  const counts = new Map<string, number>();
  for (const title of titles) {
    const why = skipped.find((each) => title === each.title || title.startsWith(`${each.title} `))?.why;
    const line = why ?? `without a reason: ${title}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${count} × ${line}`);
}
