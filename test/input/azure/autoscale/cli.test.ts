import { expect } from "chai";
import type { AutoscaleSpec } from "../../../../input/azure/autoscale/spec";
import { cliText, DEPLOYMENT_ID, ENDPOINT_ID, one, parse, places } from "./support";

const OUT = "  - { condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 2 }";
const IN = "  - { condition: CpuUtilizationPercentage < 25 avg 5m, scale: in 1 }";

function rule(line: string): ReturnType<typeof parse> {
  return parse(cliText("rules:", OUT, IN, `  - ${line}`));
}

function profile(...lines: string[]): ReturnType<typeof parse> {
  return parse(cliText("profiles:", "  - name: extra", "    count: 2", ...lines.map((line) => `    ${line}`)));
}

function profiles(...lines: string[]): AutoscaleSpec["profiles"] {
  const { specs, errors } = profile(...lines);
  expect(errors).to.deep.equal([]);
  return specs[0]!.profiles;
}

describe("autoscale in the short form", () => {
  it("reads the documented commands: bounds, out and in on the CPU, out on the endpoint's latency", () => {
    const spec = one(
      cliText("rules:", OUT, IN, "  - { condition: RequestLatency > 70 avg 5m, scale: out 1, resource: endpoint }"),
    );
    expect(spec).to.deep.include({ name: "autoscale", enabled: true });
    expect(spec).to.not.have.property("target");
    expect(spec.profiles).to.have.length(1);
    expect(spec.profiles[0]).to.deep.include({ name: "default", capacity: { minimum: 2, maximum: 5, default: 2 } });
    expect(spec.profiles[0]?.rules[0]).to.deep.equal({
      metric: "CpuUtilizationPercentage",
      resource: "deployment",
      timeGrainSeconds: 60,
      statistic: "Average",
      timeWindowSeconds: 300,
      timeAggregation: "Average",
      operator: "GreaterThan",
      threshold: 70,
      dimensions: [],
      dividePerInstance: false,
      action: { direction: "Increase", type: "ChangeCount", value: 2, cooldownSeconds: 300 },
    });
    expect(spec.profiles[0]?.rules[1]).to.deep.include({ operator: "LessThan", threshold: 25 });
    expect(spec.profiles[0]?.rules[2]).to.deep.include({ metric: "RequestLatency", resource: "endpoint" });
  });

  it("takes the count for bounds that are left out, and digits in quotes for numbers", () => {
    expect(one("count: '3'").profiles[0]?.capacity).to.deep.equal({ minimum: 3, maximum: 3, default: 3 });
  });

  it("reads cooldown, time grain, resource ids, name and enabled", () => {
    const spec = one(
      cliText(
        "name: shop-scale",
        "enabled: no",
        `resource: ${DEPLOYMENT_ID}`,
        "rules:",
        IN,
        "  - condition: RequestsPerMinute >= 10 total 10m where deployment == blue or green",
        "    scale: out 20%",
        "    cooldown: 60",
        "    timegrain: avg 5m",
        `    resource: ${ENDPOINT_ID}`,
      ),
    );
    expect(spec).to.deep.include({
      name: "shop-scale",
      enabled: false,
      target: { endpoint: "shop", deployment: "blue" },
    });
    expect(spec.profiles[0]?.rules[1]).to.deep.include({
      resource: "endpoint",
      statistic: "Average",
      timeGrainSeconds: 300,
      timeAggregation: "Total",
      dimensions: [{ name: "deployment", operator: "Equals", values: ["blue", "green"] }],
      action: { direction: "Increase", type: "PercentChangeCount", value: 20, cooldownSeconds: 3600 },
    });
  });

  it("reads the documented weekend, and ends it as Azure's command line does", () => {
    const { specs, warnings } = parse(
      cliText(
        "rules:",
        OUT,
        IN,
        "profiles:",
        "  - name: weekend-profile",
        "    min: 2",
        "    max: 2",
        "    count: 2",
        "    recurrence: week sat sun",
        "    timezone: Pacific Standard Time",
      ),
    );
    const [main, weekend, back] = specs[0]!.profiles;
    const days = ["Saturday", "Sunday"];
    const timeZone = "America/Los_Angeles";
    expect(weekend).to.deep.equal({
      name: "weekend-profile",
      capacity: { minimum: 2, maximum: 2, default: 2 },
      rules: [],
      recurrence: { timeZone, days, hour: 0, minute: 0 },
    });
    expect(back).to.deep.equal({
      ...main,
      name: '{"name":"default","for":"weekend-profile"}',
      recurrence: { timeZone, days, hour: 23, minute: 59 },
    });
    expect(places(warnings)).to.deep.equal(["12:17 NoEffect profiles[0].recurrence"]);
    expect(warnings[0]?.hint).to.equal("write end: '24:00'");
  });

  it("ends a profile at midnight without a gap", () => {
    const [, weekend, back] = profiles("recurrence: [week, sat, sun]", "end: '24:00'");
    expect(weekend?.recurrence).to.deep.include({ days: ["Saturday", "Sunday"], hour: 0 });
    expect(back?.recurrence).to.deep.include({ days: ["Monday"], hour: 0, minute: 0 });
    const [, , night] = profiles("recurrence: mon tue", "start: '20:00'", "end: '24:00'");
    expect(night?.recurrence).to.deep.include({ days: ["Tuesday", "Wednesday"], hour: 0, minute: 0 });
  });

  it("reads times without quotes, which YAML takes for numbers to the base of 60", () => {
    const [, day, back] = profiles("recurrence: week Thursday", "start: 10:30", "end: 22:50");
    expect(day?.recurrence).to.deep.include({ days: ["Thursday"], hour: 10, minute: 30, timeZone: "UTC" });
    expect(back?.recurrence).to.deep.include({ hour: 22, minute: 50 });
  });

  it("reads a profile with fixed dates, in quotes or as timestamps of YAML", () => {
    const expected = { timeZone: "Europe/Berlin", start: "2026-12-23T23:00:00Z", end: "2026-12-26T17:30:00Z" };
    for (const [start, end] of [
      ["2026-12-24", "2026-12-26T18:30:00"],
      ["'2026-12-24 00:00'", '"2026-12-26T18:30"'],
    ]) {
      const [, launch] = profiles(`start: ${start}`, `end: ${end}`, "timezone: W. Europe Standard Time");
      expect(launch?.fixedDate, start).to.deep.equal(expected);
    }
  });

  it("tells the column inside a condition and inside an action", () => {
    const { errors } = rule("{ condition: Cpu > 70 average 5m, scale: up 1 }");
    expect(errors.map(({ path, message, hint }) => [path, message, hint])).to.deep.equal([
      ["rules[2].condition", "column 10: 'average' is not an aggregation", "did you mean 'avg'?"],
      ["rules[2].scale", "column 1: 'up' is not a direction", "write out, in or to"],
    ]);
    expect(places(errors)[0]).to.equal("7:18 InvalidValue rules[2].condition");
  });

  const WRONG_RULES: readonly (readonly [string, string, string])[] = [
    ["{ scale: out 1 }", "MissingField rules[2].condition", "missing"],
    ["{ condition: CpuUtilizationPercentage > 70 avg 5m }", "MissingField rules[2].scale", "missing"],
    ["out 2", "InvalidType rules[2]", "must be a map"],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 1, cool: 5 }",
      "UnknownField rules[2].cool",
      "no field",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 1m, scale: out 1 }",
      "InvalidValue rules[2].condition",
      "out of range",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 13h, scale: out 1 }",
      "InvalidValue rules[2].condition",
      "out of range",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 1, cooldown: 0 }",
      "InvalidValue rules[2].cooldown",
      "range",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 1, timegrain: mid 1m }",
      "InvalidValue rules[2].timegrain",
      "'mid'",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 1, timegrain: avg 30s }",
      "InvalidValue rules[2].timegrain",
      "range",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 1, timegrain: avg 10m }",
      "BadArgument rules[2].timegrain",
      "longer",
    ],
    [
      "{ condition: CpuUtilizationPercentage > 70 avg 5m, scale: out 1, resource: queue }",
      "NotSupported rules[2].resource",
      "neither",
    ],
    [
      `{ condition: '"Microsoft.Web/sites" CpuUtilizationPercentage > 70 avg 5m', scale: out 1 }`,
      "NotSupported rules[2].condition",
      "no metrics",
    ],
  ];
  for (const [line, fault, message] of WRONG_RULES) {
    it(`refuses the rule ${line}`, () => {
      const { errors } = rule(line);
      expect(errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([fault]);
      expect(errors[0]?.message).to.include(message);
    });
  }

  const WRONG_PROFILES: readonly (readonly [readonly string[], string, string])[] = [
    [["start: 2026-12-24"], "MissingField profiles[0].end", "missing"],
    [["start: 2026-02-30", "end: 2026-03-01"], "InvalidValue profiles[0].start", "not a date"],
    [["start: '2026-12-24T25:00'", "end: 2026-12-25"], "InvalidValue profiles[0].start", "not a date"],
    [["start: '2026-12-24T08:00+02:00'", "end: 2026-12-25"], "InvalidValue profiles[0].start", "offset"],
    [["recurrence: week xyz"], "InvalidValue profiles[0].recurrence", "'xyz' is not a day"],
    [["recurrence: week s"], "InvalidValue profiles[0].recurrence", "'s' is not a day"],
    [["recurrence: week"], "InvalidValue profiles[0].recurrence", "names no day"],
    [["recurrence: sat sat"], "InvalidValue profiles[0].recurrence", "Saturday twice"],
    [["recurrence: week sat", "start: '24:30'"], "InvalidValue profiles[0].start", "not a time of day"],
    [["recurrence: week sat", "start: '22:00'", "end: '06:00'"], "BadArgument profiles[0].end", "not after the start"],
    [["recurrence: week sat", "timezone: EST"], "InvalidValue profiles[0].timezone", "not a known time zone"],
    [["recurrence: week sat", "color: red"], "UnknownField profiles[0].color", "no field"],
  ];
  for (const [lines, fault, message] of WRONG_PROFILES) {
    it(`refuses the profile { ${lines.join(", ")} }`, () => {
      const { errors } = profile(...lines);
      expect(errors.map(({ code, path }) => `${code} ${path}`)).to.deep.equal([fault]);
      expect(errors[0]?.message).to.include(message);
    });
  }

  it("gives a file that is not recognised the faults of this form", () => {
    const { errors } = parse("minimum: 2\nmaximum: 5\n");
    expect(errors.map(({ code, path }) => `${code} ${path}`)).to.have.members([
      "MissingField count",
      "UnknownField minimum",
      "UnknownField maximum",
    ]);
  });
});
