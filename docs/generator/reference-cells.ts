import type { JsonSchema } from "../../input/editor/json-schema";
import { code, plain } from "./markdown";

/** What a field's type and its allowed values are, in words. */

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: "text",
  object: "map",
  array: "list",
  integer: "integer",
  number: "number",
  boolean: "boolean",
};

/** Of the forms of one value, those that are other spellings of the first are left out. */
function formsOf(schema: JsonSchema): readonly JsonSchema[] {
  const forms = (schema.anyOf ?? [schema]).filter(({ $ref, type }) => $ref === undefined && type !== "null");
  const [first] = forms;
  const spelling = first?.enum !== undefined || ["integer", "number", "boolean"].includes(String(first?.type));
  return first !== undefined && spelling ? [first] : forms;
}

export function typeOf(schema: JsonSchema): string {
  const words = [...new Set(formsOf(schema).map(formType))].join(" or ");
  return mayBeSecret(schema) ? `${words}, may be encrypted` : words;
}

function formType(form: JsonSchema): string {
  const inside = form.properties === undefined ? form.additionalProperties : undefined;
  if (form.enum !== undefined) {
    return "word";
  }
  if (typeof inside === "object") {
    return `map of ${formsOf(inside).map(formType).map(several).join(" or ")}`;
  }
  if (form.type === "array" && form.items !== undefined) {
    return `list of ${formsOf(form.items).map(formType).map(several).join(" or ")}`;
  }
  const types = typeof form.type === "string" ? [form.type] : (form.type ?? []);
  return types.length === 0 ? "anything" : types.map((each) => TYPE_WORDS[each] ?? each).join(" or ");
}

function several(type: string): string {
  return type.replace(/^(map|list|integer|number|boolean|word)\b/, "$1s");
}

function mayBeSecret(schema: JsonSchema): boolean {
  const { additionalProperties: values } = schema;
  return (
    schema.anyOf?.some((form) => form.$ref !== undefined || mayBeSecret(form)) === true ||
    (schema.properties === undefined && typeof values === "object" && mayBeSecret(values))
  );
}

/** Longer lists of forms are for the editor; the page says what they are. */
const LONGEST = 120;

export function allowedOf(schema: JsonSchema): string {
  const inside = schema.properties === undefined ? schema.additionalProperties : undefined;
  const values = typeof inside === "object" ? allowedOf(inside) : "";
  return [...new Set([...formsOf(schema).map(allowedForm), values, countOf(schema)])]
    .filter((part) => part !== "")
    .join("; ");
}

function allowedForm(form: JsonSchema): string {
  if (form.const !== undefined) {
    return code(String(form.const));
  }
  if (form.enum !== undefined) {
    return form.enum.map((word) => code(String(word))).join(", ");
  }
  const message = String(form.patternErrorMessage ?? "").replace(/^(allowed: |must be )/, "");
  return [rangeOf(form), plain(message.length > LONGEST ? (form.description ?? "") : message)]
    .filter((part) => part !== "")
    .join(", ");
}

function rangeOf({ minimum, exclusiveMinimum, maximum }: JsonSchema): string {
  if (minimum !== undefined && maximum !== undefined) {
    return `${String(minimum)} to ${String(maximum)}`;
  }
  const [sign, bound] =
    minimum !== undefined ? ["≥", minimum] : exclusiveMinimum !== undefined ? [">", exclusiveMinimum] : ["≤", maximum];
  return bound === undefined ? "" : `${sign} ${String(bound)}`;
}

function countOf({ maxProperties, minItems, maxItems }: JsonSchema): string {
  return [
    maxProperties === undefined ? "" : maxProperties === 0 ? "empty" : `at most ${String(maxProperties)}`,
    minItems === undefined ? "" : `at least ${String(minItems)}`,
    maxItems === undefined ? "" : `at most ${String(maxItems)}`,
  ]
    .filter((part) => part !== "")
    .join(", ");
}
