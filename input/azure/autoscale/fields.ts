import { z } from "zod";
import { type FaultParams, nearest } from "../../documents/check";
import { formatPeriod, parseDuration } from "../../documents/duration";
import { whole } from "../fields";
import { SOURCES } from "./model";
import { findTimeZone, nearestTimeZone } from "./time-zones";

/** The building blocks of both forms of an autoscale file. */

const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** Ranges of Azure Monitor, in seconds (reference of the resource type). */
export const TIME_GRAIN = { min: MINUTE, max: 12 * HOUR } as const;
export const TIME_WINDOW = { min: 5 * MINUTE, max: 12 * HOUR } as const;
export const COOLDOWN = { min: MINUTE, max: 7 * 24 * HOUR } as const;

interface Range {
  readonly min: number;
  readonly max: number;
}

/** What a field's own reader says of a value that it refuses. */
interface Refusal extends FaultParams {
  readonly message: string;
}

/** Text that `read` turns into something else, or refuses. */
export function read<T>(
  expected: string,
  take: (text: string) => { readonly value: T } | { readonly refusal: Refusal },
): z.ZodType<T, unknown> {
  return z
    .string()
    .describe(expected)
    .transform((text, context): T => {
      const result = take(text);
      if ("value" in result) {
        return result.value;
      }
      const { message, ...params } = result.refusal;
      context.issues.push({ code: "custom", input: text, message, params });
      return z.NEVER;
    });
}

/** One of Azure's words in any case; the result has Azure's spelling. */
export function oneOf<const W extends readonly string[]>(words: W) {
  return read<W[number]>(words.join(", "), (text) => {
    const folded = text.trim().toLowerCase();
    const value = words.find((word) => word.toLowerCase() === folded);
    const near = nearest(text.trim(), words);
    return value !== undefined
      ? { value }
      : {
          refusal: {
            code: "InvalidValue",
            message: "is not one of the allowed words",
            allowed: words.join(", "),
            hint: near === undefined ? "choose one of the allowed words" : `did you mean '${near}'?`,
          },
        };
  });
}

/** A map whose keys are compared without regard to case: Microsoft's own samples have `Dimensions` beside `timeGrain`. */
export function fields<T extends z.ZodRawShape>(shape: T) {
  const known = Object.keys(shape);
  return z.preprocess((value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      return value;
    }
    return Object.fromEntries(
      Object.entries(value).map(([key, field]) => [
        known.find((name) => name.toLowerCase() === key.toLowerCase()) ?? key,
        field,
      ]),
    );
  }, z.strictObject(shape));
}

/** An ISO duration in seconds. */
export function isoDuration(range: Range) {
  const expected = "an ISO 8601 duration, such as PT5M";
  return read<number>(expected, (text) => {
    const parsed = parseDuration(text);
    if (!parsed.ok) {
      const hint = "write it as in PT5M or PT1H30M";
      return { refusal: { code: "InvalidValue", message: parsed.message, allowed: expected, hint } };
    }
    const refusal = outOfRange(parsed.seconds, range);
    return refusal === undefined ? { value: parsed.seconds } : { refusal };
  });
}

/** Why a length of time is too short or too long, if it is. */
export function outOfRange(seconds: number, { min, max }: Range): Refusal | undefined {
  return seconds >= min && seconds <= max
    ? undefined
    : {
        code: "InvalidValue",
        message: "is out of range",
        allowed: `${formatPeriod(min)} to ${formatPeriod(max)}`,
        hint: seconds < min ? `write at least ${formatPeriod(min)}` : `write at most ${formatPeriod(max)}`,
        rule: "service",
        source: SOURCES.reference,
      };
}

/** A number of instances; digits in quotes count as one. How many there may be is checked with the limits. */
export function instances() {
  return whole().refine((count) => count >= 1, {
    message: "a managed online deployment cannot scale to zero",
    params: {
      code: "InvalidValue",
      allowed: "at least 1",
      hint: "write 1 or more",
      rule: "service",
      source: SOURCES.howTo,
    } satisfies FaultParams,
  });
}

/** A number; digits in quotes count as one. */
export function decimal() {
  return z.preprocess(
    (value) => (typeof value === "string" && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value),
    z.number(),
  );
}

/** A time zone by its Windows or IANA name; the result is the IANA name. */
export function timeZone() {
  return read<string>("a time zone, such as Pacific Standard Time or Europe/Berlin", (text) => {
    const value = findTimeZone(text);
    const near = nearestTimeZone(text);
    return value !== undefined
      ? { value }
      : {
          refusal: {
            code: "InvalidValue",
            message: "is not a known time zone",
            allowed: "a Windows name (Pacific Standard Time, UTC) or an IANA name (Europe/Berlin)",
            hint: near === undefined ? "write the name as Windows or IANA has it" : `did you mean '${near}'?`,
            rule: "service",
            source: SOURCES.reference,
          },
        };
  });
}
