import { expect } from "chai";
import fc from "fast-check";
import { type Condition, parseCondition } from "../../../../input/azure/autoscale/condition";
import { DIMENSION_OPERATORS, OPERATORS, TIME_AGGREGATIONS } from "../../../../input/azure/autoscale/model";
import { parseScale } from "../../../../input/azure/autoscale/scale";
import { formatPeriod } from "../../../../input/documents/duration";
import { runs } from "../../../support/effort";

function read(text: string): Condition {
  const parsed = parseCondition(text);
  if (!parsed.ok) {
    throw new Error(`column ${parsed.column}: ${parsed.message}`);
  }
  return parsed.condition;
}

describe("parseCondition", () => {
  it("reads the condition of the documented sample", () => {
    expect(read("CpuUtilizationPercentage > 70 avg 5m")).to.deep.equal({
      metric: "CpuUtilizationPercentage",
      operator: "GreaterThan",
      threshold: 70,
      timeAggregation: "Average",
      timeWindowSeconds: 300,
      dimensions: [],
    });
  });

  it("reads every operator and every aggregation, in any case", () => {
    const operators = { "==": "Equals", "!=": "NotEquals", ">": "GreaterThan", ">=": "GreaterThanOrEqual" };
    for (const [sign, operator] of Object.entries({ ...operators, "<": "LessThan", "<=": "LessThanOrEqual" })) {
      expect(read(`RequestLatency ${sign} 0.5 max 1h`)).to.include({
        operator,
        threshold: 0.5,
        timeAggregation: "Maximum",
      });
    }
    const words = { avg: "Average", MIN: "Minimum", max: "Maximum", Total: "Total", count: "Count", last: "Last" };
    for (const [word, timeAggregation] of Object.entries(words)) {
      expect(read(`RequestLatency > 70 ${word} 10m`)).to.include({ timeAggregation, timeWindowSeconds: 600 });
    }
  });

  it("reads dimensions: 'or' and commas between values, 'and' and commas between dimensions", () => {
    const both = [
      { name: "deployment", operator: "Equals", values: ["blue", "green"] },
      { name: "statusCodeClass", operator: "NotEquals", values: ["5xx"] },
    ];
    const start = "RequestsPerMinute > 100 avg 10m";
    for (const filter of [
      "where deployment == blue or green and statusCodeClass != 5xx",
      "WHERE deployment==blue, green AND statusCodeClass!=5xx",
      "where deployment == blue or green, statusCodeClass != 5xx",
    ]) {
      expect(read(`${start} ${filter}`).dimensions, filter).to.deep.equal(both);
    }
  });

  it("reads a namespace, a metric of several words and quoted values", () => {
    const condition = read(`"Some/namespace" Percentage  CPU > 70 avg 5m where instanceId == 'it''s or' or b`);
    expect(condition).to.include({ namespace: "Some/namespace", metric: "Percentage CPU" });
    expect(condition.dimensions[0]?.values).to.deep.equal(["it's or", "b"]);
  });

  const WRONG: readonly (readonly [string, number, string, string])[] = [
    ["", 1, "the name of the metric is missing", "write METRIC"],
    ["> 70 avg 5m", 1, "the name of the metric is missing", "write METRIC"],
    ["Cpu 70 avg 5m", 5, "there is no operator", "write METRIC"],
    ["Cpu = 70 avg 5m", 5, "'=' is not an operator", "did you mean '=='?"],
    ["Cpu => 70 avg 5m", 5, "'=>' is not an operator", "did you mean '>='?"],
    ["Cpu > 70% avg 5m", 7, "'70%' is not a number", "write a number without a unit"],
    ["Cpu > 70,5 avg 5m", 7, "'70,5' is not a number", "write a number without a unit"],
    ["Cpu > 70 average 5m", 10, "'average' is not an aggregation", "did you mean 'avg'?"],
    ["Cpu > 70 totl 5m", 10, "'totl' is not an aggregation", "did you mean 'total'?"],
    ["Cpu > 70 5m", 10, "'5m' is not an aggregation", ""],
    ["Cpu > 70 avg", 13, "the period is missing", "write METRIC"],
    ["Cpu > 70 avg 5", 14, "'5' is not a length of time", "write it as in 5m"],
    ["Cpu > 70 avg 5m when x == 1", 17, "'when' stands after the end", "write METRIC"],
    ["Cpu > 70 avg 5m where", 22, "the name of a dimension is missing", "write DIMENSION"],
    ["Cpu > 70 avg 5m where a", 24, "there is no operator after 'a'", "write DIMENSION"],
    ["Cpu > 70 avg 5m where a > 1", 25, "'>' is not an operator of dimensions", "write DIMENSION"],
    ["Cpu > 70 avg 5m where a == ", 28, "a value of 'a' is missing", "write DIMENSION"],
    ["Cpu > 70 avg 5m where a == x y", 30, "'y' is not expected here", "write 'or'"],
    ["Cpu > 70 avg 5m where a == x and y", 35, "there is no operator after 'y'", "write DIMENSION"],
    ['"ns Cpu > 70 avg 5m', 1, "the quote is not closed", "close the namespace"],
    ["Cpu* > 70 avg 5m", 4, "'*' cannot stand in the name of a metric", "correct the name"],
  ];
  for (const [text, column, message, hint] of WRONG) {
    it(`says column ${column} for '${text}'`, () => {
      const parsed = parseCondition(text);
      expect(parsed).to.include({ ok: false, column });
      expect(parsed).to.have.property("message").that.includes(message);
      expect(parsed).to.have.property("hint").that.includes(hint);
    });
  }

  it("answers any text, and a fault's column lies inside it or at its end", () => {
    const words = fc.constantFrom("Cpu", ">", "==", "70", "avg", "5m", "where", "and", "or", ",", "'", '"', " ", "a");
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 14 }).map((list) => list.join(" ")),
    );
    fc.assert(
      fc.property(text, (input) => {
        const parsed = parseCondition(input);
        if (!parsed.ok) {
          expect(parsed.column).to.be.within(1, input.length + 1);
          expect(parsed.hint).to.not.equal("");
        }
      }),
    );
  });
});

