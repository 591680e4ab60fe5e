import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import fc from "fast-check";
import { parse } from "yaml";
import { exampleCases } from "../../bench/cases";
import { totals } from "../../bench/comparison";
import { mutationsOf } from "../../bench/mutations";
import { median, quantile } from "../../bench/statistics";

const ROOT = path.resolve(__dirname, "../..");
const AZURE = path.join(ROOT, "bench/azure-ai-ml");

describe("bench: statistics", () => {
  it("quantile takes the nearest rank", () => {
    const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
    expect([0.01, 0.5, 0.99, 1].map((share) => quantile(hundred, share))).to.deep.equal([1, 50, 99, 100]);
    expect(quantile([7], 0.99)).to.equal(7);
    expect(quantile([], 0.5)).to.be.NaN;
  });

  it("at least the share of all values is not above a quantile, and it is one of them", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { minLength: 1 }),
        fc.double({ min: 0.01, max: 1, noNaN: true }),
        (values, share) => {
          const found = quantile(values, share);
          expect(values).to.include(found);
          expect(values.filter((value) => value <= found).length).to.be.at.least(share * values.length - 1e-9);
        },
      ),
    );
  });

  it("totals count the runs, not the files", () => {
    const side = [
      { verdict: "accept" as const, error: undefined, median: 1, p99: 2, runs: [1, 1, 2] },
      { verdict: "accept" as const, error: undefined, median: 4, p99: 8, runs: [4, 4, 8] },
    ];
    expect(totals(side)).to.deep.equal({ files: 2, medianOfMedians: 1, p99: 8, filesPerSecond: 300 });
    expect(median([3, 1, 2])).to.equal(2);
  });
});

describe("bench: mutations", () => {
  const text = "name: blue\ntags:\n  team: fraud\nlist:\n  - 1\n  - two\n";
  const all = mutationsOf(text);
  const found = all.filter(({ place }) => place !== "(file)");

  it("change one place each", () => {
    const original = parse(text);
    // `+1` is another spelling of the same 1.
    for (const { place, change, text: changed } of found.filter((each) => !each.change.endsWith("as it is"))) {
      const value = parse(changed);
      expect(value, `${place} ${change}`).to.not.deep.equal(original);
      const same = Object.keys(original).filter((key) => JSON.stringify(value[key]) === JSON.stringify(original[key]));
      expect(same.length, `${place} ${change}`).to.be.at.least(Object.keys(original).length - 1);
    }
  });

  it("leave freely chosen keys and list indexes out of the place", () => {
    expect([...new Set(found.map(({ place }) => place))]).to.have.members([
      "",
      "name",
      "tags",
      "tags.*",
      "list",
      "list[]",
    ]);
  });

  it("drop, add, retype and respell", () => {
    const changes = found.filter(({ place }) => place === "name").map(({ change }) => change);
    expect(changes).to.include.members(["dropped", "→ 7", "→ null", "→ a list", "in capitals", "with a letter more"]);
    expect(changes).to.not.include("in small letters");
    expect(found.find(({ place, change }) => place === "tags" && change === "unknown key")?.text).to.contain(
      "  unknown_key: word",
    );
  });

  it("rewrite the file, each in another way", () => {
    const rewritten = all.filter(({ place }) => place === "(file)");
    expect(new Set(rewritten.map((each) => each.text)).size).to.equal(rewritten.length);
    expect(rewritten.find(({ change }) => change === "CRLF line ends")?.text).to.contain("name: blue\r\n");
    expect(rewritten.find(({ change }) => change === "as JSON")?.text).to.contain('"name": "blue"');
  });

  it("are none for a file that cannot be parsed or has aliases", () => {
    expect(mutationsOf("a: [")).to.deep.equal([]);
    expect(mutationsOf("a: &x 1\nb: *x\n")).to.deep.equal([]);
  });
});

describe("bench: what it runs on", () => {
  it("finds the endpoint and the deployments of the examples, and not their conda files", () => {
    const kinds = exampleCases(path.join(ROOT, "examples")).map(({ file, kind }) => `${path.basename(file)} ${kind}`);
    expect(kinds).to.include.members(["blue.yml deployment", "endpoint.yml endpoint", "green.yml deployment"]);
    expect(kinds.join()).to.not.contain("conda");
  });

  it("pins every Python package, without naming an index", () => {
    const lines = readFileSync(path.join(AZURE, "requirements.txt"), "utf8").trim().split("\n");
    expect(lines.filter((line) => !/^[A-Za-z0-9._-]+==[A-Za-z0-9.]+$/.test(line))).to.deep.equal([]);
    expect(lines).to.include.members(["azure-ai-ml==1.35.2", "marshmallow==3.26.2"]);
  });

  it("keeps the venv outside of the work tree, in the user's cache", () => {
    const { stdout } = spawnSync(path.join(AZURE, "setup.sh"), ["--path"], {
      encoding: "utf8",
      env: { ...process.env, XDG_CACHE_HOME: "/elsewhere" },
    });
    expect(stdout).to.match(/^\/elsewhere\/mlendpoints\/bench-azure-ai-ml-\d+\/bin\/python\n$/);
  });

  it("plans a stack of the size that was asked for, in a process of its own", () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", require.resolve("tsx/cjs"), "bench/stack.ts", "--endpoints=101", "--deployments=2", "--json"],
      { cwd: ROOT, encoding: "utf8" },
    );
    expect(status, stderr).to.equal(0);
    const figures = JSON.parse(stdout);
    expect(figures).to.include({ endpoints: 101, deployments: 202 });
    expect(figures.peakMegabytes.plan).to.be.at.least(figures.peakMegabytes.load);
  }).timeout(60_000);
});
