import { expect } from "chai";
import { main } from "../../cli/plan";
import type { ReportData } from "../../plan/report/data";
import { localImages } from "../../scoring-image/local-images";
import { deploymentRecipe, environmentRecipe } from "../../scoring-image/recipe";
import { correct, type StackFolder, stackFolder } from "../fixtures/stack";
import { examine } from "../plan/change";

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** `mlendpoints plan …` in a folder. */
async function run(folder: StackFolder, ...argv: string[]): Promise<Ran> {
  const [log, error, cwd] = [console.log, console.error, process.cwd()];
  const [out, err]: [string[], string[]] = [[], []];
  console.log = (text: string) => void out.push(text);
  console.error = (text: string) => void err.push(text);
  process.chdir(folder.root);
  try {
    return { code: await main(argv), out: out.join("\n"), err: err.join("\n") };
  } finally {
    process.chdir(cwd);
    Object.assign(console, { log, error });
  }
}

const CONFIG = correct("stacks/Pulumi.test.yaml");
const REFERENCES = `environment_variables:
  KEY: \${{azureml://connections/openai/credentials/key}}
  ADDRESS: \${{azureml://connections/openai/target}}
  OTHER: \${{azureml://connections/openai/metadata/ApiType}}
  ALL: \${{azureml://connections/whole}}
  DB: \${{keyvault:https://prod-kv.vault.azure.net/secrets/db/1}}
`;
const BLUE = `${correct("app/blue.yml")}${REFERENCES}`;
const GRANTS = `  mlendpoints:roleAssignments:
    - { identity: shop, role: Azure Machine Learning Workspace Connection Secrets Reader, scope: workspace }
    - { identity: shop, role: Key Vault Secrets User, scope: vault/prod-kv }
`;
const ENCRYPTED = `  mlendpoints:connections: { secure: "v1:abc" }
  mlendpoints:vaults: { secure: "v1:def" }
`;

/** What those two are. */
const SECRETS = {
  connections: {
    openai: { target: "https://ai", credentials: { key: "k" }, metadata: { ApiType: "x" } },
    whole: {},
  },
  vaults: { "prod-kv": { db: { "1": "p" } } },
  roleAssignments: [
    { identity: "shop", role: "Azure Machine Learning Workspace Connection Secrets Reader", scope: "workspace" },
    { identity: "shop", role: "Key Vault Secrets User", scope: "vault/prod-kv" },
  ],
};

