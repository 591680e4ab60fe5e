import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { readStackFile } from "../../input/stack/config-file";
import { loadStack } from "../../input/stack/load";
import type { DeployedStack } from "../../plan/deployed";
import { changeReport, type ReportData } from "../../plan/report/data";
import { formatJson } from "../../plan/report/json";
import { formatMarkdown } from "../../plan/report/markdown";
import { formatText } from "../../plan/report/text";
import { type Examination, examineStack } from "../../plan/stack-plan";

/** With UPDATE_DOCS=1 the blocks are written instead of compared. */
const UPDATE = process.env["UPDATE_DOCS"] === "1";

const DOCUMENT = path.resolve("docs/report.md");

const CONFIG = `# stacks/Pulumi.prod.yaml
config:
  mlendpoints:production: true
  mlendpoints:endpoints:
    - file: ../shop/endpoint.yml
      deployments: [../shop/blue.yml, ../shop/green.yml]
      traffic: { blue: 90, green: 10 }
    - file: ../fraud/endpoint.yml
      deployments: [../fraud/red.yml]
      traffic: { red: 100 }
  mlendpoints:quota: { total: 48 }
  mlendpoints:prices: { Standard_DS3_v2: 0.229, Standard_F4s_v2: 0.169 }
  mlendpoints:connections:
    openai: { category: AzureOpenAI, credentials: { key: { secure: "v1:encrypted" } } }
`;

const FILES: Readonly<Record<string, string>> = {
  "stacks/Pulumi.prod.yaml": CONFIG,
  "shop/endpoint.yml": "name: shop\nauth_mode: key\n",
  "shop/blue.yml": deployment("shop", "blue", "Standard_DS3_v2", 1),
  "shop/green.yml": deployment("shop", "green", "Standard_DS3_v2", 1),
  "fraud/endpoint.yml": "name: fraud\nauth_mode: key\n",
  "fraud/red.yml": deployment("fraud", "red", "Standard_F4s_v2", 2),
  "app/conda.yml": "dependencies:\n  - python=3.12\n  - pip:\n      - azureml-inference-server-http\n",
  "app/code/score.py": "def init():\n    pass\n\n\ndef run(body):\n    return body\n",
  "app/model/weights.txt": "1 2 3\n",
};

function deployment(endpoint: string, name: string, instanceType: string, count: number): string {
  return `name: ${name}
endpoint_name: ${endpoint}
model:
  path: ../app/model
code_configuration:
  code: ../app/code
  scoring_script: score.py
environment:
  conda_file: ../app/conda.yml
  image: registry.example.com/inference:1
instance_type: ${instanceType}
instance_count: ${count}
`;
}

/** Written into a folder and read from there: places in the report are as a user of that folder would type them. */
function examine(
  files: Readonly<Record<string, string>>,
  deployed: DeployedStack | undefined,
  now: string,
): Examination {
  const root = mkdtempSync(path.join(tmpdir(), "mlendpoints-report-"));
  const before = process.cwd();
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
      writeFileSync(path.join(root, name), text);
    }
    process.chdir(root);
    return examineStack(loadStack(readStackFile("prod")), {
      stack: "prod",
      localImages: {},
      recipes: { environment: "environment", deployment: "deployment", router: "router" },
      deployed,
      now,
    });
  } finally {
    process.chdir(before);
    rmSync(root, { recursive: true, force: true });
  }
}

const EDITED = {
  ...FILES,
  "stacks/Pulumi.prod.yaml": CONFIG.replace("{ blue: 90, green: 10 }", "{ blue: 50, green: 50 }"),
};

const BROKEN = {
  ...FILES,
  "shop/green.yml": FILES["shop/green.yml"]!.replace("instance_count: 1", "instance_count: 6"),
  "shop/blue.yml": `${FILES["shop/blue.yml"]}environment_variables:
  OPENAI_API_KEY: \${{azureml://connections/openai/credentials/key}}
`,
};

const SCREENS = ["first", "edit", "broken"] as const;
type Screens = Readonly<Record<(typeof SCREENS)[number], ReportData>>;

function makeScreens(): Screens {
  const first = examine(FILES, undefined, "2026-01-05T08:00:00.000Z");
  const { deployed } = first.plan;
  const report = (examination: Examination, before?: DeployedStack): ReportData =>
    changeReport({ stack: "prod", ...examination }, { stack: before });
  return {
    first: report(first),
    edit: report(examine(EDITED, deployed, "2026-01-06T08:00:00.000Z"), deployed),
    broken: report(examine(BROKEN, deployed, "2026-01-07T08:00:00.000Z"), deployed),
  };
}

/** What stands in the document between a marker and the end of the block that follows it. */
const BLOCKS: Readonly<Record<string, (screens: Screens) => string>> = {
  config: () => fenced("yaml", CONFIG.trimEnd()),
  first: ({ first }) => fenced("text", formatText(first)),
  edit: ({ edit }) => fenced("text", formatText(edit)),
  broken: ({ broken }) => fenced("text", formatText(broken)),
  markdown: ({ edit }) => fenced("markdown", formatMarkdown(edit)),
  json: ({ edit }) => fenced("json", JSON.stringify(JSON.parse(formatJson(edit)).endpoints[0], undefined, 2)),
};

function fenced(language: string, text: string): string {
  return `\`\`\`\`${language}\n${text}\n\`\`\`\``;
}

function blockOf(document: string, name: string): string | undefined {
  return new RegExp(`<!-- ${name} -->\n(\`\`\`\`[\\s\\S]*?\n\`\`\`\`)\n`).exec(document)?.[1];
}

describe("docs/report.md", () => {
  let screens: Screens;

  before(() => {
    screens = makeScreens();
    if (UPDATE) {
      const text = Object.entries(BLOCKS).reduce(
        (document, [name, block]) => document.replace(blockOf(document, name) ?? "", () => block(screens)),
        readFileSync(DOCUMENT, "utf8"),
      );
      writeFileSync(DOCUMENT, text);
    }
  });

  for (const [name, block] of Object.entries(BLOCKS)) {
    it(`shows what comes out: ${name}`, () => {
      const shown = blockOf(readFileSync(DOCUMENT, "utf8"), name);
      expect(shown, `rewrite the blocks with: UPDATE_DOCS=1 npx mocha ${path.relative(".", __filename)}`).to.equal(
        block(screens),
      );
    });
  }

  it("has a first deployment that goes through", () => {
    expect(screens.first.errors).to.deep.equal([]);
    expect(screens.first.endpoints.map(({ change }) => change)).to.deep.equal(["new", "new"]);
  });

  it("has an edit that changes nothing but traffic", () => {
    expect(screens.edit.errors).to.deep.equal([]);
    expect(
      screens.edit.endpoints.map(({ endpoint, changes }) => [endpoint, changes.map(({ what }) => what)]),
    ).to.deep.equal([
      ["shop", ["traffic"]],
      ["fraud", []],
    ]);
  });

  it("has a change that breaks quota and a role at once", () => {
    expect(screens.broken.errors.map(({ code }) => code).sort()).to.deep.equal(["OutOfQuota", "SecretsInjectionError"]);
  });

  it("has lines that a terminal can show, and no path of a machine", () => {
    for (const report of Object.values(screens)) {
      const text = formatText(report);
      expect(text).to.not.match(/\/tmp|mlendpoints-report-/);
      expect(text.split("\n").filter((line) => line.length > 100)).to.deep.equal([]);
    }
  });
});
