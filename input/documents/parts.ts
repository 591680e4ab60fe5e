import { z } from "zod";
import { check, type SchemaTerms } from "./check";
import type { LocatedDocument, YamlPath } from "./document";
import type { Result } from "./findings";

/**
 * A value, or as much of it as could be read. Rules about several fields run on this, so that a fault in one field does not
 * hide that two others do not go together.
 */
export type Parts<T> = T extends readonly (infer Item)[]
  ? readonly Parts<Item>[] | undefined
  : T extends object
    ? { readonly [Key in keyof T]: Parts<T[Key]> } | undefined
    : T | undefined;

/** The parts of something that is there: its fields may all be missing. */
export type PartsOf<T> = NonNullable<Parts<T>>;

export interface Checked<T> {
  /** Absent when anything is wrong with it. */
  readonly whole: T | undefined;
  /** Absent when it is of another type altogether. */
  readonly parts: Parts<T>;
}

/**
 * `check`, with what is right when something is wrong. Parameters are those of `check`.
 *
 * @returns the whole value, and the parts of it without faults
 */
export function checkParts<T extends z.ZodType>(
  schema: T,
  document: LocatedDocument,
  terms: SchemaTerms,
  value: unknown,
  prefix: YamlPath,
): Result<Checked<z.output<T>>> {
  const { value: whole, findings } = check(schema, document, terms, value, prefix);
  return { value: { whole, parts: (whole ?? readable(schema, value)) as Parts<z.output<T>> }, findings };
}

/** Whether no part is missing. Only for types without optional fields. */
export function isWhole<T>(parts: Parts<T>): parts is Parts<T> & T {
  return parts !== undefined && (!isContainer(parts) || Object.values(parts).every((part) => isWhole<unknown>(part)));
}

function readable(schema: z.ZodType, value: unknown): unknown {
  const result = schema.safeParse(value);
  if (result.success) {
    return result.data;
  }
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  ) {
    return readable(schema.unwrap() as z.ZodType, value);
  }
  if (schema instanceof z.ZodPipe && schema.in instanceof z.ZodTransform) {
    const prepared = schema.in.safeParse(value);
    return prepared.success ? readable(schema.out as z.ZodType, prepared.data) : undefined;
  }
  if (schema instanceof z.ZodObject && isContainer(value) && !Array.isArray(value)) {
    const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
    return Object.fromEntries(
      fields.map(([key, field]) => [key, readable(field, Object.hasOwn(value, key) ? value[key] : undefined)]),
    );
  }
  return schema instanceof z.ZodArray && Array.isArray(value)
    ? value.map((item) => readable(schema.element as z.ZodType, item))
    : undefined;
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
