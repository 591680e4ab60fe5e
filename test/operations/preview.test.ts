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
  endpoints: [{ endpoint: "shop", change, address: "", callersNotice: false, changes: [] }],
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

  it("goes by the resources where nobody knows what stands", () => {
    expect(asks(report("new", "unknown"), { create: 3 })).to.equal(false);
    expect(asks(report("new", "unknown"), { create: 3, delete: 1 })).to.equal(true);
  });
});

describe("a policy that could not look", () => {
  const event = (message: string) =>
    policyFinding({
      message,
      color: "never",
      policyName: "p",
      policyPackName: "mlendpoints",
      policyPackVersion: "0.1.0",
      policyPackVersionTag: "0.1.0",
      enforcementLevel: "warning",
    });

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
