import { expect } from "chai";
import fc from "fast-check";
import { vmSizesWith } from "../../input/azure/tables/vm-sizes";
import type { DeploymentSpec, ScaleSpec, StackSpec } from "../../input/stack/spec";
import { type Amount, addAmounts } from "../../plan/amount";
import { type EndpointChange, stackChanges } from "../../plan/changes";
import {
  COST_COLUMNS,
  type CostColumn,
  type DeploymentCost,
  priceWarnings,
  type StackCost,
  stackCost,
} from "../../plan/cost";
import type { DeployedDeployment, DeployedStack } from "../../plan/deployed";
import { NOW } from "./change";

interface Wanted {
  readonly type?: string;
  readonly count?: number;
  /** Autoscale: minimum and maximum of each profile. */
  readonly profiles?: readonly (readonly [number, number])[];
  readonly kind?: "managed" | "kubernetes";
  readonly generation?: string;
}

type Deployments = Readonly<Record<string, Wanted>>;

const DS3 = "STANDARD_DS3_V2";
const F4S = "STANDARD_F4S_V2";
const PRICES = { Standard_DS3_v2: 0.229, Standard_F4s_v2: 0.169 };

function specOf(endpoints: Readonly<Record<string, Deployments>>, prices: Record<string, number>): StackSpec {
  return {
    config: { prices, vmSizes: {} },
    places: { "": { file: "stacks/Pulumi.test.yaml", line: 9, column: 5 } },
    endpoints: Object.entries(endpoints).map(([name, deployments]) => ({
      endpoint: { name },
      deployments: Object.entries(deployments).map(([deployment, wanted]) => deploymentOf(deployment, wanted)),
    })),
  } as unknown as StackSpec;
}

function deploymentOf(name: string, { type = DS3, count = 1, profiles = [], kind = "managed" }: Wanted) {
  const scale = {
    type: "default",
    autoscale: { enabled: true, profiles: profiles.map(([minimum, maximum]) => ({ capacity: { minimum, maximum } })) },
  } as unknown as ScaleSpec;
  const size = kind === "managed" ? { instanceType: vmSizesWith({}).find(type)! } : { kubernetesInstanceType: type };
  return { name, kind, instanceCount: count, scale, ...size } as unknown as DeploymentSpec;
}

function standing({ type = DS3, count = 1, generation = "g1" }: Wanted): DeployedDeployment {
  return { generation, since: NOW, instanceType: type, instances: count, maxInstances: count, sharedQuota: false };
}

function stateOf(endpoints: Readonly<Record<string, Deployments>>): DeployedStack {
  return {
    version: 1,
    endpoints: Object.fromEntries(
      Object.entries(endpoints).map(([name, deployments]) => [
        name,
        {
          since: NOW,
          authMode: "key",
          publicNetworkAccess: true,
          scoringUri: `http://${name}`,
          traffic: {},
          mirrorTraffic: {},
          deployments: Object.fromEntries(Object.entries(deployments).map(([key, wanted]) => [key, standing(wanted)])),
        },
      ]),
    ),
  };
}

function changes({ endpoints }: StackSpec, before: DeployedStack | undefined, after: DeployedStack): EndpointChange[] {
  const order = endpoints.map(({ endpoint, deployments }) => ({
    endpoint: endpoint.name,
    deployments: deployments.map(({ name }) => name),
  }));
  return stackChanges(order, before, after);
}

function costOf(
  before: Readonly<Record<string, Deployments>> | undefined,
  after: Readonly<Record<string, Deployments>>,
  prices: Record<string, number> = PRICES,
): StackCost {
  const spec = specOf(after, prices);
  return stackCost(spec, changes(spec, before === undefined ? undefined : stateOf(before), stateOf(after)));
}

function line({ endpoints }: StackCost, deployment: string): DeploymentCost {
  return endpoints.flatMap(({ deployments }) => deployments).find(({ tags }) => tags.azuremldeployment === deployment)!;
}

/** Per hour, by column; the word where a figure is missing. */
function hours({ figures }: Pick<DeploymentCost, "figures">): Record<CostColumn, number | string> {
  const shown = (amount: Amount): number | string =>
    amount.is === "exact" ? amount.perHour : amount.is === "unknown" ? "unknown" : `at least ${amount.perHour}`;
  return Object.fromEntries(COST_COLUMNS.map((column) => [column, shown(figures![column])])) as Record<
    CostColumn,
    number | string
  >;
}

