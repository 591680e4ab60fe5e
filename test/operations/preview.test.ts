import { expect } from "chai";
import { levelOf, policyFinding } from "../../operations/policies";
import { touchesWhatStands } from "../../operations/preview";
import type { ReportData } from "../../plan/report/data";

const report = (
  change: "new" | "removed" | "changed" | "unchanged",
  before: ReportData["before"] = "known",
): ReportData => ({
  version: 1,
  stack: "dev",
  before,
  errors: [],
  warnings: [],
  endpoints: [
    {
      endpoint: "shop",
      change,
      address: "",
      callersNotice: false,
      changes: change === "changed" ? [{ what: "traffic", callers: true, moves: [] }] : [],
    },
  ],
  roles: [],
});

describe("the question before an update", () => {
  const asks = (one: ReportData, changes = {}): boolean => touchesWhatStands({ reports: [one], changes });

  it("comes when something that stands changes or goes, the router included", () => {
    expect(asks(report("changed"))).to.equal(true);
    expect(asks(report("removed"))).to.equal(true);
    expect(asks({ ...report("unchanged"), router: { why: "image" } as unknown as ReportData["router"] })).to.equal(
      true,
    );
  });

  it("does not come for a first deployment, a new endpoint, or nothing", () => {
    expect(asks(report("new", "nothing"))).to.equal(false);
    expect(asks(report("new"))).to.equal(false);
    expect(asks(report("unchanged"))).to.equal(false);
  });

  it("does not come for a new version beside those that serve, with its container that brings the routes", () => {
    const beside = { what: "deployment", callers: false, deployment: "green", change: "new" } as unknown;
    const endpoints = [{ ...report("changed").endpoints[0]!, changes: [beside] }] as unknown as ReportData["endpoints"];
    expect(asks({ ...report("changed"), endpoints }, { create: 4, replace: 1, update: 2 })).to.equal(false);
  });

  it("comes when the engine would delete or replace more than that, whatever the report says", () => {
    expect(asks(report("unchanged"), { replace: 2 })).to.equal(true);
    expect(asks(report("unchanged"), { delete: 1 })).to.equal(true);
    expect(touchesWhatStands({ reports: [], changes: { delete: 4 } })).to.equal(true);
  });

  it("goes by the resources where nobody knows what stands", () => {
    expect(asks(report("new", "unknown"), { create: 3 })).to.equal(false);
    expect(asks(report("new", "unknown"), { create: 3, delete: 1 })).to.equal(true);
  });
});

describe("a policy that could not look", () => {
  const event = (message: string) => policyFinding({ message, policyName: "p", enforcementLevel: "warning" });

  it("is known by how the SDK says so", () => {
    const unknown = "can't run policy 'p' from policy pack 'mlendpoints@v0.1.0' during preview: x is unknown";
    expect(event(unknown).undecided).to.equal(true);
    expect(event("an image should be named by a version").undecided).to.equal(false);
  });

  it("binds by the stack's setting, then by its own level; what nobody knows binds", () => {
    expect(levelOf("latest-image-tag", {})).to.equal("advisory");
    expect(levelOf("latest-image-tag", { "latest-image-tag": "mandatory" })).to.equal("mandatory");
    expect(levelOf("latest-image-tag", { "latest-image-tag": { enforcementLevel: "mandatory" } })).to.equal(
      "mandatory",
    );
    expect(levelOf("of-another-pack", {})).to.equal("mandatory");
  });
});
