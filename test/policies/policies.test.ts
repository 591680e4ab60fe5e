import { expect } from "chai";
import { productionSingleInstance } from "../../policies/availability";
import { quotaExceeded } from "../../policies/quota";

interface Resource {
  readonly type: string;
  readonly props: Record<string, unknown>;
}

/** Runs one policy on one resource, as the pack does, and gives what it reports. */
function violations(policy: typeof quotaExceeded, resource: Resource, config: Record<string, unknown> = {}): string[] {
  const reported: string[] = [];
  const args = { ...resource, name: "x", urn: "urn:x", opts: {}, getConfig: () => config };
  const rule = policy.validateResource as unknown as (args: unknown, report: (message: string) => void) => void;
  rule(args, (message) => reported.push(message));
  return reported;
}

const QUOTA: Resource = {
  type: "mlendpoints:index:Quota",
  props: {
    rows: [],
    total: { reserved: 16, limit: 64 },
    families: [{ family: "standardDSv2Family", reserved: 16, limit: 32 }],
  },
};

const DEPLOYMENT: Resource = {
  type: "mlendpoints:index:OnlineDeployment",
  props: { endpoint: "shop", deployment: "blue", production: true, traffic: 90, instanceCount: 3 },
};

function withProps(resource: Resource, props: Record<string, unknown>): Resource {
  return { ...resource, props: { ...resource.props, ...props } };
}

describe("quota-exceeded", () => {
  it("passes within the quota, without a limit, and on other resources", () => {
    expect(violations(quotaExceeded, QUOTA)).to.deep.equal([]);
    expect(violations(quotaExceeded, withProps(QUOTA, { total: { reserved: 16 }, families: [] }))).to.deep.equal([]);
    expect(violations(quotaExceeded, DEPLOYMENT)).to.deep.equal([]);
  });
  it("names every account that is overdrawn", () => {
    const overdrawn = withProps(QUOTA, {
      total: { reserved: 16, limit: 0 },
      families: [{ family: "standardDSv2Family", reserved: 16, limit: 8 }],
    });
    expect(violations(quotaExceeded, overdrawn)).to.have.length(2);
    expect(violations(quotaExceeded, overdrawn)[1]).to.include(
      "OutOfQuota: standardDSv2Family reserves 16 cores, the limit is 8",
    );
  });
  it("holds the ceiling of its own config whatever the stack allows itself", () => {
    expect(violations(quotaExceeded, QUOTA, { total: 8 })[0]).to.include("the limit is 8");
    expect(violations(quotaExceeded, QUOTA, { total: 16 })).to.deep.equal([]);
  });
  it("is mandatory", () => {
    expect(quotaExceeded.enforcementLevel).to.equal("mandatory");
  });
});

describe("production-single-instance", () => {
  it("passes with more instances, without traffic and outside production", () => {
    for (const props of [
      {},
      { instanceCount: 2 },
      { instanceCount: 1, traffic: 0 },
      { instanceCount: 1, production: false },
    ]) {
      expect(violations(productionSingleInstance, withProps(DEPLOYMENT, props))).to.deep.equal([]);
    }
  });
  it("reports a single instance with live traffic", () => {
    const [message] = violations(productionSingleInstance, withProps(DEPLOYMENT, { instanceCount: 1 }));
    expect(message).to.include("shop/blue takes 90 % of live traffic with one instance");
  });
  it("is advisory", () => {
    expect(productionSingleInstance.enforcementLevel).to.equal("advisory");
  });
});
