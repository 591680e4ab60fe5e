import { nearest } from "../../documents/check";
import { parsePeriod } from "../../documents/duration";
import type { DimensionFilter, DimensionOperator, Operator, TimeAggregation } from "./model";

/**
 * The condition of a rule as Azure's command line takes it:
 *
 *     CpuUtilizationPercentage > 70 avg 5m
 *     RequestsPerMinute > 100 avg 10m where deployment == blue and statusCodeClass == 4xx or 5xx
 *
 * Beyond Azure's grammar: `last`, negative numbers, and values of dimensions in single quotes.
 */
export interface Condition {
  /** In quotes before the metric. */
  readonly namespace?: string;
  readonly metric: string;
  readonly operator: Operator;
  readonly threshold: number;
  readonly timeAggregation: TimeAggregation;
  readonly timeWindowSeconds: number;
  readonly dimensions: readonly DimensionFilter[];
}

/** What is wrong with a text of one line; `column` is 1-based, inside the text. */
export interface TextFault {
  readonly ok: false;
  readonly column: number;
  readonly message: string;
  readonly allowed?: string;
  readonly hint: string;
}

export type ParsedCondition = { readonly ok: true; readonly condition: Condition } | TextFault;

const FORM = "METRIC OPERATOR NUMBER AGGREGATION PERIOD [where DIMENSION == VALUE [or VALUE] [and …]]";

const OPERATOR_SIGNS: Readonly<Record<string, Operator>> = {
  "==": "Equals",
  "!=": "NotEquals",
  ">": "GreaterThan",
  ">=": "GreaterThanOrEqual",
  "<": "LessThan",
  "<=": "LessThanOrEqual",
};

const MEANT_SIGNS: Readonly<Record<string, string>> = { "=": "==", "=>": ">=", "=<": "<=", "<>": "!=", "===": "==" };

const AGGREGATION_WORDS: Readonly<Record<string, TimeAggregation>> = {
  avg: "Average",
  min: "Minimum",
  max: "Maximum",
  total: "Total",
  count: "Count",
  last: "Last",
};

/** What people write instead; Azure's other forms of a rule have the long words. */
const LONG_WORDS: Readonly<Record<string, string>> = {
  average: "avg",
  mean: "avg",
  minimum: "min",
  maximum: "max",
  sum: "total",
};

const DIMENSION_SIGNS: Readonly<Record<string, DimensionOperator>> = { "==": "Equals", "!=": "NotEquals" };

const PLAIN_VALUE = /[\w.*:~-]+/y;
const KEYWORD = /^(and|or|where)$/i;

/** Reads a condition; a fault says the column where reading stopped. */
export function parseCondition(text: string): ParsedCondition {
  try {
    return { ok: true, condition: new ConditionReader(text).read() };
  } catch (error) {
    if (error instanceof Stop) {
      return error.fault;
    }
    throw error;
  }
}

/** Ends the reading from anywhere below; never leaves this file. */
class Stop extends Error {
  constructor(readonly fault: TextFault) {
    super(fault.message);
  }
}

class ConditionReader {
  private offset = 0;

  constructor(private readonly text: string) {}

  read(): Condition {
    this.skipBlanks();
    const namespace = this.namespace();
    const metric = this.metric();
    const operator = this.operator();
    const threshold = this.threshold();
    const timeAggregation = this.aggregation();
    const timeWindowSeconds = this.period();
    const dimensions = this.dimensions();
    return {
      ...(namespace === undefined ? {} : { namespace }),
      metric,
      operator,
      threshold,
      timeAggregation,
      timeWindowSeconds,
      dimensions,
    };
  }

