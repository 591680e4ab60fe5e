import { spawnSync } from "node:child_process";
import path from "node:path";
import { expect } from "chai";
import { installedPython, loadWithPackage } from "../../bench/azure-ai-ml/driver";
import { type Case, fileCase } from "../../bench/cases";
import { correct, type StackFolder, stackFolder } from "../fixtures/stack";
import { skip } from "../support/skip";

const ROOT = path.resolve(__dirname, "../..");
const ONCE = { warmup: 0, repetitions: 1 };

describe("bench: Microsoft's package beside our reader", () => {
  const python = installedPython();
  let stack: StackFolder;

  before(function () {
    if (python === undefined) {
      skip(this, "Microsoft's package is not on this machine; `make bench` gets it where PyPI can be reached");
    }
    this.timeout(60_000);
    stack = stackFolder({
      "app/blue.yml": withImage(correct("app/blue.yml")),
      "app/green.yml": withImage(correct("app/green.yml")).replace("instance_count: 1", "instance_count: many"),
      "app/code/broken.py": "def run(:\n",
      "app/sixty.yml": `${correct("app/endpoint.yml")}traffic:\n  blue: 60\n`,
    });
  });
  after(() => stack?.remove());

  const caseOf = (name: string): Case => fileCase(path.join(stack.root, name));
  const load = (cases: readonly Case[], rounds = ONCE) => loadWithPackage(python ?? "", cases, rounds);

  it("the driver says which package it is, and answers each file once, in order", () => {
    const { about, answers } = load(["app/endpoint.yml", "app/blue.yml", "app/green.yml"].map(caseOf), {
      warmup: 1,
      repetitions: 3,
    });
    expect(about).to.include({ package: "azure-ai-ml", version: "1.35.2", marshmallow: "3.26.2" });
    expect(answers.map(({ file, verdict }) => [path.basename(file), verdict])).to.deep.equal([
      ["endpoint.yml", "accept"],
      ["blue.yml", "accept"],
      ["green.yml", "reject"],
    ]);
    for (const { ms } of answers) {
      expect(ms).to.have.length(3);
      expect(ms.every((time) => time > 0)).to.equal(true);
    }
  }).timeout(60_000);

  it("the driver tells loading from the checks behind it, and takes overrides", () => {
    const blue = caseOf("app/blue.yml");
    const script = { "code_configuration.scoring_script": "broken.py" };
    const { answers } = load([
      { ...blue, overrides: { instance_count: "many" } },
      { ...blue, overrides: { "model.path": "./absent" } },
      { ...blue, overrides: script },
      { ...blue, overrides: script, skipScriptValidation: true },
      { ...blue, overrides: { name: "no_name" } },
    ]);
    expect(answers.map(({ error }) => error?.stage)).to.deep.equal(["load", "load", "check", undefined, "check"]);
    expect(answers[0]?.error?.message).to.contain("instance_count");
    expect(answers[2]?.error?.message).to.contain("syntax errors");
    expect(answers[4]?.error?.message).to.contain("name for a deployment");
  }).timeout(60_000);

  it("the comparison gives both sides' verdicts and times of every file", () => {
    const report = JSON.parse(run("check-files.ts", ["--json", ...files("app/endpoint.yml", "app/green.yml")]));
    expect(report.files.map(({ ours, theirs }: Verdicts) => [ours.verdict, theirs.verdict])).to.deep.equal([
      ["accept", "accept"],
      ["reject", "reject"],
    ]);
    for (const side of [report.ours, report.theirs]) {
      expect(side.files).to.equal(2);
      expect(side.medianOfMedians).to.be.greaterThan(0);
      expect(side.p99).to.be.at.least(side.medianOfMedians);
      expect(side.filesPerSecond).to.be.greaterThan(0);
      expect(side.coldStartSeconds).to.be.greaterThan(0);
    }
  }).timeout(120_000);

  it("the comparison names the files that the two judge differently", () => {
    const text = run("check-files.ts", files("app/endpoint.yml", "app/sixty.yml"));
    expect(text).to.contain("Verdicts: 1 of 2 files the same, 1 different.");
    expect(text).to.match(/sixty\.yml: ours reject, theirs accept\n\s+\[service\] .*traffic/);
    expect(text).to.match(/files per second\s+│\s+\d+ │\s+\d+ │\s+[\d.]+ ×/);
  }).timeout(120_000);

  it("changed examples never end our reader in an exception, and the service's rules are told apart", () => {
    stack.write("corpus/cases.json", "[]");
    const found: Found[] = JSON.parse(
      run("differential.ts", ["--json", "--each=1", `--corpus=${path.join(stack.root, "corpus")}`], []),
    );
    const placesOf = (difference: string): string[] =>
      found.filter((each) => each.difference === difference).map(({ place, change }) => `${place} ${change}`);
    expect(placesOf("ours ends in an exception")).to.deep.equal([]);
    expect(placesOf("ours knows a rule of the service")).to.include("instance_count → -1");
    expect(placesOf("ours is too strict")).to.not.include("instance_count → -1");
  }).timeout(120_000);

  const files = (...names: string[]): string[] => names.map((name) => path.join(stack.root, name));
});

/** Microsoft's client does not know of a default image. */
function withImage(deployment: string): string {
  return /^ {2}image:/m.test(deployment)
    ? deployment
    : deployment.replace("environment:\n", "environment:\n  image: python:3.12\n");
}

interface Verdicts {
  readonly ours: { readonly verdict: string };
  readonly theirs: { readonly verdict: string };
}

interface Found {
  readonly difference: string;
  readonly place: string;
  readonly change: string;
}

const FEW_ROUNDS = ["--warmup=0", "--repetitions=2", "--cold-starts=1"];

/** Runs a program of bench/ and returns what it prints. */
function run(program: string, args: readonly string[], rounds: readonly string[] = FEW_ROUNDS): string {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--require", require.resolve("tsx/cjs"), path.join(ROOT, "bench", program), ...rounds, ...args],
    { cwd: ROOT, encoding: "utf8", maxBuffer: 1 << 26 },
  );
  expect(status, stderr).to.equal(0);
  return stdout;
}