describe("what a stack costs", () => {
  it("is what its instances cost, without the 20 % that quota holds back", () => {
    const cost = costOf(undefined, { shop: { blue: { count: 10 } } });
    expect(cost.total.after).to.deep.equal({ is: "exact", perHour: 2.29, perMonth: 1671.7, unpriced: [] });
    expect(cost.hoursPerMonth).to.equal(730);
  });

  // now, after, minimum, maximum, during
  const cases: readonly [string, Wanted | undefined, Wanted | undefined, readonly (number | string)[]][] = [
    ["a new deployment", undefined, { count: 2 }, [0, 0.458, 0.458, 0.458, 0.458]],
    ["one that stays", { count: 2 }, { count: 2 }, [0.458, 0.458, 0.458, 0.458, 0.458]],
    ["one that goes", { count: 2 }, undefined, [0.458, 0, 0, 0, 0.458]],
    ["more instances", { count: 1 }, { count: 3 }, [0.229, 0.687, 0.687, 0.687, 0.687]],
    ["fewer instances", { count: 3 }, { count: 1 }, [0.687, 0.229, 0.229, 0.229, 0.687]],
    ["a new generation", { count: 2 }, { count: 2, generation: "g2" }, [0.458, 0.458, 0.458, 0.458, 0.916]],
    ["another size", { count: 1 }, { count: 1, type: F4S }, [0.229, 0.169, 0.169, 0.169, 0.398]],
    ["another size, spelt otherwise", { type: "Standard_DS3_v2" }, {}, [0.229, 0.229, 0.229, 0.229, 0.229]],
    ["autoscale", { count: 2 }, { count: 2, profiles: [[1, 4]] }, [0.458, 0.458, 0.229, 0.916, 0.458]],
    [
      "autoscale with profiles",
      undefined,
      {
        count: 3,
        profiles: [
          [2, 3],
          [1, 10],
        ],
      },
      [0, 0.687, 0.229, 2.29, 0.687],
    ],
  ];
  for (const [what, before, after, expected] of cases) {
    it(`of ${what}: ${expected.join(", ")}`, () => {
      const cost = costOf(
        before === undefined ? undefined : { shop: { blue: before } },
        after === undefined ? {} : { shop: { blue: after } },
      );
      expect(Object.values(hours(line(cost, "blue")))).to.deep.equal(expected);
      expect(cost.total).to.deep.equal(line(cost, "blue").figures);
    });
  }

  it("takes the range of target_utilization", () => {
    const spec = specOf({ shop: { blue: { count: 2 } } }, PRICES);
    const scale: ScaleSpec = {
      type: "target_utilization",
      minInstances: 1,
      maxInstances: 5,
      targetUtilizationPercentage: 70,
      pollingIntervalSeconds: 1,
    };
    const [{ deployments: [deployment] = [] } = expect.fail()] = spec.endpoints;
    Object.assign(deployment!, { scale });
    const cost = stackCost(spec, changes(spec, undefined, stateOf({ shop: { blue: { count: 2 } } })));
    expect(hours(line(cost, "blue"))).to.include({ minimum: 0.229, after: 0.458, maximum: 1.145 });
  });

  it("carries Azure's two cost tags on every line", () => {
    const cost = costOf({ shop: { old: {} } }, { shop: { blue: {} }, fraud: { red: {} } });
    expect(cost.endpoints.map(({ tags }) => tags)).to.deep.equal([
      { azuremlendpoint: "shop" },
      { azuremlendpoint: "fraud" },
    ]);
    expect(cost.endpoints.flatMap(({ deployments }) => deployments.map(({ tags }) => tags))).to.deep.equal([
      { azuremlendpoint: "shop", azuremldeployment: "blue" },
      { azuremlendpoint: "shop", azuremldeployment: "old" },
      { azuremlendpoint: "fraud", azuremldeployment: "red" },
    ]);
  });

  it("adds up per endpoint and in total, without the rests of binary fractions", () => {
    const cost = costOf(
      undefined,
      { shop: { blue: {}, green: { type: F4S } }, fraud: { red: { count: 3 } } },
      { [DS3]: 0.1, [F4S]: 0.2 },
    );
    expect(cost.endpoints.map(({ figures }) => hours({ figures }).after)).to.deep.equal([0.3, 0.3]);
    expect(cost.total.after).to.deep.include({ perHour: 0.6, perMonth: 438 });
  });

  it("finds a price in any case, and takes one of 0 for what it says", () => {
    for (const name of ["standard_ds3_v2", "STANDARD_DS3_V2", "Standard_DS3_v2"]) {
      expect(hours(line(costOf(undefined, { shop: { blue: {} } }, { [name]: 2 }), "blue")).after).to.equal(2);
    }
    expect(costOf(undefined, { shop: { blue: {} } }, { [DS3]: 0 }).total.after).to.deep.include({
      is: "exact",
      perHour: 0,
    });
  });

  describe("without a price", () => {
    it("is unknown, never 0, and says of which instance type", () => {
      const cost = costOf({ shop: { blue: {} } }, { shop: { blue: {} } }, {});
      expect(Object.values(hours(line(cost, "blue")))).to.deep.equal(Array(5).fill("unknown"));
      expect(cost.total.after).to.deep.equal({ is: "unknown", unpriced: [DS3] });
      expect(cost.unpriced).to.deep.equal([DS3]);
    });

    it("is 0 where there are no instances", () => {
      expect(hours(line(costOf(undefined, { shop: { blue: {} } }, {}), "blue")).now).to.equal(0);
      expect(hours(line(costOf({ shop: { blue: {} } }, {}, {}), "blue"))).to.include({ now: "unknown", after: 0 });
    });

    it("makes a sum 'at least' what is known of it", () => {
      const cost = costOf(undefined, { shop: { blue: {}, green: { type: F4S } } }, { [DS3]: 0.229 });
      expect(cost.total.after).to.deep.equal({ is: "at least", perHour: 0.229, perMonth: 167.17, unpriced: [F4S] });
      expect(hours(line(cost, "blue")).after).to.equal(0.229);
    });

    it("is told of the type that goes, too", () => {
      const cost = costOf({ shop: { blue: { type: F4S } } }, { shop: { blue: {} } }, { [DS3]: 0.229 });
      expect(hours(line(cost, "blue"))).to.include({ now: "unknown", after: 0.229, during: "at least 0.229" });
      expect(cost.unpriced).to.deep.equal([F4S]);
    });
  });

  describe("on a cluster", () => {
    const kubernetes: Wanted = { kind: "kubernetes", type: "gpu" };

    it("is the cluster's: no figure, no part of a sum, no price that is missing", () => {
      const cost = costOf({ shop: { blue: kubernetes } }, { shop: { blue: kubernetes, green: {} } });
      expect(line(cost, "blue")).to.deep.equal({
        tags: { azuremlendpoint: "shop", azuremldeployment: "blue" },
        instanceType: "gpu",
        billing: "cluster",
      });
      expect(cost.onClusters).to.deep.equal(["shop/blue"]);
      expect(costOf(undefined, { shop: { blue: kubernetes } }).endpoints[0]).not.to.have.property("figures");
      expect(cost.unpriced).to.deep.equal([]);
      expect(cost.total.after).to.deep.include({ is: "exact", perHour: 0.229 });
    });

    it("is known of a deployment that goes by its instance type", () => {
      expect(costOf({ shop: { blue: kubernetes } }, {}).onClusters).to.deep.equal(["shop/blue"]);
      expect(costOf({ shop: { blue: {} } }, {}).onClusters).to.deep.equal([]);
      // A size that was taken out of vmSizes, but not out of the prices.
      expect(costOf({ shop: { blue: kubernetes } }, {}, { GPU: 3 }).total.now).to.deep.include({ perHour: 3 });
    });
  });

  it("warns of prices that nothing asks for", () => {
    const warned = priceWarnings(specOf({}, { Standard_DS3v2: 1, [DS3]: 1, standard_ds3_v2: 2, Abacus: 3 }));
    expect(warned.map(({ path, value, hint }) => [path, value, hint])).to.deep.equal([
      ["prices.Standard_DS3v2", "Standard_DS3v2", "did you mean 'STANDARD_DS3_V2'?"],
      ["prices.standard_ds3_v2", "standard_ds3_v2", "remove one of them"],
      ["prices.Abacus", "Abacus", "remove it, or add the size to mlendpoints:vmSizes"],
    ]);
    expect(costOf(undefined, { shop: { blue: {} } }, { [DS3]: 1, standard_ds3_v2: 2 }).total.after).to.deep.include({
      perHour: 2,
    });
  });

  describe("always", () => {
    const wanted = fc.record({
      type: fc.constantFrom(DS3, F4S, "STANDARD_E4S_V3"),
      count: fc.integer({ min: 1, max: 50 }),
      generation: fc.constantFrom("g1", "g2"),
    });
    const deployments = fc.dictionary(fc.constantFrom("a", "b", "c"), wanted);
    const stack = fc.dictionary(fc.constantFrom("shop", "fraud"), deployments);
    const least = (amount: Amount): number => (amount.is === "unknown" ? 0 : amount.perHour);

    it("costs during a change at least what it costs before and after it", () => {
      fc.assert(
        fc.property(stack, stack, (before, after) => {
          for (const { figures } of costOf(before, after).endpoints) {
            const { during, now, after: then } = figures!;
            expect(least(during)).to.be.at.least(Math.max(least(now), least(then)));
          }
        }),
      );
    });

    it("is exact only when every instance type in use has a price", () => {
      fc.assert(
        fc.property(stack, stack, (before, after) => {
          const { total, unpriced } = costOf(before, after);
          expect(COST_COLUMNS.every((column) => total[column].is === "exact")).to.equal(unpriced.length === 0);
          for (const column of COST_COLUMNS) {
            expect(total[column].is === "exact").to.equal(total[column].unpriced.length === 0);
          }
        }),
      );
    });

    it("adds up the same in any order", () => {
      const amount = wanted.map(({ type, count }) => costOf(undefined, { e: { d: { type, count } } }).total.after);
      fc.assert(
        fc.property(fc.array(amount), (amounts) => {
          expect(addAmounts([...amounts].reverse())).to.deep.equal(addAmounts(amounts));
        }),
      );
    });
  });
});
