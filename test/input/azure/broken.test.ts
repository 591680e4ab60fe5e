import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { checkFile, checkText, type FileKind } from "../../../input/azure/check-file";
import type { SpecError } from "../../../input/documents/errors";

/**
 * Files broken by hand. Beside each, `NN-name.expected` says what is wrong with it, one fault a line: `line:column CODE path`,
 * with the file's name in front where the fault is in another file. A line or column is where an editor would jump to: it
 * counts UTF-16 units from 1, and a byte order mark is none.
 */
const FOLDER = path.join("test", "fixtures", "broken");
const NAMES = readdirSync(FOLDER)
  .filter((name) => /^\d+-.*\.yml$/.test(name))
  .map((name) => path.basename(name, ".yml"));
const REPORTS = new Map(NAMES.map((name) => [name, checkFile(path.join(FOLDER, `${name}.yml`))]));

/** Rules of Azure's own, which an Azure document explains. */
const AZURE = ["schema", "client", "service", "quota"];

function expected(name: string): string[] {
  return readFileSync(path.join(FOLDER, `${name}.expected`), "utf8")
    .trimEnd()
    .split("\n");
}

function line(name: string, { code, file, line, column, path: where }: SpecError): string {
  const other = path.basename(file) === `${name}.yml` ? "" : `${path.basename(file)}:`;
  return `${other}${line}:${column} ${code} ${where}`.trimEnd();
}

