import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { formatPath, type LocatedDocument, placeholderHint, type YamlPath } from "./document";
import type { ErrorCode } from "./error-codes";
import type { Rule, SpecError } from "./errors";
import type { Result } from "./findings";

/** What a schema's own rule says beside its message: `{ params: {...} }` of a zod refinement. */
export interface FaultParams {
  readonly code: ErrorCode;
  readonly allowed?: string;
  readonly hint: string;
  readonly rule?: Rule;
  readonly source?: string;
}

/** Whose schema it is: stands in every fault whose own rule does not say otherwise. */
export interface SchemaTerms {
  readonly rule: Rule;
  readonly source?: string;
}

interface Context {
  readonly document: LocatedDocument;
  readonly prefix: YamlPath;
  readonly schema: z.ZodType;
  readonly terms: SchemaTerms;
}

/**
 * Checks a document against a schema. Every fault becomes one `SpecError` at the place in the file where it stands.
 *
 * @param prefix path of the checked value inside the document, when it is not the whole of it
 */
export function check<T extends z.ZodType>(
  schema: T,
  document: LocatedDocument,
  terms: SchemaTerms = { rule: "stack" },
  value: unknown = document.value,
  prefix: YamlPath = [],
): Result<z.output<T> | undefined> {
  const result = schema.safeParse(value, { reportInput: true });
  const issues = result.success ? [] : result.error.issues;
  const errors = issues.flatMap((issue) => toErrors(issue, { document, prefix, schema, terms }));
  return { value: result.data, findings: { errors, warnings: [] } };
}

/**
 * Checks a document key by key, so that what is right can be used even when something else is wrong.
 *
 * @returns the keys that passed; undefined when the document is not a map at all
 */
export function checkFields<T extends z.ZodObject>(
  schema: T,
  document: LocatedDocument,
  terms: SchemaTerms,
): Result<Partial<z.output<T>> | undefined> {
  const { value } = document;
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { value: undefined, findings: { errors: [noMap(document, terms)], warnings: [] } };
  }
  const errors: SpecError[] = [];
  const shape = schema.shape as Record<string, z.ZodType>;
  const fields = value as Record<string, unknown>;
  const passed: Record<string, unknown> = {};
  for (const [key, field] of Object.entries(shape)) {
    const seen = Object.hasOwn(fields, key) ? withoutDates(fields[key], field) : undefined;
    const result = field.safeParse(seen, { reportInput: true });
    if (!result.success) {
      for (const issue of result.error.issues) {
        errors.push(
          ...toErrors({ ...issue, path: [key, ...issue.path] } as z.core.$ZodIssue, {
            document,
            prefix: [],
            schema,
            terms,
          }),
        );
      }
    } else if (result.data !== undefined) {
      passed[key] = result.data;
    }
  }
  for (const key of Object.keys(fields).filter((key) => !Object.hasOwn(shape, key))) {
    errors.push(unknownKey(key, [key], { document, prefix: [], schema, terms }, Object.keys(shape)));
  }
  return { value: passed as Partial<z.output<T>>, findings: { errors, warnings: [] } };
}

function noMap(document: LocatedDocument, { source }: SchemaTerms): SpecError {
  const { value } = document;
  const empty = value === null || value === undefined;
  return {
    code: "InvalidYaml",
    ...document.at([]),
    path: "",
    message: empty ? "the file is empty" : "the file must be a map of fields",
    value: empty ? undefined : show(value),
    allowed: "a map: 'name: …' and so on",
    hint: "write the fields at the top level of the file",
    rule: "yaml",
    source,
  };
}

/** A date is no map, but the schema library would read it as an empty one. In its place stands text, which is no map either. */
function withoutDates(value: unknown, schema: z.ZodType | undefined): unknown {
  if (value instanceof Date) {
    const inner = schema === undefined ? undefined : unwrap(schema);
    const map = inner instanceof z.ZodObject || inner instanceof z.ZodRecord || inner instanceof z.ZodUnion;
    return map ? value.toISOString().slice(0, 10) : value;
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return value;
  }
  const entries = Object.entries(value);
  const changed = entries.map(
    ([key, inner]) => [key, withoutDates(inner, schemaAt(schema ?? z.unknown(), [key]))] as const,
  );
  return changed.every(([, inner], index) => inner === entries[index]?.[1]) ? value : Object.fromEntries(changed);
}

