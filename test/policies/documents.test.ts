import { readdirSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { CATALOGUE, type PolicyName } from "../../policies/catalogue";
import { EXCEPT } from "../../policies/define";
import type { ConfigKey, Row } from "../../policies/row";
import { withTables } from "../../policies/table";
import { CASES } from "./cases";

const DOCUMENT = readFileSync("docs/policies.md", "utf8");
const NAMES = Object.keys(CATALOGUE);

describe("docs/policies.md", () => {
  it("has the tables of the catalogue (npx tsx policies/table.ts writes them)", () => {
    expect(DOCUMENT).to.equal(withTables(DOCUMENT));
  });

  for (const [name, row] of Object.entries<Row>(CATALOGUE)) {
    it(`has a row and its cases for ${name}`, () => {
      const line = DOCUMENT.split("\n").find((each) => each.startsWith(`| [${name}](`));
      for (const text of [row.link, row.level, row.severity, row.what, row.reason, row.fix]) {
        expect(line).to.include(text);
      }
      for (const key of Object.keys(row.config)) {
        expect(DOCUMENT).to.include(`| ${name} | \`${key}\` |`);
      }
      const { fails, passes } = CASES[name as PolicyName];
      expect(fails).to.not.have.length(0);
      expect(passes).to.not.have.length(0);
    });
  }

  it("names every remediation", () => {
    const able = Object.entries<Row>(CATALOGUE).filter(([, { remediates }]) => remediates === true);
    for (const [name] of able) {
      expect(DOCUMENT).to.match(new RegExp(`^\\| \`${name}\` \\|`, "m"));
    }
  });

  it("shows a config that the pack takes", () => {
    const [, json = ""] = /```json\n([\s\S]*?)```/.exec(DOCUMENT) ?? [];
    expect(faults(JSON.parse(json))).to.deep.equal([]);
  });
});

describe("policies/config", () => {
  for (const file of readdirSync("policies/config")) {
    it(`${file} names policies, levels and keys that there are`, () => {
      expect(faults(JSON.parse(readFileSync(`policies/config/${file}`, "utf8")))).to.deep.equal([]);
    });
  }

  it("is judged by a check that can fail", () => {
    expect(
      faults({
        "quota-exceded": "advisory",
        "egress-open": "harsh",
        "wide-role": { scopes: "subscription" },
        "required-tags": { tag: [], enforcementLevel: "remediate" },
      }),
    ).to.have.length(5);
  });
});

/** What is wrong with a config of the pack. */
function faults(config: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(config).flatMap(([name, given]) => {
    if (!NAMES.includes(name)) {
      return [`there is no policy ${name}`];
    }
    const row: Row = CATALOGUE[name as PolicyName];
    const { enforcementLevel = row.level, ...values } =
      typeof given === "string" ? { enforcementLevel: given } : (given as Record<string, unknown>);
    const levels = ["advisory", "mandatory", "disabled", ...(row.remediates === true ? ["remediate"] : [])];
    return [
      ...(levels.includes(String(enforcementLevel)) ? [] : [`${name} has no level ${String(enforcementLevel)}`]),
      ...Object.entries(values).flatMap(([key, value]) => {
        const schema: ConfigKey | undefined = { ...row.config, except: EXCEPT }[key];
        return schema !== undefined && isOf(schema.type, value) ? [] : [`${name}.${key} is not as it must be`];
      }),
    ];
  });
}

function isOf(type: ConfigKey["type"], value: unknown): boolean {
  switch (type) {
    case "integer":
      return Number.isInteger(value);
    case "array":
      return Array.isArray(value);
    case "number":
    case "boolean":
    case "object":
      return typeof value === type && !Array.isArray(value);
  }
}
