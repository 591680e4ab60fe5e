/** A path inside a YAML value: keys and list indexes. */
export type YamlPath = readonly (string | number)[];

/** `["a", 0, "b-c", "d.e"]` as `a[0].b-c["d.e"]`: what `--set` takes. */
export function formatPath(path: YamlPath): string {
  return path.map(formatStep).join("");
}

/** One step of such a text; `index`: how many stand before it. */
export function formatStep(step: string | number, index: number): string {
  if (typeof step === "number") {
    return `[${step}]`;
  }
  return /^[^.[\]"'\s]+$/.test(step) ? `${index === 0 ? "" : "."}${step}` : `[${JSON.stringify(step)}]`;
}
