import { z } from "zod";
import type { FaultParams } from "../documents/check";
import type { Rule } from "../documents/errors";
import { type Casing, type Form, flagForm, fractionForm, textForm, wholeForm, wordForm, wordPattern } from "./forms";

/**
 * The building blocks of the schemas of Azure's files. They take what Microsoft's client takes: numbers and booleans also as
 * text, words in any case. What only the service refuses carries `rule: "service"`.
 */

/** A rule of Azure's about a value, for the fault that breaks it. */
export interface Terms {
  readonly rule?: Rule;
  /** Azure document that says so. */
  readonly source?: string;
}

/** The two kinds of online endpoints and deployments. */
export type OnlineKind = "managed" | "kubernetes";

interface Fault {
  readonly message: string;
  readonly params: FaultParams;
}

/** A scalar that is read by `read`, which answers with the value or with what is wrong with it. */
function scalar<T>(expected: string, read: (value: unknown) => { readonly value: T } | Fault | undefined, json: Form) {
  return z
    .unknown()
    .transform((seen, context): T => {
      const result = seen === undefined ? undefined : read(seen);
      if (result !== undefined && "value" in result) {
        return result.value;
      }
      const missing = seen === undefined;
      context.issues.push({
        code: "custom",
        input: seen,
        message: result?.message ?? (missing ? "is missing" : `must be ${expected}`),
        params: {
          ...(result?.params ?? {
            code: missing ? "MissingField" : "InvalidType",
            allowed: expected,
            hint: missing ? "add it" : "write a value of that type",
          }),
        },
      });
      return z.NEVER;
    })
    .meta(json);
}

export interface WholeOptions extends Terms {
  readonly min?: number;
  readonly max?: number;
  readonly description?: string;
}

/**
 * A whole number; digits in quotes count as one, as in Microsoft's client. That client cuts the decimals of `1.5` off without
 * a word: here they are refused.
 */
export function whole({ min, max, rule = "service", source, description }: WholeOptions = {}) {
  const bounds = [min === undefined ? undefined : `at least ${min}`, max === undefined ? undefined : `at most ${max}`];
  const allowed = `an integer${bounds.some((bound) => bound !== undefined) ? `, ${bounds.filter((b) => b !== undefined).join(", ")}` : ""}`;
  return scalar<number>(
    "an integer",
    (seen) => {
      const number =
        typeof seen === "number"
          ? seen
          : typeof seen === "string" && /^\s*[+-]?\d+(_\d+)*\s*$/.test(seen)
            ? Number(seen.replaceAll("_", ""))
            : undefined;
      if (number === undefined || !Number.isFinite(number)) {
        return undefined;
      }
      if (!Number.isInteger(number)) {
        return {
          message: "must be an integer",
          params: { code: "InvalidType", allowed, hint: "write a number without decimals", rule, source },
        };
      }
      if ((min !== undefined && number < min) || (max !== undefined && number > max)) {
        const bound = min !== undefined && number < min ? bounds[0] : bounds[1];
        return {
          message: "is out of range",
          params: { code: "InvalidValue", allowed, hint: `write a value of ${bound}`, rule, source },
        };
      }
      return { value: number };
    },
    { ...wholeForm({ min, max }), description, source },
  );
}

/** A number between two bounds; digits in quotes count as one. */
export function fraction(min: number, max: number, description: string) {
  const allowed = `a number from ${min} to ${max}`;
  return scalar<number>(
    "a number",
    (seen) => {
      const number =
        typeof seen === "number" ? seen : typeof seen === "string" && seen.trim() !== "" ? Number(seen) : Number.NaN;
      if (!Number.isFinite(number)) {
        return undefined;
      }
      return number < min || number > max
        ? {
            message: "is out of range",
            params: { code: "InvalidValue", allowed, hint: `write ${allowed}`, rule: "schema" },
          }
        : { value: number };
    },
    { ...fractionForm({ min, max }), description },
  );
}

const YES = ["t", "true", "on", "y", "yes", "1"];
const NO = ["f", "false", "off", "n", "no", "0"];

/** A boolean; the words of YAML 1.1 in quotes count as one. */
export function flag(description: string) {
  return scalar<boolean>(
    "a boolean",
    (seen) => {
      const word = typeof seen === "boolean" ? String(seen) : String(seen).toLowerCase();
      const scalarSeen = ["boolean", "string", "number"].includes(typeof seen);
      return scalarSeen && YES.includes(word)
        ? { value: true }
        : scalarSeen && NO.includes(word)
          ? { value: false }
          : undefined;
    },
    { ...flagForm([...YES, ...NO]), description },
  );
}

