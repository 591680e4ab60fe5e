import { expect } from "chai";
import { armProfile, armRule, armRuleIn, armText, cliText, DEPLOYMENT_ID, parse } from "./support";

type Fields = Readonly<Record<string, unknown>>;

function faults(text: string): string[] {
  return parse(text)
    .errors.map(({ code, path }) => `${code} ${path}`)
    .sort();
}

const BACKWARDS = { start: "2026-02-01T00:00:00", end: "2026-01-01T00:00:00" };

describe("several faults of one profile", () => {
  const profiles: Readonly<Record<string, readonly [Fields, ...string[]]>> = {
    "a type fault in the capacity, dates in the wrong order": [
      { capacity: { minimum: "many", maximum: 5, default: 2 }, fixedDate: BACKWARDS },
      "BadArgument fixedDate.end",
      "InvalidType capacity.minimum",
    ],
    "dates in the wrong order, a minimum over the maximum": [
      { capacity: { minimum: 5, maximum: 2, default: 2 }, fixedDate: BACKWARDS },
      "BadArgument capacity.minimum",
      "BadArgument fixedDate.end",
    ],
    "a date that is none, a minimum over the maximum": [
      { capacity: { minimum: 5, maximum: 2, default: 2 }, fixedDate: { ...BACKWARDS, end: "soon" } },
      "BadArgument capacity.minimum",
      "InvalidValue fixedDate.end",
    ],
    "an unknown time zone, dates in the wrong order": [
      { fixedDate: { ...BACKWARDS, timeZone: "EST" } },
      "BadArgument fixedDate.end",
      "InvalidValue fixedDate.timeZone",
    ],
    "a default that is no number, a minimum over the maximum": [
      { capacity: { minimum: 5, maximum: 2, default: "two" } },
      "BadArgument capacity.minimum",
      "InvalidType capacity.default",
    ],
    "a maximum that is no number, a default under the minimum": [
      { capacity: { minimum: 3, maximum: "many", default: 2 } },
      "BadArgument capacity.default",
      "InvalidType capacity.maximum",
    ],
    "a minimum of zero, a default over the maximum, a maximum over the quota": [
      { capacity: { minimum: 0, maximum: 51, default: 52 } },
      "BadArgument capacity.default",
      "InvalidValue capacity.minimum",
      "OutOfQuota capacity.maximum",
    ],
    "an unknown field, a capacity out of order": [
      { colour: 1, capacity: { minimum: 5, maximum: 2, default: 2 } },
      "BadArgument capacity.minimum",
      "UnknownField colour",
    ],
    "a faulty recurrence beside a faulty date": [
      { fixedDate: { start: "soon", end: "later" }, recurrence: { frequency: "Day" } },
      "BadArgument recurrence",
      "InvalidValue fixedDate.end",
      "InvalidValue fixedDate.start",
      "InvalidValue recurrence.frequency",
      "MissingField recurrence.schedule",
    ],
    "a bound that is a fault, and no more": [
      { capacity: { minimum: 0, maximum: 2, default: 2 } },
      "InvalidValue capacity.minimum",
    ],
  };
  for (const [what, [fields, ...expected]] of Object.entries(profiles)) {
    it(`are all told: ${what}`, () => {
      expect(faults(armText([armProfile(fields)]))).to.deep.equal(
        expected.map((fault) => fault.replace(" ", " profiles[0].")).sort(),
      );
    });
  }

  it("do not hide that two profiles have one name, or that both are the default", () => {
    const faulty = armProfile({ capacity: { minimum: "x", maximum: 5, default: 2 } });
    expect(faults(armText([faulty, armProfile({ colour: 1 })]))).to.deep.equal([
      "BadArgument profiles[1]",
      "BadArgument profiles[1].name",
      "InvalidType profiles[0].capacity.minimum",
      "UnknownField profiles[1].colour",
    ]);
  });

  it("do not make a default profile of one whose date or recurrence has a fault, or a misspelt name", () => {
    for (const [fields, fault] of [
      [{ fixedDate: 5 }, "InvalidType profiles[1].fixedDate"],
      [{ fixdDate: { start: "2026-01-01", end: "2026-01-02" } }, "UnknownField profiles[1].fixdDate"],
      [{ recurence: null }, "UnknownField profiles[1].recurence"],
    ] as const) {
      expect(faults(armText([armProfile(), armProfile({ name: "other", ...fields })]))).to.deep.equal([fault]);
    }
  });
});

