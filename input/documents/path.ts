/** A path inside a YAML value: keys and list indexes. */
export type YamlPath = readonly (string | number)[];

/** `["a", 0, "b-c", "d.e"]` as `a[0].b-c["d.e"]`: what `--set` takes. */
export function formatPath(path: YamlPath): string {
  return path
    .map((step, i) => {
      if (typeof step === "number") {
        return `[${step}]`;
      }
      return /^[^.[\]"'\s]+$/.test(step) ? `${i === 0 ? "" : "."}${step}` : `[${JSON.stringify(step)}]`;
    })
    .join("");
}
