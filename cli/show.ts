import type { Tell } from "../operations/events";
import type { PolicyFinding } from "../operations/policies";
import { formatText } from "../plan/report/text";

/** Progress as lines for people. Parts that nobody outside can see are left out. */
export const show: Tell = (progress) => {
  switch (progress.kind) {
    case "report":
      console.log(formatText(progress.report));
      return;
    case "healed":
      console.log(`✓ ${progress.what}`);
      return;
    case "resource":
      if (!progress.type.startsWith("mlendpoints:") && !progress.type.startsWith("pulumi:")) {
        console.log(`${progress.ok ? "✓" : "✗"} ${progress.op} ${progress.type.split(":").at(-1)} ${progress.name}`);
      }
      return;
    case "message":
      console.error(`${progress.severity === "error" ? "✗" : "⚠"} ${progress.text}`);
      return;
    case "display":
      process.stdout.write(progress.text);
      return;
    default:
      progress satisfies never;
  }
};

export const silent: Tell = () => undefined;

/** Mandatory policies that could not look, and how to go on. */
export function undecidedText(undecided: readonly string[], stack: string, findings: readonly PolicyFinding[]): string {
  return [
    `nothing is changed: ${undecided.join(", ")} could not be decided, a value is known only when the update runs`,
    ...findings
      .filter(({ undecided: is, policy }) => is && undecided.includes(policy))
      .map(({ message }) => `  ${message}`),
    `  let them be checked in the update itself, which they then stop half-way: make up STACK=${stack} ARGS=--decide-in-update`,
    `  or make them advisory in policies/config/${stack}.json`,
  ].join("\n");
}
