import { expect } from "chai";
import fc from "fast-check";
import { stringify } from "yaml";
import { readStackFile } from "../../../input/stack/config-file";
import { loadStack, readStack } from "../../../input/stack/load";
import { expectPlain } from "../../fixtures/plain";
import { correct, stackFolder } from "../../fixtures/stack";
import { kubernetesDeployment, kubernetesEndpoint, managedDeployment, managedEndpoint } from "../azure/arbitrary";

const print = (value: unknown): string => stringify(value, { version: "1.1", lineWidth: 0 });

/** What the references of the generated documents lead to. */
const ASSETS = {
  models: { m: { 1: "../app/model", 2: { path: "../app/model", properties: { a: 1 } } } },
  environments: { e: { 1: { image: "example/inference:1", conda_file: "../app/conda.yml" } } },
  code: { c: { 1: "../app/code", 2: "../app" } },
  quota: { enforcement: "advisory" },
};

const AUTOSCALE = {
  min: 1,
  max: 3,
  count: 2,
  rules: [{ condition: "CpuUtilizationPercentage > 70 avg 5m", scale: "out 1" }],
};

describe("a stack's spec", () => {
  const folder = stackFolder({ "app/src/score.py": correct("app/code/score.py") });
  after(() => folder.remove());

  for (const [kind, endpoints, deployments] of [
    ["managed", managedEndpoint, managedDeployment],
    ["kubernetes", kubernetesEndpoint, kubernetesDeployment],
  ] as const) {
    it(`is plain data, whatever a ${kind} endpoint and its deployment say`, () => {
      let accepted = 0;
      fc.assert(
        fc.property(endpoints, deployments, fc.boolean(), (endpoint, deployment, scales) => {
          folder.write("app/endpoint.yml", print({ ...endpoint, name: "shop" }));
          folder.write("app/blue.yml", print({ ...deployment, name: "blue", endpoint_name: "shop" }));
          const entry = {
            file: "../app/endpoint.yml",
            deployments: [
              { file: "../app/blue.yml", set: { "tags.a": 1 }, ...(scales ? { autoscale: AUTOSCALE } : {}) },
            ],
            traffic: { blue: 100 },
            mirrorTraffic: {},
          };
          const { spec, errors } = readStack({ file: folder.file, values: { ...ASSETS, endpoints: [entry] } });
          if (spec !== undefined && errors.length === 0) {
            accepted += 1;
            expectPlain(spec);
          }
        }),
      );
      expect(accepted).to.be.greaterThan(20);
    });
  }

  it("is plain data where YAML has more types than JSON", () => {
    folder.write("app/endpoint.yml", correct("app/endpoint.yml"));
    folder.write(
      "app/blue.yml",
      `${correct("app/blue.yml")}properties: { day: 2026-01-31, none: .nan, nothing: ~ }\ntags: { day: 2026-01-31 }\n`,
    );
    const entry = { file: "../app/endpoint.yml", deployments: ["../app/blue.yml"] };
    const spec = loadStack({ file: folder.file, values: { endpoints: [entry] } });
    expectPlain(spec);
    expect(spec.endpoints[0]?.deployments[0]?.properties).to.deep.equal({
      day: "2026-01-31T00:00:00.000Z",
      none: null,
      nothing: null,
    });
  });

  it("is plain data for the example", () => {
    expectPlain(loadStack(readStackFile("dev")));
  });
});