  private namespace(): string | undefined {
    const start = this.offset;
    const quoted = this.take(/(["'])([^"']*)\1/y);
    if (quoted === undefined && /["']/.test(this.text[start] ?? "")) {
      this.stop(start, "the quote is not closed", "close the namespace with the same quote");
    }
    return quoted?.slice(1, -1);
  }

  private metric(): string {
    const start = this.offset;
    const name = (this.take(/[^<>=!]+/y) ?? "").trim();
    if (name === "") {
      this.stop(start, "the name of the metric is missing", `write ${FORM}`);
    }
    const odd = /[^\w\s./\\:%,|-]/.exec(name);
    if (odd !== null) {
      this.stop(
        start + odd.index,
        `'${odd[0]}' cannot stand in the name of a metric`,
        "correct the name of the metric",
      );
    }
    if (this.offset === this.text.length) {
      // Without an operator everything was taken for the name: its end is where the operator should be.
      const word = /^\S+/.exec(name)?.[0] ?? name;
      const at = start + word.length + 1;
      this.stop(Math.min(at, this.text.length), "there is no operator", `write ${FORM}`, operators());
    }
    return name.replace(/\s+/g, " ");
  }

  private operator(): Operator {
    const start = this.offset;
    const sign = this.take(/[<>=!]+/y) ?? "";
    const meant = MEANT_SIGNS[sign];
    const hint = meant === undefined ? "choose one of the operators" : `did you mean '${meant}'?`;
    return OPERATOR_SIGNS[sign] ?? this.stop(start, `'${sign}' is not an operator`, hint, operators());
  }

  private threshold(): number {
    const { word, start } = this.word("the number after the operator");
    return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(word) && Number.isFinite(Number(word))
      ? Number(word)
      : this.stop(start, `'${word}' is not a number`, "write a number without a unit, with a point: 0.5", "a number");
  }

  private aggregation(): TimeAggregation {
    const { word, start } = this.word("the aggregation");
    const words = Object.keys(AGGREGATION_WORDS);
    const near = LONG_WORDS[word.toLowerCase()] ?? nearest(word, words);
    const hint = near === undefined ? "choose one of them" : `did you mean '${near}'?`;
    return (
      AGGREGATION_WORDS[word.toLowerCase()] ??
      this.stop(start, `'${word}' is not an aggregation`, hint, words.join(", "))
    );
  }

  private period(): number {
    const { word, start } = this.word("the period");
    const period = parsePeriod(word);
    return period.ok
      ? period.seconds
      : this.stop(start, `'${word}' ${period.message}`, "write it as in 5m or 1h30m", "5m, 1h, 1h30m, PT5M");
  }

  private dimensions(): DimensionFilter[] {
    if (this.atEnd()) {
      return [];
    }
    const { word, start } = this.word("'where'");
    if (word.toLowerCase() !== "where") {
      this.stop(start, `'${word}' stands after the end of the condition`, `write ${FORM}`, "'where', or nothing");
    }
    const filters = [this.dimension()];
    while (!this.atEnd()) {
      const at = this.offset;
      // A comma also separates values; those are taken already.
      if (this.take(/and\b/iy) === undefined && this.take(/,/y) === undefined) {
        this.stop(
          at,
          `'${this.rest()}' is not expected here`,
          "write 'or' between values, 'and' between dimensions",
          "or, and",
        );
      }
      filters.push(this.dimension());
    }
    return filters;
  }

  private dimension(): DimensionFilter {
    this.skipBlanks();
    const start = this.offset;
    const name = this.take(/\w+/y);
    if (name === undefined || KEYWORD.test(name)) {
      this.stop(start, "the name of a dimension is missing", "write DIMENSION == VALUE");
    }
    this.skipBlanks();
    const at = this.offset;
    const sign = this.take(/[<>=!]+/y);
    const operator = DIMENSION_SIGNS[sign ?? ""];
    if (operator === undefined) {
      this.stop(
        at,
        sign === undefined ? `there is no operator after '${name}'` : `'${sign}' is not an operator of dimensions`,
        "write DIMENSION == VALUE; several values of one dimension have 'or' between them",
        Object.keys(DIMENSION_SIGNS).join(", "),
      );
    }
    const values = [this.value(name)];
    while (this.hasNextValue()) {
      values.push(this.value(name));
    }
    return { name, operator, values };
  }

  /** Takes the separator before another value of the same dimension. */
  private hasNextValue(): boolean {
    this.skipBlanks();
    const comma = this.peek(/,\s*\w+\s*[=!]/y) ? undefined : this.take(/,/y);
    return comma !== undefined || this.take(/or\b/iy) !== undefined;
  }

  private value(dimension: string): string {
    this.skipBlanks();
    const start = this.offset;
    const quoted = this.take(/'(?:[^']|'')*'/y);
    if (quoted !== undefined) {
      return quoted.slice(1, -1).replaceAll("''", "'");
    }
    const plain = this.take(PLAIN_VALUE);
    return plain === undefined || KEYWORD.test(plain)
      ? this.stop(start, `a value of '${dimension}' is missing`, "write DIMENSION == VALUE")
      : plain;
  }

  private word(what: string): { readonly word: string; readonly start: number } {
    this.skipBlanks();
    const start = this.offset;
    const word = this.take(/\S+/y);
    return word === undefined ? this.stop(start, `${what} is missing`, `write ${FORM}`) : { word, start };
  }

  private take(form: RegExp): string | undefined {
    form.lastIndex = this.offset;
    const found = form.exec(this.text)?.[0];
    this.offset += found?.length ?? 0;
    return found;
  }

  private peek(form: RegExp): boolean {
    form.lastIndex = this.offset;
    return form.test(this.text);
  }

  private rest(): string {
    return /\S+/.exec(this.text.slice(this.offset))?.[0] ?? "";
  }

  private atEnd(): boolean {
    this.skipBlanks();
    return this.offset === this.text.length;
  }

  private skipBlanks(): void {
    this.take(/\s+/y);
  }

  private stop(offset: number, message: string, hint: string, allowed?: string): never {
    throw new Stop({ ok: false, column: offset + 1, message, allowed, hint });
  }
}

function operators(): string {
  return Object.keys(OPERATOR_SIGNS).join(", ");
}