function toErrors(issue: z.core.$ZodIssue, context: Context): SpecError[] {
  const { document, schema, terms } = context;
  const path = [...context.prefix, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  const base = { ...document.at(path), path: formatPath(path), rule: terms.rule, source: terms.source };
  const seen = show(issue.input);
  const last = String(path.at(-1) ?? "");
  const missing: SpecError = {
    ...base,
    code: "MissingField",
    message: `'${last}' is missing`,
    hint: `add '${last}'`,
  };
  const placeholder = typeof issue.input === "string" ? placeholderHint(issue.input) : undefined;
  if (placeholder !== undefined && ["invalid_type", "invalid_value", "custom"].includes(issue.code)) {
    const params = issue.code === "custom" ? (issue.params as FaultParams | undefined) : undefined;
    const allowed = params?.allowed;
    return [{ ...base, ...placeholderFault(placeholder), value: seen, allowed, ...termsOf(params, terms) }];
  }
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, [...path, key], context, knownKeys(schema, issue.path)));
    case "invalid_type":
    case "invalid_value": {
      const allowed = issue.code === "invalid_type" ? typeName(issue.expected) : issue.values.map(String).join(", ");
      if (issue.input === undefined) {
        return [{ ...missing, allowed }];
      }
      return issue.code === "invalid_type"
        ? [
            {
              ...base,
              code: "InvalidType",
              message: `must be ${typeName(issue.expected)}`,
              value: seen,
              allowed,
              hint: "write a value of that type",
            },
          ]
        : [
            {
              ...base,
              code: "InvalidValue",
              message: "is not one of the allowed values",
              value: seen,
              allowed,
              hint: "choose one of the allowed values",
            },
          ];
    }
    case "too_small":
    case "too_big": {
      const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      const characters = bound.endsWith(" 1") ? "character" : "characters";
      const allowed = issue.origin === "string" ? `${bound} ${characters}` : bound;
      return [
        {
          ...base,
          code: "InvalidValue",
          message: "is out of range",
          value: seen,
          allowed,
          hint: `write a value of ${allowed}`,
        },
      ];
    }
    case "invalid_key": {
      const place = { ...document.keyAt(path), value: last };
      return issue.issues.flatMap((inner) =>
        toErrors({ ...inner, path: issue.path } as z.core.$ZodIssue, context).map((error) => ({ ...error, ...place })),
      );
    }
    case "invalid_union":
      return unionErrors(issue, base, seen, missing, context);
    case "custom": {
      const params = issue.params as FaultParams | undefined;
      if (params?.code === "MissingField") {
        return [{ ...missing, allowed: params.allowed, ...termsOf(params, terms) }];
      }
      return [
        {
          ...base,
          code: params?.code ?? "InvalidValue",
          message: issue.message,
          value: seen,
          allowed: params?.allowed,
          hint: params?.hint ?? "correct the value",
          ...termsOf(params, terms),
        },
      ];
    }
    default:
      return [{ ...base, code: "InvalidValue", message: issue.message, value: seen, hint: "correct the value" }];
  }
}

/** A placeholder of a template that nobody filled in; what is wrong with its text otherwise does not matter. */
export function placeholderFault(hint: string): Pick<SpecError, "code" | "message" | "hint"> {
  return { code: "TemplatePlaceholder", message: "has a placeholder of a template in it, not a value", hint };
}

