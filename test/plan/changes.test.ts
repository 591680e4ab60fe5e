import { expect } from "chai";
import fc from "fast-check";
import { type ChangeKind, stackChanges } from "../../plan/changes";
import type { DeployedDeployment, DeployedStack } from "../../plan/deployed";
import { endpointReport } from "../../plan/report/changes";
import { examine, LATER } from "./change";

const NOW = "2026-01-01T00:00:00.000Z";

function standing(own: Partial<DeployedDeployment> = {}): DeployedDeployment {
  const machine = { instanceType: "STANDARD_DS3_V2", instances: 1, maxInstances: 1, sharedQuota: false };
  return { generation: "g1", since: NOW, ...machine, ...own };
}

function stackOf(endpoints: Readonly<Record<string, Readonly<Record<string, DeployedDeployment>>>>): DeployedStack {
  const common = { since: NOW, authMode: "key", publicNetworkAccess: true, scoringUri: "", traffic: {} };
  const entries = Object.entries(endpoints).map(([name, deployments]) => [
    name,
    { ...common, mirrorTraffic: {}, deployments },
  ]);
  return { version: 1, endpoints: Object.fromEntries(entries) };
}

describe("what an update changes", () => {
  const kinds: readonly [ChangeKind, DeployedDeployment | undefined, DeployedDeployment | undefined][] = [
    ["new", undefined, standing()],
    ["removed", standing(), undefined],
    ["replaced", standing(), standing({ generation: "g2" })],
    ["replaced", standing(), standing({ instanceType: "STANDARD_DS4_V2" })],
    ["replaced", standing(), standing({ sharedQuota: true })],
    ["scaled", standing(), standing({ instances: 2 })],
    ["unchanged", standing({ instanceType: "Standard_DS3_v2" }), standing()],
  ];
  for (const [kind, before, after] of kinds) {
    it(`is told of a deployment that is ${kind}: ${JSON.stringify({ ...after, since: undefined })}`, () => {
      const of = (one: DeployedDeployment | undefined) => stackOf({ shop: one === undefined ? {} : { blue: one } });
      const [shop] = stackChanges([], of(before), of(after));
      expect(shop?.deployments.map(({ change }) => change)).to.deep.equal([kind]);
    });
  }

  it("stands in the order of the files, and what goes comes last", () => {
    const before = stackOf({ bank: { red: standing() }, shop: { old: standing(), blue: standing() } });
    const after = stackOf({ a: { x: standing() }, shop: { blue: standing(), green: standing() } });
    const order = [
      { endpoint: "shop", deployments: ["green", "blue"] },
      { endpoint: "a", deployments: ["x"] },
    ];
    const changes = stackChanges(order, before, after);
    expect(
      changes.map(({ endpoint, deployments }) => [endpoint, ...deployments.map((each) => each.deployment)]),
    ).to.deep.equal([
      ["shop", "green", "blue", "old"],
      ["a", "x"],
      ["bank", "red"],
    ]);
  });

  it("says what of a generation is new, where that is known", () => {
    const parts = (text: string, generation: string) =>
      stackOf({ shop: { blue: standing({ generation, parts: text }) } });
    const [shop] = stackChanges([], parts("code 1, model 1", "g1"), parts("code 2, model 1", "g2"));
    expect(shop?.deployments[0]?.parts).to.deep.equal(["code"]);
  });

  it("is one for the ledger, the cost and the report", () => {
    const some = fc.record({
      generation: fc.constantFrom("g1", "g2"),
      instances: fc.integer({ min: 1, max: 3 }),
      instanceType: fc.constantFrom("STANDARD_DS3_V2", "STANDARD_F4S_V2"),
    });
    const before = fc.dictionary(fc.constantFrom("blue", "green", "old"), some.map(standing));
    fc.assert(
      fc.property(before, (deployments) => {
        const deployed = stackOf({ shop: deployments });
        const { plan } = examine({}, {}, { deployed, now: LATER });
        const told = plan.changes.flatMap(({ deployments: own }) =>
          own.map(({ deployment, change }) => [deployment, change] as const),
        );
        expect(plan.ledger.rows.map(({ deployment, change }) => [deployment, change])).to.deep.equal(told);
        const costs = plan.cost.endpoints.flatMap((endpoint) => endpoint.deployments);
        expect(costs.map(({ tags }) => tags.azuremldeployment)).to.deep.equal(told.map(([name]) => name));
        const reported = plan.changes.flatMap((each) => endpointReport(each).changes);
        for (const turn of reported) {
          if (turn.what === "deployment") {
            expect(told).to.deep.include([turn.deployment, turn.change]);
          }
        }
      }),
      { numRuns: 25 },
    );
  });
});
