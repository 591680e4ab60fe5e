/** A map as one line of YAML, to be pasted into a config: `{ identity: shop, role: AcrPull, scope: registry }`. */
export function flowLine(map: Readonly<Record<string, string | Readonly<Record<string, string>>>>): string {
  const pairs = Object.entries(map).map(
    ([key, value]) => `${scalar(key)}: ${typeof value === "string" ? scalar(value) : flowLine(value)}`,
  );
  return `{ ${pairs.join(", ")} }`;
}

/** Words that YAML takes for something else than text. */
const NOT_TEXT = /^(y|yes|n|no|on|off|true|false|null|e[-+.\w]*)$/i;

/** JSON's quotes are YAML's. What begins like a number or a path may be one, or not: only plain words go without quotes. */
function scalar(text: string): string {
  return /^[A-Za-z/][\w/.-]*( [\w/.()-]+)*$/.test(text) && !NOT_TEXT.test(text) ? text : JSON.stringify(text);
}
