import { readFileSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { referencePage } from "../../docs/generator/reference";
import { KubernetesDeploymentSchema, ManagedDeploymentSchema } from "../../input/azure/deployment/schema";
import { KubernetesEndpointSchema, ManagedEndpointSchema } from "../../input/azure/endpoint/schema";
import { LIMIT_TABLE } from "../../input/azure/tables/limits";
import { ROLES } from "../../input/azure/tables/roles";
import { ERROR_CODES } from "../../input/documents/error-codes";
import { StackConfigSchema } from "../../input/stack/config";

const FILE = "docs/reference.md";

describe(FILE, () => {
  const page = referencePage();
  if (process.env.UPDATE_DOCS !== undefined) {
    writeFileSync(FILE, page);
  }
  const written = readFileSync(FILE, "utf8");

  it("is what the schemas say now; `UPDATE_DOCS=1 npx mocha test/docs/reference.test.ts` writes it anew", () => {
    expect(written === page, firstDifference(written, page)).to.equal(true);
  });

  it("has every field of every file, every limit, role and error code", () => {
    const fields = [
      ManagedEndpointSchema,
      KubernetesEndpointSchema,
      ManagedDeploymentSchema,
      KubernetesDeploymentSchema,
      StackConfigSchema,
    ].flatMap((schema) => Object.keys(schema.shape));
    const named = [...fields, ...LIMIT_TABLE.map(({ key }) => key), ...ERROR_CODES.map(({ code }) => code)];
    expect(named.filter((name) => !page.includes(`| \`${name}\` |`))).to.deep.equal([]);
    expect(ROLES.filter(({ name, id }) => !page.includes(`| ${name} | \`${id}\` |`))).to.deep.equal([]);
    for (const { key, readOn, source } of LIMIT_TABLE) {
      const section = page
        .split("\n### ")
        .find((part) => part.startsWith(`${source}\n`) && part.includes(`\`${key}\``));
      expect(section, key).to.include(readOn);
    }
  });

  it("has tables whose rows have as many cells as their heads", () => {
    const rows = page.split("\n").filter((line) => line.startsWith("|"));
    const cells = (line: string): number => line.replaceAll("\\|", "").split("|").length;
    let width = 0;
    for (const [index, line] of rows.entries()) {
      width = rows[index + 1]?.startsWith("| --- |") === true ? cells(line) : width;
      expect(cells(line), line).to.equal(width);
    }
  });

  it("says defaults, ranges and kinds", () => {
    const row = (name: string): string => page.split("\n").find((line) => line.startsWith(`| \`${name}\` |`)) ?? "";
    expect(row("request_timeout_ms")).to.include("| `5000` | ≥ 1 |");
    expect(row("auth_mode")).to.include("Kubernetes: `key`, `aml_token`").and.to.not.include("(default");
    expect(row("instance_count")).to.include("| required | yes |");
    expect(row("public_network_access")).to.include("| yes | – |");
    expect(row("port")).to.include("1 to 65535").and.to.include("how-to-deploy-custom-container");
  });
});

function firstDifference(left: string, right: string): string {
  const [ours, theirs] = [left.split("\n"), right.split("\n")];
  const index = theirs.findIndex((line, at) => line !== ours[at]);
  return `line ${index + 1}: '${ours[index]}' should be '${theirs[index]}'`;
}
