import { expect } from "chai";
import type { DeployedDeployment, DeployedStack } from "../../plan/deployed";
import type { Change } from "../../plan/report/changes";
import { changeReport, type ReportData } from "../../plan/report/data";
import { formatMarkdown } from "../../plan/report/markdown";
import { formatText } from "../../plan/report/text";
import { correct } from "../fixtures/stack";
import { examine, reportOf } from "./change";

import { BLUE, changesOf, ENTRY, endpointReports, endpointsOf, shop, standing } from "./report-support";

describe("what changes for callers", () => {
  it("is everything about a new endpoint", () => {
    const report = reportOf(undefined);
    expect(report.before).to.equal("nothing");
    const [{ change, callersNotice, address } = expect.fail()] = report.endpoints;
    expect({ change, callersNotice, address }).to.deep.equal({
      change: "new",
      callersNotice: true,
      address: "http://127.0.0.1:8080/api/v1/endpoint/shop/score",
    });
    expect(formatText(report)).to.match(/^Stack test, first deployment: 1 endpoint is new\n/);
    expect(
      endpointsOf(report)
        .replace(/version \w{8}/g, "version …")
        .split("\n"),
    ).to.deep.equal([
      "+ shop, new",
      "    address        http://127.0.0.1:8080/api/v1/endpoint/shop/score",
      "    access by      key (two new ones)",
      "    public access  yes",
      "    traffic        blue 90 %, green 10 %",
      "    blue           new: 1 × STANDARD_DS3_V2, version …",
      "    green          new: 1 × STANDARD_DS3_V2, version …",
    ]);
  });

  it("is nothing when nothing changes", () => {
    const report = reportOf({});
    expect(report.endpoints).to.deep.equal([
      {
        endpoint: "shop",
        change: "unchanged",
        address: "http://127.0.0.1:8080/api/v1/endpoint/shop/score",
        callersNotice: false,
        changes: [],
      },
    ]);
    expect(formatText(report)).to.match(/^Stack test: nothing changes for callers; 1 endpoint is unchanged\n/);
    expect(endpointsOf(report)).to.equal("= shop: nothing changes");
  });

  it("is the traffic that moves", () => {
    const report = reportOf({}, {}, { endpoints: [{ ...ENTRY, traffic: { blue: 50, green: 50 } }] });
    expect(report.endpoints[0]!.changes).to.deep.equal([
      {
        what: "traffic",
        callers: true,
        moves: [
          { deployment: "blue", before: 90, after: 50 },
          { deployment: "green", before: 10, after: 50 },
        ],
      },
    ]);
    expect(endpointsOf(report)).to.include("traffic  blue 90 → 50 %, green 10 → 50 %");
  });

  it("is the new version of a deployment with traffic, and what of it is new", () => {
    const report = reportOf({}, { "app/code/score.py": `${correct("app/code/score.py")}# new\n` });
    expect(endpointsOf(report)).to.match(/blue {3}new version \w{8} → \w{8} \(code\)\n/);
    expect(report.endpoints[0]!.callersNotice).to.equal(true);
  });

  const deployed = (change: Partial<DeployedDeployment>): readonly Change[] =>
    changesOf(shop(), shop({ deployments: { blue: standing(change) } }));

  const rows: readonly [string, readonly Change[], boolean, string][] = [
    ["more instances", deployed({ instances: 3, maxInstances: 3 }), false, "blue  instances 1 → 3"],
    ["a higher maximum", deployed({ maxInstances: 5 }), false, "blue  at most 1 → 5"],
    ["the quota's pool", deployed({ sharedQuota: true }), false, "blue  quota from its VM family → the shared pool"],
    ["an instance type", deployed({ instanceType: "X" }), false, "blue  STANDARD_DS3_V2 → X"],
    [
      "a version and instances",
      deployed({ generation: "g2", instances: 2, maxInstances: 2 }),
      true,
      "blue  new version g1 → g2; instances 1 → 2",
    ],
    [
      "a version that nobody knows",
      deployed({ generation: "unknown" }),
      true,
      "whether its version is new is not known",
    ],
    ["the address", changesOf(shop(), shop({ scoringUri: "http://b" })), true, "address  http://shop → http://b"],
    [
      "keys that go",
      changesOf(shop(), shop({ authMode: "aad_token" })),
      true,
      "access by  key → aad_token (the two keys open nothing any more)",
    ],
    [
      "keys that come",
      changesOf(shop({ authMode: "aml_token" }), shop()),
      true,
      "access by  aml_token → key (two new ones)",
    ],
    ["public access", changesOf(shop(), shop({ publicNetworkAccess: false })), true, "public access  yes → no"],
    [
      "mirrored traffic",
      changesOf(shop(), shop({ mirrorTraffic: { blue: 20 } })),
      false,
      "mirrored  blue 0 → 20 % (copies, whose answers nobody gets)",
    ],
    [
      "no traffic any more",
      changesOf(shop(), shop({ traffic: {} })),
      true,
      "blue 100 → 0 %; no deployment is left with traffic",
    ],
    [
      "a deployment without traffic",
      changesOf(shop(), shop({ deployments: { blue: standing(), red: standing({ maxInstances: 4 }) } })),
      false,
      "red  new: 1 × STANDARD_DS3_V2, up to 4, version g1",
    ],
    [
      "a version without traffic",
      changesOf(
        shop({ deployments: { blue: standing(), red: standing() } }),
        shop({ deployments: { blue: standing(), red: standing({ generation: "g2" }) } }),
      ),
      false,
      "red  new version g1 → g2",
    ],
  ];
  for (const [what, changes, callers, text] of rows) {
    it(`${callers ? "includes" : "leaves out"} ${what}`, () => {
      expect(changes).to.have.length(1);
      expect(changes[0]!.callers).to.equal(callers);
      const endpoint = { endpoint: "shop", change: "changed", address: "http://shop", callersNotice: callers, changes };
      const report = { ...reportOf({}), endpoints: [endpoint] } as ReportData;
      expect(endpointsOf(report).replace(/\s+/g, " ")).to.include(text.replace(/\s+/g, " "));
      expect(endpointsOf(report).includes("nothing changes for callers")).to.equal(!callers);
      expect(formatMarkdown(report)).to.include(callers ? "| yes |" : "| no |");
    });
  }

  it("is a deployment that goes while it has traffic", () => {
    const both = { deployments: { blue: standing(), green: standing() }, traffic: { blue: 90, green: 10 } };
    const changes = changesOf(shop(both), shop());
    expect(changes.map(({ what, callers }) => [what, callers])).to.deep.equal([
      ["traffic", true],
      ["deployment", true],
    ]);
    const report = reportOf(
      {},
      {},
      { endpoints: [{ ...ENTRY, deployments: ["../app/blue.yml"], traffic: { blue: 100 } }] },
    );
    expect(endpointsOf(report)).to.include("green    removed; it has 10 % of the traffic now");
  });

  it("is an endpoint that goes, after those that stay", () => {
    const after: DeployedStack = { version: 1, endpoints: { fraud: shop().endpoints["shop"]! } };
    const reports = endpointReports(["fraud"], shop(), after);
    expect(reports.map(({ endpoint, change }) => [endpoint, change])).to.deep.equal([
      ["fraud", "new"],
      ["shop", "removed"],
    ]);
    const text = endpointsOf({ ...reportOf({}), endpoints: reports });
    expect(text).to.include("- shop, removed");
    expect(text).to.include("was key (the two keys open nothing any more)");
    expect(text).to.include("blue       removed; it has 100 % of the traffic now");
  });

  it("is not led astray by names that every object has", () => {
    const after: DeployedStack = { version: 1, endpoints: { constructor: shop().endpoints["shop"]! } };
    const reports = endpointReports(["constructor"], { version: 1, endpoints: {} }, after);
    expect(reports.map(({ change }) => change)).to.deep.equal(["new"]);
  });

  it("does not take a refused deployment for a removed one", () => {
    const report = reportOf({}, { "app/blue.yml": `${BLUE}app_insights_enabled: true\n` });
    expect(report.errors.map(({ code }) => code)).to.deep.equal(["NotSupported"]);
    expect(endpointsOf(report)).to.include("blue  whether its version is new is not known");
    expect(endpointsOf(report)).to.not.include("removed");
    expect(report.ledger!.rows.map(({ deployment }) => deployment)).to.deep.equal(["blue", "green"]);
  });

  it("says when nobody knows what is deployed", () => {
    const report = changeReport({ stack: "test", ...examine() }, { unknown: "no engine" });
    expect(report.before).to.equal("unknown");
    expect(formatText(report)).to.match(/^Stack test \(what is deployed is not known: all counts as new\): 1 endpoint/);
  });
});
