import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { access, BLUE, told } from "./access";

const TEXT = readFileSync("docs/secrets.md", "utf8");
const BLOCKS = [...TEXT.matchAll(/```yaml\n([\s\S]*?)```/g)].map((match) => match[1]!);

function config(block: string): Record<string, unknown> {
  const { config: values } = parse(block) as { config: Record<string, unknown> };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key.replace("mlendpoints:", ""), value]));
}

describe("docs/secrets.md", () => {
  const deployment = `${BLUE}${BLOCKS.find((block) => block.includes("environment_variables"))}`;
  const written = config(BLOCKS.find((block) => block.includes("roleAssignments"))!);
  const { openai } = written["connections"] as { openai: object };
  /** What the two commands add. */
  const secret = {
    connections: { openai: { ...openai, credentials: { key: "k" } } },
    vaults: { "prod-kv": { "db-password": { "3": "p" } } },
  };

  it("has an example that works, with its commands", () => {
    const paths = [...TEXT.matchAll(/^engine\/pulumi\.sh config set .*'mlendpoints:(.*)'$/gm)].map((match) => match[1]);
    expect(paths).to.deep.equal(['connections["openai"].credentials.key', 'vaults["prod-kv"]["db-password"]["3"]']);
    const { errors, warnings, variables } = access({ "app/blue.yml": deployment }, { ...written, ...secret });
    expect([...errors, ...warnings].map(told)).to.deep.equal([]);
    expect(variables?.injected.reveal()).to.deep.equal({
      OPENAI_API_KEY: "k",
      OPENAI_API_BASE: "https://example.openai.azure.com/",
      DB_PASSWORD: "p",
    });
  });

  it("shows the error that a missing line gives", () => {
    const roleAssignments = (written["roleAssignments"] as object[]).slice(0, 1);
    const { errors } = access({ "app/blue.yml": deployment }, { ...written, ...secret, roleAssignments });
    const [{ code, line, column, path, message, hint } = expect.fail("no error")] = errors;
    expect(TEXT).to.include(`blue.yml:${line}:${column} ${code}: ${path}: ${message}\n    fix: ${hint}`);
  });

  it("has an identity that the config takes", () => {
    const identities = config(BLOCKS.find((block) => block.includes("identities:"))!);
    expect(access({}, identities).errors).to.deep.equal([]);
  });
});
