import type { JsonSchema } from "../../input/editor/json-schema";
import { code, plain, table } from "./markdown";
import { allowedOf, typeOf } from "./reference-cells";

/** One kind of a document: a managed and a Kubernetes endpoint are two of one. */
export interface Variant {
  readonly label: string;
  readonly schema: JsonSchema;
}

/** What the names in a map are, from the outermost map inwards. */
const NAMES: Readonly<Record<string, readonly string[]>> = {
  collections: ["collection"],
  vmSizes: ["size"],
  models: ["model", "version"],
  environments: ["environment", "version"],
  code: ["code", "version"],
  registries: ["registry"],
  identities: ["identity"],
  connections: ["connection"],
};

/** A map with fields of its own, of one variant. */
interface FieldMap extends Variant {
  /** The way to it from the field that holds it: `[]` through a list, `.<name>` through a map. */
  readonly suffix: string;
  /** What its other keys are. */
  readonly names: readonly string[];
}

interface Section {
  readonly path: string;
  readonly body: string;
}

/**
 * Tables of all fields of a document, one for each map in it. Maps with the same fields share a table.
 *
 * @param sources documents that the fields are from; a field that is from another one names it
 */
export function fieldTables(variants: readonly Variant[], sources: readonly string[]): string {
  const sections = sectionsOf(
    "",
    variants.map((variant) => ({ ...variant, suffix: "", names: [] })),
    sources,
  );
  const bodies = [...new Set(sections.map(({ body }) => body))];
  return bodies
    .map((body) => {
      const [first = "", ...others] = sections.filter((section) => section.body === body).map(({ path }) => path);
      const also = others.map((path) => `- ${code(path)}`).join("\n");
      return [first === "" ? "" : `### ${code(first)}`, body, also === "" ? "" : `The same fields:\n\n${also}`]
        .filter((part) => part !== "")
        .join("\n\n");
    })
    .join("\n\n");
}

function sectionsOf(path: string, maps: readonly FieldMap[], sources: readonly string[]): Section[] {
  const names = [...new Set(maps.flatMap(({ schema }) => Object.keys(schema.properties ?? {})))];
  const inner = names.flatMap((name) => {
    const held = maps.flatMap(({ label, schema }) => mapsIn(label, propertyOf(schema, name) ?? {}, NAMES[name] ?? []));
    const suffixes = [...new Set(held.map(({ suffix }) => suffix))];
    return suffixes.flatMap((suffix) =>
      sectionsOf(
        `${path === "" ? "" : `${path}.`}${name}${suffix}`,
        held.filter((map) => map.suffix === suffix),
        sources,
      ),
    );
  });
  return [{ path, body: fieldTable(maps, names, sources) }, ...inner];
}

function propertyOf(schema: JsonSchema, name: string): JsonSchema | undefined {
  const found = schema.properties?.[name];
  return found === false ? undefined : found;
}

function fieldTable(maps: readonly FieldMap[], names: readonly string[], sources: readonly string[]): string {
  const named = names.map((name) => ({
    name,
    fields: maps.map(({ label, schema }) => ({
      label,
      field: propertyOf(schema, name),
      needed: schema.required?.includes(name) === true,
    })),
  }));
  const [other] = maps.map(({ schema, names: keys }) => ({
    key: keys[0] ?? "name",
    values: schema.additionalProperties,
  }));
  const others = typeof other?.values === "object" ? [{ name: `<${other.key}>`, field: other.values }] : [];
  const rows = [
    ...named,
    ...others.map(({ name, field }) => ({
      name,
      fields: maps.map(({ label }) => ({ label, field, needed: false })),
    })),
  ].filter(({ fields }) => fields.some(({ field }) => field !== undefined));
  // One column says it where both kinds have the same fields.
  const alike = rows.every(({ fields }) => new Set(fields.map(presenceOf)).size === 1);
  const labels = alike ? ["Needed"] : maps.map(({ label }) => label);
  return table(
    ["Field", "Type", "Default", "Allowed", ...labels, "What", "Source"],
    rows.map(({ name, fields }) => {
      const presence = fields.map(presenceOf);
      const needed = alike ? [presence[0] === "required" ? "yes" : ""] : presence;
      return row(name, fields, needed, sources);
    }),
  );
}

interface Field {
  readonly label: string;
  /** Absent where the kind does not have it. */
  readonly field?: JsonSchema;
  readonly needed: boolean;
}

function presenceOf({ field, needed }: Field): string {
  return field === undefined ? "–" : needed ? "required" : "yes";
}

function row(
  name: string,
  fields: readonly Field[],
  needed: readonly string[],
  sources: readonly string[],
): readonly string[] {
  const having = fields.flatMap(({ label, field }) => (field === undefined ? [] : [{ label, field }]));
  const cell = (read: (field: JsonSchema) => string): string => {
    const cells = having.map(({ label, field }) => ({ label, text: read(field) }));
    return new Set(cells.map(({ text }) => text)).size === 1
      ? (cells[0]?.text ?? "")
      : cells.flatMap(({ label, text }) => (text === "" ? [] : [`${label}: ${text}`])).join("; ");
  };
  return [
    code(name),
    cell(typeOf),
    cell(({ default: known }) => (known === undefined || known === "" ? "" : code(String(known)))),
    cell(allowedOf),
    ...needed,
    cell(({ description }) => plain(withoutDefault(description ?? ""))),
    cell(({ $comment }) => ($comment === undefined || sources.includes($comment) ? "" : $comment)),
  ];
}

/** The default has a column of its own. */
function withoutDefault(description: string): string {
  return description.replace(/\(default: [^;)]+; /, "(").replace(/ ?\(default: [^;)]+\)/, "");
}

/** Maps with fields of their own in a field: itself, one of its forms, the items of a list, the values of a map. */
function mapsIn(label: string, schema: JsonSchema, names: readonly string[]): FieldMap[] {
  const behind = (suffix: string, inside: unknown, rest: readonly string[]): FieldMap[] =>
    typeof inside === "object" && inside !== null
      ? mapsIn(label, inside as JsonSchema, rest).map((map) => ({ ...map, suffix: suffix + map.suffix }))
      : [];
  const [name = "name", ...rest] = names;
  const own = Object.keys(schema.properties ?? {}).length > 0;
  return [
    ...(own ? [{ label, suffix: "", names, schema }] : []),
    ...(schema.anyOf ?? []).flatMap((form) => mapsIn(label, form, names)),
    ...[schema.then, schema.else].flatMap((form) => behind(titleOf(form), form, names)),
    ...behind("[]", schema.items, names),
    ...behind(`.<${name}>`, schema.additionalProperties, rest),
  ];
}

/** Two kinds of map in one place are told apart by their titles. */
function titleOf(form: unknown): string {
  const title = (form as JsonSchema | undefined)?.title;
  return title === undefined ? "" : ` (${String(title)})`;
}
