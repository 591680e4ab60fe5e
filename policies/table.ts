import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { CATALOGUE } from "./catalogue";
import { EXCEPT } from "./define";
import type { ConfigKey, Row } from "./row";

/** The catalogue as docs/policies.md shows it. `npx tsx policies/table.ts` writes it there; a test holds the two together. */
const DOCUMENT = path.resolve(__dirname, "../docs/policies.md");

const ROWS: readonly (readonly [string, Row])[] = Object.entries(CATALOGUE);

/** One line per policy. */
export function policyTable(): string {
  return table(
    ["Policy", "Level", "Severity", "Rule, and why", "Fix"],
    ROWS.map(([name, { link, level, severity, remediates, what, reason, fix }]) => [
      `[${name}](${link})`,
      remediates === true ? `${level}, can remediate` : level,
      severity,
      `${what} ${reason}`,
      fix,
    ]),
  );
}

/** One line per key of a config. */
export function configTable(): string {
  const keys = ROWS.flatMap(([name, { config }]) =>
    Object.entries(config).map(([key, schema]) => configRow(name, key, schema)),
  );
  return table(["Policy", "Key", "Type", "Default", "Meaning"], [configRow("every policy", "except", EXCEPT), ...keys]);
}

/** The document with both tables as the catalogue has them now. */
export function withTables(document: string): string {
  const tables: readonly (readonly [string, string])[] = [
    ["policies", policyTable()],
    ["config", configTable()],
  ];
  return tables.reduce((text, [name, lines]) => {
    const [begin, end] = [`<!-- ${name} -->\n`, `<!-- end of ${name} -->`];
    const [head, tail] = [text.indexOf(begin) + begin.length, text.indexOf(end)];
    return `${text.slice(0, head)}\n${lines}\n\n${text.slice(tail)}`;
  }, document);
}

function configRow(name: string, key: string, { type, default: standard, description }: ConfigKey): string[] {
  return [name, `\`${key}\``, type, standard === undefined ? "–" : `\`${JSON.stringify(standard)}\``, description];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

if (require.main === module) {
  writeFileSync(DOCUMENT, withTables(readFileSync(DOCUMENT, "utf8")));
}
