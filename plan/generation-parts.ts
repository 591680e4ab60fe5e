/** What makes up a generation: content hash by the name of the part, as in `model` and `code`. */
export type GenerationParts = Readonly<Record<string, string>>;

/** The part that stands for injected secrets. */
export const SECRETS = "secrets";

/** In one line, `code 5b7ed5ca, model f9429d03`: a preview shows it among the stack's outputs. */
export function formatParts(parts: GenerationParts): string {
  return Object.entries(parts)
    .map((part) => part.join(" "))
    .sort()
    .join(", ");
}

export function parseParts(text: string): GenerationParts {
  return Object.fromEntries(
    text
      .split(", ")
      .map((part) => part.split(" "))
      .filter((part): part is [string, string] => part.length === 2),
  );
}

/** Names of the parts that differ, sorted; undefined when one side does not say. */
export function changedParts(before: string | undefined, after: string | undefined): string[] | undefined {
  if (before === undefined || after === undefined) {
    return undefined;
  }
  const [former, next] = [new Map(Object.entries(parseParts(before))), new Map(Object.entries(parseParts(after)))];
  return [...new Set([...former.keys(), ...next.keys()])].filter((name) => former.get(name) !== next.get(name)).sort();
}