function fold(text: string, casing: Casing): string {
  return casing === "lower" ? text.toLowerCase() : snakeCase(text);
}

/** Camel case to snake case, as Microsoft's client reads `AMLToken` and `TargetUtilization`. */
export function snakeCase(text: string): string {
  return text
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/** One of a few words, in any case. */
export function word<const W extends readonly [string, ...string[]]>(
  words: W,
  description: string,
  casing: Casing = "lower",
) {
  return scalar<W[number]>(
    words.join(" or "),
    (seen) => {
      const folded = typeof seen === "string" ? fold(seen, casing) : undefined;
      return folded !== undefined && words.includes(folded)
        ? { value: folded }
        : {
            message: "is not one of the allowed words",
            params: { code: "InvalidValue", allowed: words.join(", "), hint: "choose one of the allowed words" },
          };
    },
    { ...wordForm(words, casing), description },
  );
}

/** Text. Numbers and booleans are not text, not even to Microsoft's client. */
export function text(description: string, pattern?: { readonly match: RegExp; readonly allowed: string } & Terms) {
  const schema = z.string().describe(description);
  return pattern === undefined
    ? schema
    : schema
        .refine((value) => pattern.match.test(value), {
          message: "does not have the form that is asked for",
          params: {
            code: "BadArgument",
            allowed: pattern.allowed,
            hint: "write it in that form",
            rule: pattern.rule,
            source: pattern.source,
          } satisfies FaultParams,
        })
        .meta({ ...textForm(pattern.match.source, pattern.allowed), description, source: pattern.source });
}

export const NAME_PATTERN = /^[a-zA-Z]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/;

/** Endpoint and deployment names: a letter, then letters, digits and inner dashes, 3 to 32 characters (SDK, quota page). */
export function name(description: string, terms: Terms) {
  const allowed = "3 to 32 characters: a letter first, then letters, digits and dashes, no dash at the end";
  return z
    .string()
    .describe(description)
    .refine((seen) => NAME_PATTERN.test(seen) && seen.length >= 3 && seen.length <= 32, {
      message: "is not a valid name",
      params: {
        code: "BadArgument",
        allowed,
        hint: "choose another name",
        ...terms,
      } satisfies FaultParams,
    })
    .meta({
      ...textForm(NAME_PATTERN.source, allowed),
      minLength: 3,
      maxLength: 32,
      description,
      source: terms.source,
    });
}

/** A name after parsing. Azure compares names without regard to case; one form inside means that nothing later has to. */
export type Name = string & { readonly __name: unique symbol };

export function toName(text: string): Name {
  return text.toLowerCase() as Name;
}

/** A map of whatever the user wants: tags and properties. */
export function freeMap(description: string) {
  return z.record(z.string(), z.unknown()).describe(description);
}

/** Version of an asset: text, or a number that was written without quotes. */
export const Version = z
  .union([z.string().min(1), z.number()])
  .describe("version of the asset")
  .transform(String);

/** A boolean that Microsoft's client wants as text, `'True'`, and its reference types as a boolean: both are read. */
export function quotedFlag(description: string) {
  return scalar<boolean>(
    "true or false",
    (seen) => {
      const folded = typeof seen === "boolean" || typeof seen === "string" ? String(seen).toLowerCase() : "";
      return folded === "true" || folded === "false" ? { value: folded === "true" } : undefined;
    },
    {
      anyOf: [{ type: "boolean" }, { type: "string", pattern: wordPattern(["true", "false"], "lower") }],
      description,
    },
  );
}

/** Anything but nothing: Microsoft's client does not look at it, but a key without a value stops it. */
export function anything(description: string) {
  return z
    .unknown()
    .optional()
    .refine((seen) => seen !== null, {
      message: "has no value",
      params: {
        code: "InvalidType",
        allowed: "any value",
        hint: "give it a value, or remove it",
      } satisfies FaultParams,
    })
    .meta({ not: { type: "null" }, errorMessage: "has no value", description });
}

/** A field that only Azure writes: `show` prints it, and what `show` prints can be fed back. */
export function readOnly(description: string, value: z.ZodType = z.string()) {
  return value.optional().meta({ readOnly: true, description: `${description} (read only: Azure writes it)` });
}

/** Percent by deployment. */
export function percentages(max: number, description: string, source: string) {
  return z
    .record(z.string(), whole({ min: 0, max, source, description: `percent, 0 to ${max}` }))
    .meta({ description, source });
}
