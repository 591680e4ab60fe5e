/**
 * The functions that a scoring script must have and has not: `init` and `run` at its top level, defined or imported.
 * Azure's client makes the same static check before it sends anything (azure-ai-ml); running the script is the only full one.
 */
export function missingFunctions(source: string): string[] {
  return ["init", "run"].filter(
    (name) =>
      !new RegExp(`^(async\\s+)?def\\s+${name}\\s*\\(`, "m").test(source) &&
      !new RegExp(
        `^(from\\s+\\S+\\s+import\\s*(\\([^)]*\\b${name}\\b|[^\\n(]*\\b${name}\\b)|${name}\\s*(:[^=\\n]*)?=)`,
        "m",
      ).test(source) &&
      !/^from\s+\S+\s+import\s+\*/m.test(source),
  );
}