/** Of several forms, one may fit the value's type and fail only inside: then its own faults are the useful ones. */
function unionErrors(
  issue: z.core.$ZodIssueInvalidUnion,
  base: Pick<SpecError, "file" | "line" | "column" | "path" | "rule" | "source">,
  seen: string | undefined,
  missing: SpecError,
  context: Context,
): SpecError[] {
  const allowed = schemaDescription(context.schema, issue.path);
  if (issue.input === undefined) {
    return [{ ...missing, allowed }];
  }
  const fitting = issue.errors.filter(
    (faults) => !faults.some((fault) => fault.code === "invalid_type" && fault.path.length === 0),
  );
  const only = fitting[0];
  if (fitting.length === 1 && only !== undefined) {
    return only.flatMap((inner) =>
      toErrors({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, context),
    );
  }
  return [
    {
      ...base,
      code: "InvalidType",
      message: "has none of the forms that are allowed here",
      value: seen,
      allowed,
      hint: "write one of the allowed forms",
    },
  ];
}

function termsOf(params: FaultParams | undefined, terms: SchemaTerms): Pick<SpecError, "rule" | "source"> {
  return { rule: params?.rule ?? terms.rule, source: params?.source ?? terms.source };
}

/** The schema library's names of types as people say them. */
function typeName(expected: string): string {
  const names: Readonly<Record<string, string>> = {
    string: "text",
    object: "a map",
    record: "a map",
    array: "a list",
    int: "an integer",
    number: "a number",
    boolean: "a boolean",
  };
  return names[expected] ?? expected;
}

function unknownKey(key: string, path: YamlPath, { document, terms }: Context, known: readonly string[]): SpecError {
  const near = nearest(key, known);
  return {
    code: "UnknownField",
    ...document.keyAt(path),
    path: formatPath(path),
    message: `there is no field '${key}'`,
    value: key,
    allowed: known.length > 0 ? known.join(", ") : undefined,
    hint: near === undefined ? "remove it" : `did you mean '${near}'?`,
    rule: terms.rule,
    source: terms.source,
  };
}

/** The schema at a path, through objects, lists, maps and the wrappers around them. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let current: z.ZodType | undefined = unwrap(schema);
  for (const step of path) {
    current = current === undefined ? undefined : inside(current, String(step));
    current = current === undefined ? undefined : unwrap(current);
  }
  return current;
}

/** One step into a schema; of several forms, the first that has such an inside. */
function inside(schema: z.ZodType, step: string): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return (schema.shape as Record<string, z.ZodType>)[step];
  }
  if (schema instanceof z.ZodArray) {
    return schema.element as z.ZodType;
  }
  if (schema instanceof z.ZodRecord) {
    return schema.valueType as z.ZodType;
  }
  return schema instanceof z.ZodUnion
    ? (schema.options as z.ZodType[]).map((option) => inside(unwrap(option), step)).find((each) => each !== undefined)
    : undefined;
}

function unwrap(schema: z.ZodType): z.ZodType {
  let current = schema;
  for (;;) {
    if (
      current instanceof z.ZodOptional ||
      current instanceof z.ZodNullable ||
      current instanceof z.ZodDefault ||
      current instanceof z.ZodPrefault
    ) {
      current = current.unwrap() as z.ZodType;
    } else if (current instanceof z.ZodPipe) {
      // A preprocess step has its schema on the right, a transform on the left.
      current = (current.in instanceof z.ZodTransform ? current.out : current.in) as z.ZodType;
    } else {
      return current;
    }
  }
}

function knownKeys(schema: z.ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  const candidates = found instanceof z.ZodUnion ? (found.options as z.ZodType[]).map(unwrap) : [found];
  return candidates.flatMap((option) => (option instanceof z.ZodObject ? Object.keys(option.shape) : []));
}

function schemaDescription(schema: z.ZodType, path: readonly PropertyKey[]): string | undefined {
  return schemaAt(schema, path)?.description;
}

/** A value as an error shows it. */
export function show(value: unknown): string | undefined {
  if (value === undefined) {
    return undefined;
  }
  const text = typeof value === "string" ? `'${value}'` : (JSON.stringify(value) ?? String(value));
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

/** The candidate closest to a misspelt word, when one is close enough to be meant. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const scored = candidates
    .map((candidate) => ({ candidate, away: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.away - b.away);
  const best = scored[0];
  // Of a short word nothing would be left: two letters are two slips away from any other two.
  const near = best !== undefined && best.away < word.length && best.away <= Math.max(2, Math.floor(word.length / 3));
  return near ? best.candidate : undefined;
}