describe("files broken by hand", () => {
  it("are as many and as mixed as they are meant to be", () => {
    const count = (kind: FileKind, pattern = /./): number =>
      [...REPORTS].filter(([name, report]) => report.kind === kind && pattern.test(name)).length;
    expect(count("endpoint")).to.be.at.least(7);
    expect(count("deployment", /managed/)).to.be.at.least(8);
    expect(count("deployment", /kubernetes/)).to.be.at.least(2);
    expect([count("autoscale"), count("instance-type")]).to.deep.equal([1, 1]);
    expect(NAMES.map((name) => expected(name).length).filter((faults) => faults < 3 || faults > 6)).to.deep.equal([]);
    const lists = readdirSync(FOLDER).filter((name) => name.endsWith(".expected"));
    expect(lists.map((name) => path.basename(name, ".expected"))).to.deep.equal(NAMES);
  });

  it("kept their bytes: a line end or a byte order mark is part of what they test", () => {
    const text = (name: string): string => readFileSync(path.join(FOLDER, `${name}.yml`), "utf8");
    expect(text("05-endpoint-bom-crlf")).to.match(/^\uFEFFname: .*\r\n/);
    expect(text("22-managed-crlf-duplicates")).to.match(/^#.*\r\n/);
  });

  for (const [name, { errors }] of REPORTS) {
    it(`tells every fault of ${name} in one run, and no more`, () => {
      expect(errors.map((error) => line(name, error)).sort()).to.deep.equal(expected(name).sort());
    });
  }

  it("have their faults in the order of the file", () => {
    for (const { file, errors } of REPORTS.values()) {
      const own = errors.filter((error) => error.file === file).map(({ line, column }) => line * 10_000 + column);
      expect(own, file).to.deep.equal([...own].sort((a, b) => a - b));
    }
  });

  it("get errors that a reader can act upon", () => {
    for (const error of [...REPORTS.values()].flatMap(({ errors }) => errors)) {
      const shown = JSON.stringify(error);
      expect(error.hint, shown).to.match(/^\S.*[^.]$/);
      expect(error.message, shown).to.match(/^\S.*[^.]$/);
      expect(`${error.message} ${error.hint} ${error.value ?? ""} ${error.allowed ?? ""}`, shown).not.to.match(
        /undefined|\[object|NaN/,
      );
      expect(error.rule, shown).not.to.equal(undefined);
      if (AZURE.includes(error.rule ?? "")) {
        expect(error.source, shown).to.match(/^[a-z0-9-]+$/);
      }
    }
  });

  it("get a hint with the right name for each misspelt field that has a neighbour", () => {
    const hint = (name: string, where: string): string | undefined =>
      REPORTS.get(name)?.errors.find((error) => error.path === where)?.hint;
    expect(hint("01-endpoint-misspelt-keys", "trafic")).to.equal("did you mean 'traffic'?");
    expect(hint("01-endpoint-misspelt-keys", "publicNetworkAccess")).to.equal("did you mean 'public_network_access'?");
    expect(hint("02-endpoint-traffic-rules", "identity.user_assigned_identities[1].resourceid")).to.equal(
      "did you mean 'resource_id'?",
    );
    expect(hint("09-managed-misspelt-keys", "liveness_probe.initialdelay")).to.equal("did you mean 'initial_delay'?");
  });

  it("get a hint that names the placeholder", () => {
    for (const { hint, value } of REPORTS.get("19-managed-placeholders")?.errors ?? []) {
      expect(hint, value).to.match(/^replace the placeholder (\{\{\s*\w+\s*\}\}|<\w+>) by its value/);
    }
  });
});

describe("one slip in a small text", () => {
  const DEPLOYMENT = `name: blue
endpoint_name: shop
model: { path: ./model }
code_configuration: { code: ./code, scoring_script: score.py }
environment: { image: example/inference:1, conda_file: ./conda.yml }
`;
  const MANAGED = `${DEPLOYMENT}instance_type: Standard_DS3_v2\ninstance_count: 1\n`;
  const KUBERNETES = `${DEPLOYMENT}type: kubernetes\ninstance_count: 1\n`;

  const SLIPS: Readonly<Record<string, readonly [string, ...string[]]>> = {
    "nothing at all": [MANAGED],
    "nothing at all on Kubernetes": [KUBERNETES],
    "a second document": ["name: shop\n---\nname: shop\n", "2:1 InvalidYaml"],
    "a quote in the middle that swallows the next line": ['name: "shop\ndescription: "the shop"\n', "1:7 InvalidYaml"],
    "a value with a colon": ["name: shop\ndescription: a: b\n", "2:14 InvalidYaml"],
    "a list that is never closed": ["name: shop\ntags: [a\nauth_mode: key\n", "3:1 InvalidYaml"],
    "a tab in the indentation": ["name: shop\ntraffic:\n\tblue: 100\n", "3:1 InvalidYaml"],
    "two unknown tags on one line": [
      "name: !shop x\ntags: { a: !a 1, b: !b 2 }\n",
      "1:7 InvalidYaml",
      "2:12 InvalidYaml",
      "2:21 InvalidYaml",
    ],
    "a merge of what is no map": [
      "name: shop\ntags:\n  <<: 5\nproperties: { <<: [{}, 1] }\n",
      "3:7 InvalidYaml",
      "4:24 InvalidYaml",
    ],
    "text that is not UTF-8": ["name: shop\ndescription: gr\uFFFD\uFFFDe\ntags: [\n", "2:16 InvalidYaml"],
    "a first line behind a byte order mark": ["\uFEFFname: a\n", "1:7 BadArgument name"],
    "a traffic key that is null": ["name: shop\ntraffic:\n  blue: 100\n  ~: 0\n", '4:3 BadArgument traffic[""]'],
    "a placeholder for the cluster": ["name: shop\ncompute: azureml:{{CLUSTER}}\n", "2:10 TemplatePlaceholder compute"],
    "a kind that is misspelt": [
      KUBERNETES.replace("type:", "typ:").replace("instance_count", "instance_cont"),
      "6:1 UnknownField typ",
      "7:1 UnknownField instance_cont",
    ],
    "a misspelt request that the rules want": [
      `${KUBERNETES}resources:\n  requests: { cpus: "1", memory: 1Gi }\n`,
      "9:15 UnknownField resources.requests.cpus",
    ],
    "a field with a wrong value where it must not be": [
      `${KUBERNETES}scale_settings: { type: default, min_instances: 0 }\n`,
      "8:34 UnknownField scale_settings.min_instances",
    ],
    "a negative limit": [
      `${KUBERNETES}resources: { requests: { cpu: "1", memory: 1Gi }, limits: { cpu: "-1" } }\n`,
      "8:66 BadArgument resources.limits.cpu",
    ],
    "half a GPU": [
      `${KUBERNETES}resources: { requests: { cpu: "1", memory: 1Gi }, limits: { nvidia.com/gpu: "0.5" } }\n`,
      '8:77 BadArgument resources.limits["nvidia.com/gpu"]',
    ],
    "registered code without a version": [
      MANAGED.replace("./code,", "azureml:code,"),
      "4:29 BadArgument code_configuration.code",
    ],
    "a misspelt field of a container": [
      "name: blue\nendpoint_name: shop\ninstance_type: Standard_DS3_v2\ninstance_count: 1\nenvironment:\n  image: a/b:1\n  inference_confg: {}\n",
      "7:3 UnknownField environment.inference_confg",
    ],
  };

  for (const [slip, [text, ...faults]] of Object.entries(SLIPS)) {
    it(`${slip}: ${faults.length === 0 ? "no error" : faults.join(", ")}`, () => {
      const { errors } = checkText(path.join(FOLDER, "slip.yml"), text);
      expect(errors.map((error) => line("slip", error))).to.deep.equal(faults);
    });
  }
});
