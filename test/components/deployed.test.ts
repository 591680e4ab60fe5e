import { expect } from "chai";
import { readDeployed } from "../../components/deployed";
import type { DeployedStack } from "../../plan/deployed";
import { mockEngine } from "../support/mocks";

const AFTER: DeployedStack = {
  version: 1,
  endpoints: {
    shop: {
      since: "2026-01-01T00:00:00.000Z",
      authMode: "key",
      publicNetworkAccess: true,
      scoringUri: "http://shop",
      traffic: {},
      mirrorTraffic: {},
      deployments: {},
    },
  },
};

describe("reading what is deployed", () => {
  it("asks the engine for the outputs of this very stack", async () => {
    const asked: unknown[] = [];
    await mockEngine({
      call: (token, inputs) => {
        asked.push([token, inputs]);
        return { outputs: { scoringUris: {}, deployed: AFTER } };
      },
    });
    expect(await readDeployed()).to.deep.equal({ stack: AFTER });
    expect(asked).to.deep.equal([["pulumi:pulumi:readStackOutputs", { name: "organization/mlendpoints/test" }]]);
  });

  it("finds nothing where there are no outputs yet", async () => {
    for (const answer of [{}, { outputs: {} }, { outputs: { scoringUris: {} } }]) {
      await mockEngine({ call: () => answer });
      expect(await readDeployed()).to.deep.equal({});
    }
  });

  it("says why it does not know, and goes on", async () => {
    await mockEngine({
      call: () => {
        throw new Error("no such stack");
      },
    });
    // The mocks lose the message; the engine does not.
    expect(await readDeployed())
      .to.have.keys("unknown")
      .and.have.property("unknown")
      .a("string");
    await mockEngine({ call: () => ({ outputs: { deployed: { version: 7 } } }) });
    expect((await readDeployed()).unknown).to.include("version 7");
  });
});