describe("several faults of one rule", () => {
  const rules: Readonly<Record<string, readonly [Fields, Fields, ...string[]]>> = {
    "a threshold that is no number, a metric that nobody knows": [
      { threshold: "high", metricName: "Cpu" },
      {},
      "InvalidType metricTrigger.threshold",
      "InvalidValue metricTrigger.metricName",
    ],
    "a cooldown that is none, a metric of the other resource": [
      { metricName: "RequestLatency" },
      { cooldown: "soon" },
      "BadArgument metricTrigger.metricName",
      "InvalidValue scaleAction.cooldown",
    ],
    "a direction that is none, a grain longer than the window, a foreign namespace": [
      { timeGrain: "PT10M", metricNamespace: "Microsoft.Web/sites" },
      { direction: "Up" },
      "BadArgument metricTrigger.timeGrain",
      "InvalidValue scaleAction.direction",
      "NotSupported metricTrigger.metricNamespace",
    ],
    "a statistic that is none, the metric of another deployment": [
      { statistic: "Mean", metricResourceUri: DEPLOYMENT_ID.replace("Blue", "green") },
      {},
      "InvalidValue metricTrigger.statistic",
      "NotSupported metricTrigger.metricResourceUri",
    ],
    "a dimension without values, of a name that the metric does not have": [
      { dimensions: [{ DimensionName: "colour", Operator: "Equals", Values: [] }] },
      {},
      "InvalidValue metricTrigger.dimensions",
      "InvalidValue metricTrigger.dimensions[0].Values",
    ],
    "a window out of range, and no more": [{ timeWindow: "PT1M" }, {}, "InvalidValue metricTrigger.timeWindow"],
    "no resource for a metric of the endpoint, and no more": [
      { metricResourceUri: undefined, metricName: "RequestLatency", dimensions: [] },
      {},
      "MissingField metricTrigger.metricResourceUri",
    ],
    "no resource for a metric that neither has": [
      { metricResourceUri: 5, metricName: "Cpu" },
      {},
      "InvalidType metricTrigger.metricResourceUri",
      "InvalidValue metricTrigger.metricName",
    ],
    "another service's resource for a metric of the endpoint, and no more": [
      { metricResourceUri: "/subscriptions/0/storageAccounts/a", metricName: "RequestLatency" },
      {},
      "NotSupported metricTrigger.metricResourceUri",
    ],
  };
  for (const [what, [trigger, action, ...expected]] of Object.entries(rules)) {
    it(`are all told: ${what}`, () => {
      const text = armText([armProfile({ rules: [armRule(), armRuleIn(), armRule(trigger, action)] })]);
      expect(faults(text)).to.deep.equal(expected.map((fault) => fault.replace(" ", " profiles[0].rules[2].")).sort());
    });
  }

  it("leave the warnings that they do not touch", () => {
    const sample = armRule({ operator: "LessThan", threshold: "low" });
    const { warnings } = parse(armText([armProfile({ rules: [armRule({ threshold: "x" }), sample] })]));
    expect(warnings.map(({ path }) => path)).to.have.members([
      "profiles[0].rules[1].scaleAction.direction",
      "profiles[0].rules",
    ]);
    const unread = parse(armText([armProfile({ rules: [armRule(), armRuleIn({}, { direction: "Down" })] })]));
    expect(unread.warnings).to.deep.equal([]);
  });
});

