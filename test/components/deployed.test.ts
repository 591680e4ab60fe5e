import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { deployedOutput, readDeployed } from "../../components/deployed";
import type { DeployedStack } from "../../plan/deployed";

const BEFORE: DeployedStack = { version: 1, endpoints: {} };
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

/** An engine that answers calls in this way. */
async function engine(
  answer: (token: string, inputs: unknown) => Record<string, unknown>,
  preview = false,
): Promise<void> {
  await pulumi.runtime.setMocks(
    {
      newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
      call: ({ token, inputs }) => answer(token, inputs),
    },
    "mlendpoints",
    "test",
    preview,
    "organization",
  );
}

describe("reading what is deployed", () => {
  it("asks the engine for the outputs of this very stack", async () => {
    const asked: unknown[] = [];
    await engine((token, inputs) => {
      asked.push([token, inputs]);
      return { outputs: { scoringUris: {}, deployed: AFTER } };
    });
    expect(await readDeployed()).to.deep.equal({ stack: AFTER, unknown: undefined });
    expect(asked).to.deep.equal([["pulumi:pulumi:readStackOutputs", { name: "organization/mlendpoints/test" }]]);
  });

  it("finds nothing where there are no outputs yet", async () => {
    for (const answer of [{}, { outputs: {} }, { outputs: { scoringUris: {} } }]) {
      await engine(() => answer);
      expect(await readDeployed()).to.deep.equal({ stack: undefined, unknown: undefined });
    }
  });

  it("says why it does not know, and goes on", async () => {
    await engine(() => {
      throw new Error("no such stack");
    });
    // The mocks lose the message; the engine does not.
    expect(await readDeployed())
      .to.have.keys("unknown")
      .and.have.property("unknown")
      .a("string");
    await engine(() => ({ outputs: { deployed: { version: 7 } } }));
    expect((await readDeployed()).unknown).to.include("version 7");
  });
});

describe("what stands when an update is over", () => {
  const stands = async (conditions: readonly pulumi.Output<boolean>[], before?: DeployedStack): Promise<unknown> =>
    new Promise((resolve) => deployedOutput(conditions, AFTER, before).apply(resolve));
  const failing = (): pulumi.Output<boolean> => {
    const output = pulumi.output(true).apply((): boolean => {
      throw new Error("the gate stays closed");
    });
    return output;
  };
  const never = (): pulumi.Output<boolean> => pulumi.output(new Promise<boolean>(() => {}));
  const yes = (): pulumi.Output<boolean> => pulumi.output(true);

  beforeEach(() => engine(() => ({})));

  it("is the new state when all went well", async () => {
    expect(await stands([yes(), yes()], BEFORE)).to.deep.equal(AFTER);
    expect(await stands([], BEFORE)).to.deep.equal(AFTER);
  });

  it("is the state before when a gate fails, though the router is never asked then", async () => {
    expect(await stands([yes(), failing(), never()], BEFORE)).to.deep.equal(BEFORE);
  });

  it("is the state before when the router refuses", async () => {
    expect(await stands([yes(), pulumi.output(false)], BEFORE)).to.deep.equal(BEFORE);
  });

  it("is nothing when a first update fails", async () => {
    expect(await stands([failing()])).to.deep.equal({ version: 1, endpoints: {} });
  });

  it("is shown in a preview, where nothing has happened yet", async () => {
    await engine(() => ({}), true);
    expect(await stands([never()], BEFORE)).to.deep.equal(AFTER);
  });
});
