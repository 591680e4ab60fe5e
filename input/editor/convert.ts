import { z } from "zod";

/** A JSON Schema (draft-07), with the extra keywords of VS Code and its YAML extension. */
export interface JsonSchema {
  readonly [keyword: string]: unknown;
  readonly type?: string | readonly string[];
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, JsonSchema | false>>;
  readonly patternProperties?: Readonly<Record<string, JsonSchema | false>>;
  readonly propertyNames?: JsonSchema;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  /** Azure document that states the rule of a field; absent where the page of the whole file does. */
  readonly $comment?: string;
}

/** What a file may hold by a schema: what is written, before defaults and conversions. */
export function toJsonSchema(schema: z.ZodType): JsonSchema {
  const { $schema, ...rest } = z.toJSONSchema(schema, {
    target: "draft-07",
    io: "input",
    // What only code can check (a transform without metadata) is anything at all to an editor.
    unrepresentable: "any",
  });
  return tidy(rest as JsonSchema);
}

/** Without what says nothing about a field, and with our own metadata as keywords that editors know. */
function tidy({ source, ...schema }: JsonSchema): JsonSchema {
  const known = defaultOf(schema);
  const tidied: JsonSchema = {
    ...schema,
    $comment: typeof source === "string" ? source : undefined,
    doNotSuggest: schema.readOnly === true ? true : undefined,
    // The converter knows defaults as they are after the conversion; people write what stands in the description.
    default: known ?? (isEmpty(schema.default) ? undefined : schema.default),
    // Bounds of what JavaScript can count to.
    minimum: schema.minimum === Number.MIN_SAFE_INTEGER ? undefined : schema.minimum,
    maximum: schema.maximum === Number.MAX_SAFE_INTEGER ? undefined : schema.maximum,
    propertyNames: JSON.stringify(schema.propertyNames) === '{"type":"string"}' ? undefined : schema.propertyNames,
    properties: schema.properties === undefined ? undefined : mapValues(schema.properties, tidy),
    additionalProperties: isEmpty(schema.additionalProperties) ? undefined : inner(schema.additionalProperties),
    items: schema.items === undefined ? undefined : tidy(schema.items),
    anyOf: schema.anyOf?.map(tidy),
  };
  return Object.fromEntries(Object.entries(tidied).filter(([, value]) => value !== undefined));
}

function inner(schema: JsonSchema | boolean | undefined): JsonSchema | boolean | undefined {
  return typeof schema === "object" ? tidy(schema) : schema;
}

function mapValues(
  properties: Readonly<Record<string, JsonSchema | false>>,
  change: (schema: JsonSchema) => JsonSchema,
): Record<string, JsonSchema | false> {
  return Object.fromEntries(
    Object.entries(properties).map(([key, value]) => [key, value === false ? value : change(value)]),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** Descriptions say the default, once and for people too: "… (default: 5000)". Only plain values are completed. */
function defaultOf(schema: JsonSchema): unknown {
  const written = /\(default: ([^;)]+)/.exec(schema.description ?? "")?.[1];
  const first = schema.anyOf?.[0] ?? schema;
  if (written === undefined) {
    return undefined;
  }
  switch (first.type) {
    case "integer":
    case "number":
      return Number(written);
    case "boolean":
      return written === "true";
    case "string":
      return written;
    default:
      return first.enum?.includes(written) === true ? written : undefined;
  }
}

/**
 * The schema with a change deep inside. A step is the name of a property; `*` stands for any other property, `[]` for the items
 * of a list, `{}` for the one of several forms that is a map.
 */
export function changed(
  schema: JsonSchema,
  path: readonly string[],
  change: (found: JsonSchema) => JsonSchema,
): JsonSchema {
  const [step, ...rest] = path;
  if (step === undefined) {
    return change(schema);
  }
  const inner = (found: unknown): JsonSchema => {
    if (typeof found !== "object" || found === null) {
      throw new Error(`the schema has nothing at '${path.join(".")}'`);
    }
    return changed(found as JsonSchema, rest, change);
  };
  switch (step) {
    case "*":
      return { ...schema, additionalProperties: inner(schema.additionalProperties) };
    case "[]":
      return { ...schema, items: inner(schema.items) };
    case "{}": {
      const map = schema.anyOf?.find(({ type }) => type === "object");
      return { ...schema, anyOf: schema.anyOf?.map((form) => (form === map ? inner(form) : form)) ?? [inner(map)] };
    }
    default:
      return { ...schema, properties: { ...schema.properties, [step]: inner(schema.properties?.[step]) } };
  }
}

/** With more said about a field deep inside: what only the rules of this folder know of it. */
export function described(schema: JsonSchema, path: readonly string[], more: string): JsonSchema {
  return changed(schema, path, (found) => ({ ...found, description: `${found.description}; ${more}` }));
}

/** Without these of its properties: strict maps then refuse them. */
export function withoutProperties(schema: JsonSchema, names: readonly string[]): JsonSchema {
  const kept = Object.entries(schema.properties ?? {}).filter(([name]) => !names.includes(name));
  return { ...schema, properties: Object.fromEntries(kept) };
}

export function requiring(schema: JsonSchema, ...names: readonly string[]): JsonSchema {
  return { ...schema, required: [...new Set([...(schema.required ?? []), ...names])] };
}

export function withRules(schema: JsonSchema, rules: readonly JsonSchema[]): JsonSchema {
  return { ...schema, allOf: [...(schema.allOf ?? []), ...rules] };
}

/** A rule about a field deep inside, for a map around it. Editors complete the field where it is described, not here. */
export function onField(path: readonly string[], rule: JsonSchema): JsonSchema {
  const [name, ...rest] = path;
  return name === undefined ? rule : { properties: { [name]: { doNotSuggest: true, ...onField(rest, rule) } } };
}

/** What holds where a condition does, and what where it does not. */
export function when(condition: JsonSchema, consequence: JsonSchema, otherwise?: JsonSchema): JsonSchema {
  return {
    if: condition,
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: consequence,
    ...(otherwise === undefined ? {} : { else: otherwise }),
  };
}