describe("several faults of the short form", () => {
  const files: Readonly<Record<string, readonly [string, ...string[]]>> = {
    "a count that is no number, a minimum over the maximum": [
      "min: 5\nmax: 2\ncount: two\n",
      "BadArgument min",
      "InvalidType count",
    ],
    "an unknown field, a minimum over the count": [
      "min: 3\ncount: 2\ncolour: 1\n",
      "BadArgument min",
      "UnknownField colour",
    ],
    "a bound that is a fault and not the count": ["min: x\nmax: 5\ncount: 2\n", "InvalidType min"],
    "dates in the wrong order beside a count of text and an unknown zone": [
      cliText(
        "profiles:",
        "  - { name: a, min: 3, max: 2, count: x, timezone: EST, start: 2026-02-01, end: 2026-01-01 }",
      ),
      "BadArgument profiles[0].end",
      "BadArgument profiles[0].min",
      "InvalidType profiles[0].count",
      "InvalidValue profiles[0].timezone",
    ],
    "an end before the start beside a day that is none": [
      cliText(
        "profiles:",
        "  - { name: a, count: 9, max: 2, recurrence: week satur sux, start: '18:00', end: '08:00' }",
      ),
      "BadArgument profiles[0].count",
      "BadArgument profiles[0].end",
      "InvalidValue profiles[0].recurrence",
    ],
    "a condition and an action": [
      cliText("rules:", "  - { condition: RequestLatency > 70 avg 1m, scale: up, timegrain: avg 6m }"),
      "BadArgument rules[0].condition",
      "InvalidValue rules[0].condition",
      "InvalidValue rules[0].scale",
    ],
    "a grain longer than the window beside a cooldown of text": [
      cliText("rules:", "  - { condition: Cpu > 70 avg 5m, scale: out 1, timegrain: avg 6m, cooldown: long }"),
      "BadArgument rules[0].timegrain",
      "InvalidType rules[0].cooldown",
      "InvalidValue rules[0].condition",
    ],
  };
  for (const [what, [text, ...expected]] of Object.entries(files)) {
    it(`are all told: ${what}`, () => {
      expect(faults(text)).to.deep.equal([...expected].sort());
    });
  }

  it("count the profiles that end recurring ones although something else is wrong", () => {
    const lines = (count: number) =>
      Array.from({ length: count }, (_, i) => `  - { name: p${i}, count: 2, recurrence: sat }`);
    for (const main of ["count: two", "count: 2\ncolour: 1"]) {
      expect(faults(["profiles:", ...lines(10), main].join("\n")).slice(0, 1)).to.deep.equal(["BadArgument profiles"]);
      expect(faults(["profiles:", ...lines(9), main].join("\n"))).to.have.length(1);
    }
  });

  it("count no end that could not be read: the profile may run all week long", () => {
    const lines = Array.from({ length: 10 }, (_, i) => `  - { name: p${i}, count: 2, recurrence: sat }`);
    lines[3] = "  - { name: p3, count: 2, recurrence: sat, end: late }";
    expect(faults(cliText("profiles:", ...lines))).to.deep.equal(["InvalidValue profiles[3].end"]);
  });

  it("do not call a recurring profile endless whose end could not be read", () => {
    const { errors, warnings } = parse(
      cliText("profiles:", "  - { name: a, count: 2, recurrence: week sat sun, end: late }"),
    );
    expect(errors.map(({ path }) => path)).to.deep.equal(["profiles[0].end"]);
    expect(warnings).to.deep.equal([]);
  });

  it("say of an endpoint's metric what a sound rule is told", () => {
    const [error] = parse(
      cliText("rules:", "  - { condition: RequestLatency > 70 avg 5m, scale: up 1 }"),
    ).errors.filter(({ code }) => code === "BadArgument");
    expect(error?.hint).to.equal("add 'resource: endpoint' to the rule");
  });
});
