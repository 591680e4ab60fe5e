import { expect } from "chai";
import fc from "fast-check";
import type { DeployedStack } from "../../plan/deployed";
import { changeReport, type ReportData } from "../../plan/report/data";
import { formatJson } from "../../plan/report/json";
import { formatMarkdown } from "../../plan/report/markdown";
import { formatText } from "../../plan/report/text";
import { examine, LATER, NOW, reportOf } from "./change";

import { BLUE, ENTRY, endpointReports, endpointsOf, error, section, shop, standing } from "./report-support";

describe("the report", () => {
  const refused = reportOf({}, {}, { quota: { total: 4 }, prices: { Standard_DS3_v2: 0.229 } });

  it("has the errors first, and the rest as far as it is known", () => {
    const titles = formatText(refused)
      .split("\n")
      .filter((line) => /^[A-Z]+$/.test(line));
    expect(titles).to.deep.equal(["ERRORS", "ENDPOINTS", "QUOTA", "COST", "ROLES"]);
    expect(formatText(refused)).to.match(/^Stack test: 1 error, nothing is changed\. Asked for: nothing changes/);
    expect(section(refused, "ERRORS")).to.match(/OutOfQuota: quota\.total:[\s\S]* {4}allowed: 4 cores\n {4}fix: /);
    const markdown = formatMarkdown(refused);
    expect(markdown.indexOf("- **OutOfQuota**")).to.be.within(1, markdown.indexOf("<details>"));
  });

  it("has nothing but errors when the files cannot be read", () => {
    const report = changeReport({ stack: "test", errors: [error()], warnings: [] }, { stack: shop() });
    expect(formatText(report)).to.equal(
      [
        "Stack test: 1 error, nothing is changed. What it asks for cannot be read",
        "",
        "ERRORS",
        "stacks/Pulumi.test.yaml:3:5 OutOfQuota: quota.total: the stack needs more",
        "    fix: raise it",
      ].join("\n"),
    );
    // That would read as if everything went.
    expect(report.endpoints).to.deep.equal([]);
  });

  it("has warnings at the end", () => {
    const warning = error({ code: "ImageSubstituted", message: "built on another" });
    expect(formatText({ ...reportOf({}), warnings: [warning] })).to.match(
      /\n\nWARNINGS\nstacks\/Pulumi.test.yaml:3:5 ImageSubstituted: [^\n]*\n {4}fix: raise it$/,
    );
  });

  it("shows costs only where there is a price, and says where there is none", () => {
    expect(section(reportOf({}), "COST")).to.equal(
      "Unknown: there is no price in mlendpoints:prices for STANDARD_DS3_V2.",
    );
    const some = reportOf(
      {},
      { "app/blue.yml": BLUE.replace("DS3", "DS4") },
      { prices: { Standard_DS3_v2: 0.229 }, endpoints: [{ ...ENTRY, traffic: { blue: 90, green: 10 } }] },
    );
    expect(section(some, "COST").split("\n")).to.deep.equal([
      "instances          now     after  during change",
      "shop/blue        0.229   unknown        ≥ 0.229",
      "shop/green       0.229     0.229          0.229",
      "all, per hour    0.458   ≥ 0.229        ≥ 0.458",
      "all, per month  334.34  ≥ 167.17       ≥ 334.34",
      "No price in mlendpoints:prices for STANDARD_DS4_V2.",
      "A month has 730 hours. The 20 % of instances that quota holds back cost nothing until they run.",
    ]);
  });

  it("shows the autoscale minimum and maximum where something scales", () => {
    const autoscale = { min: 1, max: 4, count: 1 };
    const deployments = [{ file: "../app/blue.yml", autoscale }, "../app/green.yml"];
    const { plan } = examine(
      {},
      { prices: { Standard_DS3_v2: 0.25 }, endpoints: [{ ...ENTRY, deployments, traffic: {} }] },
    );
    const report = changeReport({ stack: "test", plan, errors: [], warnings: [] }, {});
    expect(section(report, "COST").split("\n").slice(0, 2)).to.deep.equal([
      "instances        now   after  at minimum  at maximum  during change",
      "shop/blue       0.00    0.25        0.25        1.00           0.25",
    ]);
    expect(endpointsOf(report)).to.match(/blue {11}new: 1 × STANDARD_DS3_V2, up to 4, version/);
  });

  it("says of a cluster that it costs what the cluster costs", () => {
    const report = reportOf({});
    const figures = report.cost!.total;
    const cost = {
      ...report.cost!,
      unpriced: [],
      onClusters: ["shop/blue", "shop/green"],
      total: Object.fromEntries(
        Object.keys(figures).map((key) => [key, { is: "exact", perHour: 0, perMonth: 0, unpriced: [] }]),
      ),
    } as unknown as NonNullable<ReportData["cost"]>;
    expect(section({ ...report, cost }, "COST")).to.equal(
      "A cluster costs what its nodes cost, whatever runs there: shop/blue, shop/green.",
    );
  });

  it("shows the roles of endpoints that hold the same together, and what is missing or not needed", () => {
    const role = (name: string, scope: string) => ({ role: name, scope });
    const common = {
      type: "system_assigned",
      automatic: [role("AcrPull", "registry")],
      granted: [],
      unused: [],
    } as const;
    const roles = [
      ...["a", "b", "c", "d", "e", "f"].map((name) => ({ ...common, endpoint: name, identity: name, missing: [] })),
      {
        endpoint: "g",
        type: "user_assigned" as const,
        identity: "team",
        automatic: [],
        granted: [role("Reader", "vault/kv")],
        missing: [role("AcrPull", "registry")],
        unused: [role("Reader", "vault/kv")],
      },
      { ...common, endpoint: "h", identity: "h", automatic: [], missing: [] },
    ];
    expect(section({ ...reportOf({}), roles }, "ROLES").split("\n")).to.deep.equal([
      "6 endpoints (a, b, c and 3 more): system-assigned identity",
      "    by itself   AcrPull on registry",
      "g: the identity 'team'",
      "    missing     AcrPull on registry",
      "    by config   Reader on vault/kv",
      "    not needed  Reader on vault/kv",
      "h: system-assigned identity",
      "    none        it holds no role",
    ]);
    expect(formatMarkdown({ ...reportOf({}), roles })).to.include(
      "<summary>Roles: missing for 1 endpoint, not needed by 1 endpoint</summary>",
    );
  });

  it("is JSON that says it all, with a version first", () => {
    expect(formatJson(refused)).to.match(/^\{\n {2}"version": 1,\n {2}"stack": "test",/);
    const read = JSON.parse(formatJson(refused)) as ReportData;
    expect(formatText(read)).to.equal(formatText(refused));
    expect(formatMarkdown(read)).to.equal(formatMarkdown(refused));
  });

  it("is the same whenever it is made", () => {
    const at = (now: string) => {
      const { deployed } = examine().plan;
      return formatText(changeReport({ stack: "test", ...examine({}, {}, { deployed, now }) }, { stack: deployed }));
    };
    expect(at(NOW)).to.equal(at(LATER));
  });

  describe("of many endpoints", () => {
    const names = Array.from({ length: 300 }, (_, index) => `endpoint-${index}`);
    const many = (generation: string): DeployedStack => ({
      version: 1,
      endpoints: Object.fromEntries(
        names.map((name) => [name, shop({ deployments: { blue: standing({ generation }) } }).endpoints["shop"]!]),
      ),
    });
    const base = reportOf({});
    const row = base.ledger!.rows[0]!;
    const big: ReportData = {
      ...base,
      endpoints: endpointReports(names, many("g1"), many("g2")),
      warnings: names.map((file) => error({ file })),
      ledger: { ...base.ledger!, rows: names.map((endpoint) => ({ ...row, endpoint, change: "replaced" })) },
    };

    it("stays short enough to read, and says what it leaves out", () => {
      const text = formatText(big);
      expect(text.split("\n").length).to.be.below(200);
      expect(text).to.include("and endpoint-20, endpoint-21, endpoint-22, endpoint-23, endpoint-24 and 275 more");
      expect(text).to.include("280 deployments more in these accounts; the JSON form lists them");
      expect(text).to.match(/and 280 more$/);
      expect(JSON.parse(formatJson(big)).endpoints).to.have.length(300);
    });

    it("fits into a comment of a code review", () => {
      expect(formatMarkdown(big).length).to.be.below(65_000);
    });

    it("names only a few that stay", () => {
      const same = { ...big, endpoints: endpointReports(names, many("g1"), many("g1")) };
      expect(endpointsOf(same)).to.equal(
        "= endpoint-0, endpoint-1, endpoint-2, endpoint-3, endpoint-4 and 295 more: nothing changes",
      );
      expect(formatText(same)).to.match(/: nothing changes for callers; 300 endpoints are unchanged\n/);
    });
  });

  describe("whatever the names are", () => {
    const name = fc.stringMatching(/^[a-z][a-z0-9-]{1,30}[a-z0-9]$/);
    const deployments = fc.dictionary(
      name,
      fc
        .record({ generation: fc.constantFrom("g1a2b3c4", "h5d6e7f8"), instances: fc.integer({ min: 1, max: 50 }) })
        .map(standing),
      { maxKeys: 4 },
    );
    const stack = fc
      .dictionary(
        name,
        fc.record({ deployments, traffic: fc.dictionary(name, fc.integer({ min: 1, max: 100 }), { maxKeys: 4 }) }),
        { maxKeys: 4 },
      )
      .map(
        (all): DeployedStack => ({
          version: 1,
          endpoints: Object.fromEntries(
            Object.entries(all).map(([key, own]) => [
              key,
              shop({ ...own, scoringUri: `http://h/${key}` }).endpoints["shop"]!,
            ]),
          ),
        }),
      );

    it("has no line of more than 100 columns", () => {
      const base = reportOf({});
      fc.assert(
        fc.property(stack, stack, (before, after) => {
          const text = formatText({ ...base, endpoints: endpointReports(Object.keys(after.endpoints), before, after) });
          expect(text.split("\n").filter((line) => line.length > 100)).to.deep.equal([]);
        }),
      );
    });

    it("tells a change and its undoing of the same endpoints", () => {
      fc.assert(
        fc.property(stack, stack, (before, after) => {
          const there = endpointReports([], before, after);
          const back = endpointReports([], after, before);
          const told = (reports: typeof there) =>
            reports.filter(({ change }) => change !== "unchanged").map(({ endpoint }) => endpoint);
          expect(told(there).sort()).to.deep.equal(told(back).sort());
          expect(told(endpointReports([], after, after))).to.deep.equal([]);
        }),
      );
    });
  });

  it("lets no text of a file become markup of the comment", () => {
    const hostile = "</details>|`x` **b** @team <img src=x> [a](b)\n# head ``` ```` end";
    const markdown = formatMarkdown({
      ...reportOf({}),
      errors: [
        error({ message: hostile, value: hostile, allowed: hostile, hint: hostile, path: hostile, file: hostile }),
      ],
      roles: [],
      ledger: undefined,
    });
    const bare = markdown.replace(/(`+)[\s\S]*?\1/g, "");
    for (const markup of ["</details>", "<img", "@team", "**b**", "[a](b)", "\n# head"]) {
      expect(bare).to.not.include(markup);
    }
  });

  it("fences the ledger so that nothing inside ends it", () => {
    const report = reportOf({});
    const rows = report.ledger!.rows.map((row) => ({ ...row, instanceType: "```x" }));
    expect(formatMarkdown({ ...report, ledger: { ...report.ledger!, rows } })).to.match(/\n````text\n[\s\S]*\n````\n/);
  });
});