describe("mlendpoints plan", () => {
  const folders: StackFolder[] = [];
  const folder = (changes: Readonly<Record<string, string>> = {}): StackFolder => {
    const made = stackFolder(changes);
    folders.push(made);
    return made;
  };
  const json = async (where: StackFolder, ...argv: string[]): Promise<ReportData> =>
    JSON.parse((await run(where, "--stack", "test", "--json", ...argv)).out);

  after(() => {
    for (const made of folders) {
      made.remove();
    }
  });

  it("prints the report in each form", async () => {
    const where = folder();
    for (const [form, beginning] of [
      [[], "Stack test, first deployment: 1 endpoint is new\n\nENDPOINTS\n+ shop, new\n"],
      [["--text"], "Stack test, first deployment: 1 endpoint is new\n"],
      [["--markdown"], "### Stack test, first deployment: 1 endpoint is new\n"],
      [["--json"], '{\n  "version": 1,\n  "stack": "test",\n'],
    ] as const) {
      const { code, out, err } = await run(where, "--stack", "test", "--deployed", "none", ...form);
      expect([code, err]).to.deep.equal([0, ""]);
      expect(out.slice(0, beginning.length)).to.equal(beginning);
    }
  });

  it("compares with a file", async () => {
    const where = folder();
    where.write("deployed.json", leftBy());
    const { code, out } = await run(where, "--stack", "test", "--deployed", "deployed.json");
    expect(code).to.equal(0);
    expect(out).to.match(/^Stack test: nothing changes for callers; 1 endpoint is unchanged\n/);
    where.write("app/code/score.py", `${correct("app/code/score.py")}# new\n`);
    const report = await json(where, "--deployed", "deployed.json");
    expect(report.before).to.equal("known");
    expect(report.endpoints[0]!.changes.map((change) => change.what === "deployment" && change.parts)).to.deep.equal([
      ["code"],
      ["code"],
    ]);
  });

  it("exits with 1 when there are errors, and prints the report all the same", async () => {
    const quota = folder({ "stacks/Pulumi.test.yaml": `${CONFIG}  mlendpoints:quota: { total: 4 }\n` });
    const refused = await run(quota, "--stack", "test", "--deployed", "none");
    expect(refused.code).to.equal(1);
    expect(refused.out).to.match(/\n\nERRORS\nstacks\/Pulumi\.test\.yaml:6:31 OutOfQuota:[\s\S]*\n\nCOST\n/);
    const faulty = folder({ "app/blue.yml": "name: [" });
    const unread = await run(faulty, "--stack", "test", "--deployed", "none");
    expect(unread.code).to.equal(1);
    expect(unread.out).to.include("What it asks for cannot be read\n\nERRORS\napp/blue.yml:1:");
  });

  it("exits with 2 for wrong usage", async () => {
    const where = folder();
    where.write("rubbish.json", "{");
    where.write("later.json", '{ "version": 2 }');
    const uses: readonly [readonly string[], string][] = [
      [[], "no stack given"],
      [["--stack", "nope"], "there is no stacks/Pulumi.nope.yaml"],
      [["--stack", "test", "--json", "--markdown"], "--markdown and --json exclude each other"],
      [["--stack", "test", "--what"], "Unknown option '--what'"],
      [["--stack", "test", "more"], "Unexpected argument 'more'"],
      [["--stack", "test", "--deployed", "nope.json"], "--deployed nope.json: ENOENT"],
      [["--stack", "test", "--deployed", "rubbish.json"], "--deployed rubbish.json: "],
      [["--stack", "test", "--deployed", "later.json"], "version 2"],
    ];
    for (const [argv, message] of uses) {
      const { code, out, err } = await run(where, ...argv);
      expect([code, out], argv.join(" ")).to.deep.equal([2, ""]);
      expect(err).to.include(message).and.include("Exit status:");
    }
    const help = await run(where, "--help");
    expect([help.code, help.err]).to.deep.equal([0, ""]);
    expect(help.out).to.include("mlendpoints plan --stack NAME");
  });

  describe("with encrypted values", () => {
    const files = { "app/blue.yml": BLUE, "stacks/Pulumi.test.yaml": `${CONFIG}${GRANTS}${ENCRYPTED}` };

    it("takes what it cannot look into as holding all that is asked of it", async () => {
      const { code, err, out } = await run(folder(files), "--stack", "test", "--deployed", "none");
      expect(code, out).to.equal(0);
      expect(err).to.include("mlendpoints:connections is encrypted as a whole").and.include("mlendpoints:vaults");
      expect(out).to.match(/blue {11}new: 1 × STANDARD_DS3_V2, version unknown/);
    });

    it("still knows which roles are missing", async () => {
      const where = folder({ ...files, "stacks/Pulumi.test.yaml": `${CONFIG}${ENCRYPTED}` });
      const { errors, roles } = await json(where, "--deployed", "none");
      expect([...new Set(errors.map(({ code }) => code))]).to.deep.equal(["SecretsInjectionError"]);
      expect(roles[0]!.missing.map(({ scope }) => scope)).to.deep.equal([
        "connection/openai",
        "connection/whole",
        "vault/prod-kv",
      ]);
    });

    it("takes them for unchanged, and sees what else has changed", async () => {
      const where = folder(files);
      where.write("deployed.json", leftBy(files, SECRETS));
      expect((await json(where, "--deployed", "deployed.json")).endpoints[0]!.change).to.equal("unchanged");
      where.write("app/code/score.py", `${correct("app/code/score.py")}# new\n`);
      const { out } = await run(where, "--stack", "test", "--deployed", "deployed.json");
      expect(out).to.match(/\n {4}blue {3}new version \(code\)\n/);
    });

    it("prints none of them", async () => {
      const connections = `  mlendpoints:connections:
    openai: { authType: ApiKey, target: "https://ai", credentials: { key: { secure: "v1:cipher" } }, metadata: { ApiType: x } }
    whole: {}
  mlendpoints:vaults: { prod-kv: { db: { "1": { secure: "v1:cipher" } } } }
`;
      const where = folder({ ...files, "stacks/Pulumi.test.yaml": `${CONFIG}${GRANTS}${connections}` });
      const { code, out, err } = await run(where, "--stack", "test", "--deployed", "none", "--json");
      expect([code, err], out).to.deep.equal([0, ""]);
      expect(out).to.not.include("cipher").and.not.include("[secret]");
    });

    it("says that another key that is encrypted as a whole counts as absent", async () => {
      const where = folder({ "stacks/Pulumi.test.yaml": `${CONFIG}  mlendpoints:quota: { secure: "v1:abc" }\n` });
      const { code, err } = await run(where, "--stack", "test", "--deployed", "none");
      expect([code, err]).to.deep.equal([
        0,
        "mlendpoints plan: mlendpoints:quota is encrypted as a whole: it counts as absent",
      ]);
    });
  });

  it("says that nobody knows what is deployed when Pulumi cannot tell", async function () {
    this.timeout(30_000);
    const before = process.env["PULUMI_BACKEND_URL"];
    process.env["PULUMI_BACKEND_URL"] = "file:///nonexistent/state";
    try {
      const { code, out, err } = await run(folder(), "--stack", "test");
      expect(code).to.equal(0);
      expect(err).to.match(/^mlendpoints plan: what is deployed is not known, so that everything is shown as new: ./);
      expect(out).to.match(/^Stack test \(what is deployed is not known: all counts as new\): /);
    } finally {
      if (before === undefined) {
        delete process.env["PULUMI_BACKEND_URL"];
      } else {
        process.env["PULUMI_BACKEND_URL"] = before;
      }
    }
  });
});

/** What an update leaves: planned as the command plans it, with the values that the engine can decrypt. */
function leftBy(files: Readonly<Record<string, string>> = {}, config: Readonly<Record<string, unknown>> = {}): string {
  const recipes = { environment: environmentRecipe().digest, deployment: deploymentRecipe().digest, router: "" };
  const { plan, errors } = examine(files, config, { recipes, localImages: localImages() });
  expect(errors).to.deep.equal([]);
  return JSON.stringify(plan.deployed);
}
