import { expect } from "chai";
import { findMetric, METRICS } from "../../../../input/azure/tables/metrics";

describe("METRICS", () => {
  it("has every metric once in its scope, and no empty field", () => {
    const keys = METRICS.map(({ scope, name }) => `${scope} ${name}`);
    expect(new Set(keys).size).to.equal(keys.length);
    expect(METRICS.filter(({ scope }) => scope === "endpoint")).to.have.length(11);
    expect(METRICS.filter(({ scope }) => scope === "deployment")).to.have.length(14);
    for (const { name, scope, unit, aggregations, dimensions } of METRICS) {
      expect(scope).to.be.oneOf(["endpoint", "deployment"]);
      expect(unit, name).to.be.oneOf(["count", "percent", "milliseconds", "bytes per second", "count per second"]);
      expect(aggregations, name).to.include("Average");
      expect([...aggregations, ...dimensions], name).to.not.include("");
    }
  });

  it("finds a metric in any case, and only in its scope", () => {
    expect(findMetric("cpuutilizationpercentage", "deployment")).to.include({
      name: "CpuUtilizationPercentage",
      unit: "percent",
    });
    expect(findMetric("CpuUtilizationPercentage", "endpoint")).to.equal(undefined);
    // Only the endpoint has a latency without a percentile.
    expect(findMetric("RequestLatency", "deployment")).to.equal(undefined);
    expect(findMetric("RequestLatency", "endpoint")).to.deep.include({
      unit: "milliseconds",
      dimensions: ["deployment"],
    });
  });
});
