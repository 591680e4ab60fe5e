import path from "node:path";
import { expect } from "chai";
import { pulumiMissing, TestProject } from "../fixtures/pulumi-project";

/** A program that is none of ours: it registers the components' types with the inputs that a policy reads. */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
class Component extends pulumi.ComponentResource {
  constructor(type, name, inputs) {
    super("mlendpoints:index:" + type, name, inputs);
  }
}
// Known only after the first update.
const unknown = new random.RandomId("id", { byteLength: 1 }).dec.apply(() => 5);
const limit = { low: 5, high: 50, unknown }[process.env.LIMIT];
new Component("Quota", "quota", { rows: [], total: { reserved: 10, limit }, families: [] });
new Component("OnlineDeployment", "shop-blue", {
  endpoint: "shop", deployment: "blue", production: true, traffic: 100, instanceCount: 1,
});
`;

const PACK = path.resolve(__dirname, "../../policies/run.sh");

describe("the policy pack on the real engine", function () {
  this.timeout(120_000);
  let project: TestProject;

  before(async function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      console.log(`      skipped: ${missing}`);
      this.skip();
    }
    project = await TestProject.create(PROGRAM);
  });
  after(() => project?.remove());

  /** Output of a preview, and whether it passed. */
  async function preview(limit: string): Promise<{ passed: boolean; text: string }> {
    try {
      return { passed: true, text: await project.pulumi(["preview", "--policy-pack", PACK], { LIMIT: limit }) };
    } catch (error) {
      return { passed: false, text: (error as Error).message };
    }
  }

  it("passes within the quota, and advises on a single instance in production", async () => {
    const { passed, text } = await preview("high");
    expect(passed, text).to.equal(true);
    expect(text).to.include("[advisory]  production-single-instance");
    expect(text).to.not.include("quota-exceeded");
  });

  it("fails above the quota", async () => {
    const { passed, text } = await preview("low");
    expect(passed).to.equal(false);
    expect(text).to.include("[mandatory]  quota-exceeded");
    expect(text).to.include("OutOfQuota: the stack reserves 10 cores, the limit is 5");
  });

  it("says that it cannot tell while a value is unknown, and decides when it is known", async () => {
    const { passed, text } = await preview("unknown");
    expect(passed, text).to.equal(true);
    expect(text).to.match(/\[advisory\]\s+quota-exceeded[\s\S]*can't run policy 'quota-exceeded' from policy pack/);
    let refused = "";
    try {
      await project.pulumi(["up", "--yes", "--skip-preview", "--policy-pack", PACK], { LIMIT: "unknown" });
    } catch (error) {
      refused = (error as Error).message;
    }
    expect(refused).to.include("[mandatory]  quota-exceeded");
  });
});
