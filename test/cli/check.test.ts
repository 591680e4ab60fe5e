import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import type { SpecError } from "../../input/documents/errors";
import { correct, type StackFolder, stackFolder } from "../fixtures/stack";

const ROOT = path.resolve(__dirname, "../..");
const COMMAND = path.join(ROOT, "bin", "mlendpoints");

interface Run {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

type JsonError = Omit<SpecError, "value"> & { readonly value: string | null };

interface JsonReport {
  readonly file: string;
  readonly kind: string;
  readonly verdict: "accept" | "reject";
  readonly errors: readonly JsonError[];
  readonly warnings: readonly JsonError[];
  readonly value?: Readonly<Record<string, unknown>>;
}

function run(cwd: string, ...args: string[]): Run {
  return spawnSync(COMMAND, args, { cwd, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

/** The reports of a run whose exit status agrees with its verdicts. */
function reports(cwd: string, ...args: string[]): readonly JsonReport[] {
  const { status, stdout, stderr } = run(cwd, "check", "--json", ...args);
  expect(stderr).to.equal("");
  expect(stdout.endsWith("}\n")).to.equal(true);
  const { files, ...rest } = JSON.parse(stdout) as { files: readonly JsonReport[] };
  expect(rest).to.deep.equal({});
  expect(status).to.equal(files.every(({ verdict }) => verdict === "accept") ? 0 : 1);
  return files;
}

function report(cwd: string, ...args: string[]): JsonReport {
  const [only, ...others] = reports(cwd, ...args);
  expect(others).to.deep.equal([]);
  return only!;
}

const short = ({ line, column, code, path }: JsonError): string => `${line}:${column} ${code} ${path}`.trimEnd();

describe("mlendpoints check", function () {
  // Every run is a process of its own that compiles what it reads.
  this.timeout(60_000);

  let folder: StackFolder;
  before(() => {
    folder = stackFolder();
  });
  after(() => folder.remove());

  /** Adds a file to the folder; its name as an argument of the command. */
  const file = (name: string, text: string | Uint8Array): string => {
    mkdirSync(path.dirname(path.join(folder.root, name)), { recursive: true });
    writeFileSync(path.join(folder.root, name), text);
    return name;
  };

  describe("exit status", () => {
    it("is 0 when every file is accepted", () => {
      const { status, stdout, stderr } = run(folder.root, "check", "app/endpoint.yml", "app/blue.yml");
      expect([status, stdout, stderr]).to.deep.equal([
        0,
        "2 files: 2 accepted, 0 rejected; 0 errors, 0 warnings\n",
        "",
      ]);
    });

    it("is 1 when one of several is not, and the others are told all the same", () => {
      const broken = file("app/broken.yml", "name: shop\nauth_mod: key\ntraffic: { blue: 50 }\n");
      const { status, stdout, stderr } = run(folder.root, "check", "app/endpoint.yml", broken, "app/green.yml");
      expect([status, stderr]).to.deep.equal([1, ""]);
      expect(stdout).to.match(/^app\/broken\.yml:2:1 UnknownField: auth_mod: there is no field 'auth_mod'\n/);
      expect(stdout).to.contain(" fix: did you mean 'auth_mode'?\n");
      expect(stdout).to.contain("\napp/broken.yml:3:10 BadArgument: traffic: must add up to 0 or to 100 percent\n");
      expect(stdout).to.match(/\n3 files: 2 accepted, 1 rejected; 2 errors, 0 warnings\n$/);
    });

    it("stays 0 with warnings only", () => {
      const doubled = file("app/doubled.yml", "name: shop\nname: shop\n");
      const { status, stdout } = run(folder.root, "check", doubled);
      expect(status).to.equal(0);
      expect(stdout).to.match(/^app\/doubled\.yml:2:1 warning DuplicateKey: name: .*\n/);
      expect(stdout).to.match(/1 accepted, 0 rejected; 0 errors, 1 warning\n$/);
    });

    const WRONG: Readonly<Record<string, readonly [readonly string[], RegExp]>> = {
      "no file": [["check"], /no file given/],
      "an unknown option": [["check", "--jsn", "app/endpoint.yml"], /--jsn/],
      "an option without its value": [["check", "app/endpoint.yml", "--set"], /--set/],
      "a value for an option that has none": [["check", "app/endpoint.yml", "--json=yes"], /--json/],
      "a stack and files": [["check", "--stack", "test", "app/endpoint.yml"], /--stack takes its files/],
      "a stack and --set": [["check", "--stack", "test", "--set", "name=x"], /--stack takes its files/],
      "a stack and --endpoint": [["check", "--stack", "test", "--endpoint", "app/endpoint.yml"], /--stack takes/],
      "a stack and --deployment": [["check", "--stack", "test", "--deployment", "blue"], /--stack takes/],
      "a stack that is not there": [["check", "--stack", "none"], /there is no stacks\/Pulumi\.none\.yaml/],
      "an unknown command": [["chek", "app/endpoint.yml"], /there is no command 'chek'/],
      "no command": [[], /no command given/],
    };
    for (const [what, [args, said]] of Object.entries(WRONG)) {
      it(`is 2 for ${what}, and says why on stderr only`, () => {
        const { status, stdout, stderr } = run(folder.root, ...args);
        expect([status, stdout]).to.deep.equal([2, ""]);
        expect(stderr).to.match(said);
        expect(stderr).to.match(/\n\nmlendpoints \w+ /);
        expect(stderr).not.to.match(/\n\s+at /);
      });
    }
  });

  it("explains itself with --help and -h, and changes nothing else", () => {
    const { status, stdout, stderr } = run(folder.root, "check", "--help");
    expect([status, stderr]).to.deep.equal([0, ""]);
    for (const option of ["--set", "--endpoint", "--deployment", "--skip-script-validation", "--stack", "--json"]) {
      expect(stdout).to.contain(option);
    }
    expect(run(folder.root, "check", "-h").stdout).to.equal(stdout);
    expect(run(folder.root, "--help").stdout).to.contain("check");
  });

  describe("--json", () => {
    it("gives every report and every error the same keys", () => {
      const broken = file("app/json.yml", "name: 5\ntraffic: { blue: 50, }\nauth_mode: key\nauth_mode: key\n");
      const [accepted, rejected] = reports(folder.root, "app/endpoint.yml", broken);
      expect(accepted).to.deep.equal({
        file: "app/endpoint.yml",
        kind: "endpoint",
        verdict: "accept",
        errors: [],
        warnings: [],
        value: { kind: "managed", name: "shop", auth_mode: "key" },
      });
      expect(Object.keys(rejected!)).to.have.members(["file", "kind", "verdict", "errors", "warnings"]);
      expect([rejected!.file, rejected!.kind, rejected!.verdict]).to.deep.equal([broken, "endpoint", "reject"]);
      expect(rejected!.errors.map(short)).to.deep.equal(["1:7 InvalidType name", "2:10 BadArgument traffic"]);
      expect(rejected!.warnings.map(short)).to.deep.equal(["4:1 DuplicateKey auth_mode"]);
      for (const error of [...rejected!.errors, ...rejected!.warnings]) {
        expect(error).to.include.keys("code", "file", "line", "column", "path", "value", "message", "hint");
        expect(error.file).to.equal(broken);
        expect([typeof error.line, typeof error.column, typeof error.hint]).to.deep.equal([
          "number",
          "number",
          "string",
        ]);
      }
      expect(rejected!.errors[0]).to.include({ value: "5", message: "must be text" });
    });

    it("has no value for what it saw where there was nothing to see", () => {
      const { errors } = report(folder.root, file("app/nameless.yml", "auth_mode: key\n"));
      expect(errors.map(({ code, value }) => [code, value])).to.deep.equal([["MissingField", null]]);
    });

    it("normalises a deployment", () => {
      const { kind, value } = report(folder.root, "app/blue.yml");
      expect(kind).to.equal("deployment");
      expect(value).to.deep.include({
        kind: "managed",
        name: "blue",
        endpoint_name: "shop",
        code: { path: "./code", scoring_script: "score.py" },
        instance_type: "Standard_DS3_v2",
        instance_count: 1,
      });
    });

    it("is complete through a pipe whose reader is slow", () => {
      const keys = Array.from({ length: 3000 }, (_, index) => `unknown_${index}: ${index}\n`).join("");
      const large = file("app/large.yml", `name: shop\n${keys}`);
      const shell = `"${COMMAND}" check --json ${large} | { sleep 1; cat; }`;
      const { stdout } = spawnSync("sh", ["-c", shell], {
        cwd: folder.root,
        encoding: "utf8",
        maxBuffer: 64 * 1024 * 1024,
      });
      expect(stdout.length).to.be.greaterThan(1_000_000);
      expect(stdout.endsWith("}\n")).to.equal(true);
      const { files } = JSON.parse(stdout) as { files: readonly JsonReport[] };
      expect(files[0]?.errors.map(({ path }) => path)).to.have.length(3000);
    });
  });

  describe("--set", () => {
    it("puts values at dotted paths, list indexes and new maps, before anything is checked", () => {
      const { verdict, value } = report(
        folder.root,
        "app/endpoint.yml",
        ...["--set", "name=other", "--set", "identity.type=user_assigned"],
        ...["--set", "identity.user_assigned_identities[0].resource_id=/subscriptions/x"],
        ...["--set", "tags.team=a=b"],
      );
      expect(verdict).to.equal("accept");
      expect(value).to.deep.equal({
        kind: "managed",
        name: "other",
        auth_mode: "key",
        tags: { team: "a=b" },
        identity: { type: "user_assigned", user_assigned: [{ resource_id: "/subscriptions/x" }] },
      });
    });

    it("reads quoted keys, JSON, and numbers and booleans as the fields want them", () => {
      const { verdict, value } = report(
        folder.root,
        "app/blue.yml",
        ...["--set", "type=kubernetes", "--set", 'resources.requests={"cpu":"1","memory":"1Gi"}'],
        ...["--set", 'resources.limits["nvidia.com/gpu"]=1', "--set", "instance_count=3"],
        ...["--set", "app_insights_enabled=True"],
      );
      expect(verdict).to.equal("accept");
      expect(value).to.deep.include({
        kind: "kubernetes",
        instance_count: 3,
        app_insights_enabled: true,
        resources: { requests: { cpu: "1", memory: "1Gi" }, limits: { "nvidia.com/gpu": "1" } },
      });
    });

    it("can make a file right, or wrong, and has no line then", () => {
      const unnamed = file("app/unnamed.yml", "name: '{{NAME}}'\n");
      expect(report(folder.root, unnamed).errors.map(short)).to.deep.equal(["1:7 TemplatePlaceholder name"]);
      expect(report(folder.root, unnamed, "--set", "name=shop").verdict).to.equal("accept");
      const { errors } = report(folder.root, "app/blue.yml", "--set", "instance_count=0");
      expect(errors.map(short)).to.deep.equal(["0:0 InvalidValue instance_count"]);
      expect(run(folder.root, "check", "app/blue.yml", "--set", "instance_count=0").stdout).to.match(
        /^app\/blue\.yml InvalidValue: instance_count: is out of range\n/,
      );
    });

    it("refuses paths that lead nowhere, all at once", () => {
      const traffic = file("app/traffic.yml", "name: shop\ntraffic: { blue: 100 }\n");
      const paths = ["name.first=x", "traffic[0]=5"];
      const { verdict, errors } = report(folder.root, traffic, ...paths.flatMap((each) => ["--set", each]));
      expect(verdict).to.equal("reject");
      expect(errors.map(({ code }) => code)).to.deep.equal(paths.map(() => "BadArgument"));
      expect(errors.map(({ hint }) => hint).every((hint) => hint.startsWith("correct "))).to.equal(true);
    });

    it("takes what is no PATH=VALUE for wrong usage", () => {
      for (const pair of ["name", "=x", "a..b=x", "[0]=x"]) {
        const { status, stdout, stderr } = run(folder.root, "check", "app/blue.yml", "--set", pair);
        expect([status, stdout]).to.deep.equal([2, ""]);
        expect(stderr).to.include(`'${pair}' is none`);
      }
    });
  });

  describe("--endpoint and --deployment", () => {
    it("take the endpoint of a deployment from its file", () => {
      const loose = file("app/loose.yml", correct("app/blue.yml").replace("endpoint_name: shop\n", ""));
      expect(report(folder.root, loose).errors.map(short)).to.deep.equal(["1:1 MissingField endpoint_name"]);
      const { verdict, value } = report(folder.root, loose, "--endpoint", "app/endpoint.yml");
      expect([verdict, value?.endpoint_name]).to.deep.equal(["accept", "shop"]);
    });

    it("refuse an endpoint of another name, of another kind, or that is not there", () => {
      const other = file("app/other.yml", "name: other\ncompute: azureml:cluster\n");
      const { errors } = report(folder.root, "app/blue.yml", "--endpoint", other);
      expect(errors.map(({ code, path }) => `${code} ${path}`)).to.have.members([
        "BadArgument endpoint_name",
        "BadArgument type",
      ]);
      const missing = report(folder.root, "app/blue.yml", "--endpoint", "app/nowhere.yml");
      expect(missing.errors.map(({ code, file }) => [code, file])).to.deep.equal([["FileNotFound", "app/nowhere.yml"]]);
    });

    it("know the deployments of an endpoint, in any case and any number", () => {
      const shared = file("app/shared.yml", "name: shop\ntraffic: { blue: 90, green: 10 }\n");
      expect(report(folder.root, shared).verdict).to.equal("accept");
      expect(report(folder.root, shared, "--deployment", "Blue", "--deployment", "green").verdict).to.equal("accept");
      const { errors } = report(folder.root, shared, "--deployment", "blue", "--deployment", "gren");
      expect(errors.map(short)).to.deep.equal(["2:22 BadArgument traffic.green"]);
      expect(errors[0]?.hint).to.equal("did you mean 'gren'?");
    });
  });

  it("--skip-script-validation leaves scripts of other languages alone, but not missing ones", () => {
    file("app/r/score.R", "init <- function() {}\n");
    const blue = correct("app/blue.yml").replace("./code", "./r");
    const r = file("app/r.yml", blue.replace("score.py", "score.R"));
    expect(report(folder.root, r).errors.map(({ path }) => path)).to.deep.equal(["code_configuration.scoring_script"]);
    expect(report(folder.root, r, "--skip-script-validation").verdict).to.equal("accept");
    const { errors } = report(folder.root, file("app/r-missing.yml", blue), "--skip-script-validation");
    expect(errors.map(({ code }) => code)).to.deep.equal(["FileNotFound"]);
  });

  describe("files of all sorts", () => {
    it("reads .YAML names and JSON", () => {
      const upper = file("app/ENDPOINT.YAML", correct("app/endpoint.yml"));
      const json = file("app/endpoint.json", '{\n  "name": "shop",\n  "auth_mode": "aml_token"\n}\n');
      const [first, second] = reports(folder.root, upper, json);
      expect(first?.value).to.deep.equal({ kind: "managed", name: "shop", auth_mode: "key" });
      expect(second?.value).to.deep.equal({ kind: "managed", name: "shop", auth_mode: "aml_token" });
    });

    it("points at the place in JSON as well", () => {
      const json = file("app/broken.json", '{\n  "name": "shop",\n  "auth_mode": "ke", "colour": "red"\n}\n');
      const { errors } = report(folder.root, json);
      expect(errors.map(short)).to.deep.equal(["3:16 InvalidValue auth_mode", "3:22 UnknownField colour"]);
    });

    const ODD: Readonly<Record<string, readonly [string, string | Uint8Array | undefined, string]>> = {
      "a folder": ["app", undefined, "0:0 FileNotFound"],
      "a file that is not there": ["app/none.yml", undefined, "0:0 FileNotFound"],
      "an empty file": ["app/empty.yml", "", "1:1 InvalidYaml"],
      "a file of blank lines and remarks": ["app/blank.yml", "\n# nothing\n\n", "1:1 InvalidYaml"],
      "JSON with tabs, which Azure's client reads as YAML": [
        "app/tabs.json",
        '{\n\t"name": "shop"\n}\n',
        "2:1 InvalidYaml",
      ],
      "text that is not UTF-8": [
        "app/latin.yml",
        Buffer.from("name: shop\ntags: { a: gr\xf6n }\n", "latin1"),
        "2:14 InvalidYaml",
      ],
      "UTF-16": ["app/utf16.yml", Buffer.from("\uFEFFname: shop\n", "utf16le"), "1:1 InvalidYaml"],
      "a picture": ["app/picture.yml", Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10, 0]), "1:1 InvalidYaml"],
      "a list": ["app/list.yml", "- name: shop\n", "1:1 InvalidYaml"],
      "a conda file": ["app/conda.yml", undefined, "1:1 NotSupported"],
    };
    it(`refuses ${Object.keys(ODD).join(", ")}, each as a whole`, () => {
      const names = Object.values(ODD).map(([name, text]) => (text === undefined ? name : file(name, text)));
      const found = reports(folder.root, ...names);
      expect(found.map(({ file }) => file)).to.deep.equal(names);
      for (const [index, [what, [, , error]]] of Object.entries(ODD).entries()) {
        expect(found[index]?.errors.map(short), what).to.deep.equal([error]);
        expect(found[index]?.errors[0]?.hint, what).to.match(/^\S/);
      }
    });

    it("takes names with blanks, and a file twice", () => {
      const blanks = file("app/my endpoint.yml", "name: shop\n");
      const found = reports(folder.root, blanks, `./${blanks}`, blanks);
      expect(found.map(({ file, verdict }) => `${verdict} ${file}`).join()).to.equal(
        `accept ${blanks},accept ./${blanks},accept ${blanks}`,
      );
    });

    it("accepts a file from any folder: its paths start where it is", () => {
      const app = path.join(folder.root, "app");
      expect(report(app, "blue.yml").verdict).to.equal("accept");
      expect(report(ROOT, path.join(app, "blue.yml")).verdict).to.equal("accept");
    });
  });

  describe("--stack", () => {
    it("checks every file of a stack", () => {
      const files = reports(folder.root, "--stack", "test");
      expect(files.map(({ file, kind, verdict }) => [file, kind, verdict])).to.deep.equal([
        ["stacks/Pulumi.test.yaml", "stack", "accept"],
        ["app/endpoint.yml", "endpoint", "accept"],
        ["app/blue.yml", "deployment", "accept"],
        ["app/green.yml", "deployment", "accept"],
      ]);
    });

    it("tells the faults of all of its files at once, each at its file", () => {
      const broken = stackFolder({
        "app/endpoint.yml": "name: shop\nauth_mode: kee\n",
        "app/blue.yml": correct("app/blue.yml").replace("instance_count: 1", "instance_count: 0"),
        "app/green.yml": undefined,
      });
      try {
        const files = reports(broken.root, "--stack", "test");
        const faults = files.flatMap(({ errors }) => errors.map((error) => `${error.file} ${short(error)}`));
        expect(faults).to.include.members([
          "app/blue.yml 12:17 InvalidValue instance_count",
          "app/endpoint.yml 2:12 InvalidValue auth_mode",
          "stacks/Pulumi.test.yaml 4:38 FileNotFound endpoints[0].deployments[1]",
        ]);
        for (const { file, errors, verdict } of files) {
          expect(errors.every((error) => error.file === file)).to.equal(true);
          expect(verdict).to.equal(errors.length === 0 ? "accept" : "reject");
        }
        const { status, stdout } = run(broken.root, "check", "--stack", "test");
        expect(status).to.equal(1);
        expect(stdout).to.match(/app\/blue\.yml:12:17 InvalidValue: instance_count: is out of range\n/);
        expect(stdout.endsWith("\n")).to.equal(true);
      } finally {
        broken.remove();
      }
    });
  });

  it("accepts every endpoint and deployment among the examples", () => {
    const files = readdirSync(path.join(ROOT, "examples"), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(ya?ml|json)$/i.test(name) && path.basename(name) !== "Pulumi.yaml")
      .map((name) => path.join("examples", name));
    const found = reports(ROOT, ...files);
    const refused = found.filter(({ verdict }) => verdict === "reject").map(({ file }) => path.basename(file));
    // What stands beside them: packages, and a request to try.
    expect(refused.filter((name) => !/^(conda.*\.ya?ml|sample-request.*\.json)$/.test(name))).to.deep.equal([]);
    const accepted = found.filter(({ verdict }) => verdict === "accept").map(({ kind }) => kind);
    expect(accepted).to.include.members(["endpoint", "deployment"]);
  });
});
