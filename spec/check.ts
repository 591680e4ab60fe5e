import { distance } from "fastest-levenshtein";
import { z } from "zod";
import { formatPath, type LocatedDocument, type YamlPath } from "./document";
import type { SpecError } from "./errors";

/**
 * Checks a document against a schema. Every fault becomes one `SpecError` at the place in the file where it stands.
 *
 * @param prefix path of the checked value inside the document, when it is not the whole of it
 */
export function check<T extends z.ZodType>(
  schema: T,
  document: LocatedDocument,
  errors: SpecError[],
  value: unknown = document.value,
  prefix: YamlPath = [],
): z.output<T> | undefined {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) {
    return result.data;
  }
  for (const issue of result.error.issues) {
    errors.push(...toErrors(issue, document, prefix, schema));
  }
  return undefined;
}

/** What a schema's own rule says beside its message: `{ params: {...} }` of a zod refinement. */
export interface FaultParams {
  readonly code: string;
  readonly allowed?: string;
  readonly hint: string;
}

function toErrors(
  issue: z.core.$ZodIssue,
  document: LocatedDocument,
  prefix: YamlPath,
  schema: z.ZodType,
): SpecError[] {
  const path = [...prefix, ...issue.path.map((step) => (typeof step === "symbol" ? String(step) : step))];
  const base = { file: document.file, ...document.at(path), path: formatPath(path) };
  const seen = show(issue.input);
  switch (issue.code) {
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, [...path, key], document, knownKeys(schema, issue.path)));
    case "invalid_type":
      return issue.input === undefined
        ? [
            {
              ...base,
              code: "MissingField",
              message: `'${String(path.at(-1) ?? "")}' is missing`,
              allowed: issue.expected,
              hint: `add '${String(path.at(-1) ?? "")}'`,
            },
          ]
        : [
            {
              ...base,
              code: "InvalidType",
              message: `must be ${issue.expected}`,
              value: seen,
              allowed: issue.expected,
              hint: "write a value of that type",
            },
          ];
    case "invalid_value":
      return [
        {
          ...base,
          code: issue.input === undefined ? "MissingField" : "InvalidValue",
          message:
            issue.input === undefined
              ? `'${String(path.at(-1) ?? "")}' is missing`
              : "is not one of the allowed values",
          value: issue.input === undefined ? undefined : seen,
          allowed: issue.values.map(String).join(", "),
          hint: "choose one of the allowed values",
        },
      ];
    case "too_small":
    case "too_big": {
      const bound = issue.code === "too_small" ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
      return [
        {
          ...base,
          code: "InvalidValue",
          message: "is out of range",
          value: seen,
          allowed: bound,
          hint: `write a value of ${bound}`,
        },
      ];
    }
    case "invalid_union": {
      // Of several forms, one may fit the value's type and fail only inside: then its own faults are the useful ones.
      const fitting = issue.errors.filter(
        (faults) => !faults.some((f) => f.code === "invalid_type" && f.path.length === 0),
      );
      const only = fitting[0];
      if (fitting.length === 1 && only !== undefined) {
        return only.flatMap((inner) =>
          toErrors({ ...inner, path: [...issue.path, ...inner.path] } as z.core.$ZodIssue, document, prefix, schema),
        );
      }
      return [
        {
          ...base,
          code: issue.input === undefined ? "MissingField" : "InvalidType",
          message: "has none of the forms that are allowed here",
          value: seen,
          allowed: schemaDescription(schema, issue.path),
          hint: "write one of the allowed forms",
        },
      ];
    }
    case "custom": {
      const params = issue.params as FaultParams | undefined;
      return [
        {
          ...base,
          code: params?.code ?? "InvalidValue",
          message: issue.message,
          value: seen,
          allowed: params?.allowed,
          hint: params?.hint ?? "correct the value",
        },
      ];
    }
    default:
      return [{ ...base, code: "InvalidValue", message: issue.message, value: seen, hint: "correct the value" }];
  }
}

function unknownKey(key: string, path: YamlPath, document: LocatedDocument, known: readonly string[]): SpecError {
  const near = nearest(key, known);
  return {
    code: "UnknownField",
    file: document.file,
    ...document.keyAt(path),
    path: formatPath(path),
    message: `there is no field '${key}'`,
    value: key,
    allowed: known.length > 0 ? known.join(", ") : undefined,
    hint: near === undefined ? "remove it" : `did you mean '${near}'?`,
  };
}

/** The schema at a path, through objects, lists, maps and the wrappers around them. */
function schemaAt(schema: z.ZodType, path: readonly PropertyKey[]): z.ZodType | undefined {
  let current: z.ZodType | undefined = unwrap(schema);
  for (const step of path) {
    if (current instanceof z.ZodObject) {
      current = (current.shape as Record<string, z.ZodType>)[String(step)];
    } else if (current instanceof z.ZodArray) {
      current = current.element as z.ZodType;
    } else if (current instanceof z.ZodRecord) {
      current = current.valueType as z.ZodType;
    } else {
      return undefined;
    }
    current = current === undefined ? undefined : unwrap(current);
  }
  return current;
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

function show(value: unknown): string | undefined {
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
  return best !== undefined && best.away <= Math.max(2, Math.floor(word.length / 3)) ? best.candidate : undefined;
}