const SIGNS: Readonly<Record<Condition["operator"], string>> = {
  Equals: "==",
  NotEquals: "!=",
  GreaterThan: ">",
  GreaterThanOrEqual: ">=",
  LessThan: "<",
  LessThanOrEqual: "<=",
};

const WORDS: Readonly<Record<Condition["timeAggregation"], string>> = {
  Average: "avg",
  Minimum: "min",
  Maximum: "max",
  Total: "total",
  Count: "count",
  Last: "last",
};

/** A condition in Azure's grammar; every value of a dimension in quotes. */
function written({ namespace, metric, operator, threshold, ...rest }: Condition): string {
  const filters = rest.dimensions.map(({ name, operator: sign, values }) => {
    const quoted = values.map((value) => `'${value.replaceAll("'", "''")}'`);
    return `${name} ${sign === "Equals" ? "==" : "!="} ${quoted.join(" or ")}`;
  });
  return [
    ...(namespace === undefined ? [] : [`"${namespace}"`]),
    `${metric} ${SIGNS[operator]} ${threshold} ${WORDS[rest.timeAggregation]} ${formatPeriod(rest.timeWindowSeconds)}`,
    ...(filters.length === 0 ? [] : [`where ${filters.join(" and ")}`]),
  ].join(" ");
}

describe("a condition of any kind", () => {
  const word = fc.stringMatching(/^[A-Za-z_]\w{0,12}$/).filter((text) => !/^(and|or|where)$/i.test(text));
  const condition: fc.Arbitrary<Condition> = fc.record(
    {
      namespace: fc.stringMatching(/^[\w./-]{0,20}$/),
      metric: fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" ")),
      operator: fc.constantFrom(...OPERATORS),
      threshold: fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
      timeAggregation: fc.constantFrom(...TIME_AGGREGATIONS),
      timeWindowSeconds: fc.nat(),
      dimensions: fc.array(
        fc.record({
          name: word,
          operator: fc.constantFrom(...DIMENSION_OPERATORS),
          values: fc.array(fc.oneof(fc.string(), word, fc.constantFrom("or", "and", "it's")), {
            minLength: 1,
            maxLength: 4,
          }),
        }),
        { maxLength: 3 },
      ),
    },
    { requiredKeys: ["metric", "operator", "threshold", "timeAggregation", "timeWindowSeconds", "dimensions"] },
  );

  it("is read as it was meant", () => {
    fc.assert(
      fc.property(condition, (given) => {
        expect(parseCondition(written(given))).to.deep.equal({ ok: true, condition: given });
      }),
      { numRuns: runs(500) },
    );
  });
});

describe("parseScale", () => {
  it("reads out, in and to, by number and by percent", () => {
    const step = (text: string) => parseScale(text);
    expect(step("out 2")).to.deep.equal({ ok: true, step: { direction: "Increase", type: "ChangeCount", value: 2 } });
    expect(step(" IN  1 ")).to.deep.equal({ ok: true, step: { direction: "Decrease", type: "ChangeCount", value: 1 } });
    expect(step("out 20%")).to.deep.equal({
      ok: true,
      step: { direction: "Increase", type: "PercentChangeCount", value: 20 },
    });
    expect(step("to 5")).to.deep.equal({ ok: true, step: { direction: "None", type: "ExactCount", value: 5 } });
  });

  const WRONG: readonly (readonly [string, number, string])[] = [
    ["", 1, "the direction is missing"],
    ["up 2", 1, "'up' is not a direction"],
    ["out", 4, "the number of instances is missing"],
    ["out two", 5, "'two' is not a number of instances"],
    ["in 0", 4, "the number must be 1 or more"],
    ["to 20%", 4, "'to' takes a number of instances, not a percentage"],
    ["out 2  now", 8, "'now' is not expected here"],
  ];
  for (const [text, column, message] of WRONG) {
    it(`refuses '${text}'`, () => {
      expect(parseScale(text)).to.include({ ok: false, column, message });
    });
  }
});
