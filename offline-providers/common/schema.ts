import type { Value } from "./values";

/** What a property holds. `set` is a list whose order means nothing. */
export type PropertyType =
  | "string"
  | "int"
  | "bool"
  | { readonly map: "string" }
  | { readonly list: PropertyType }
  | { readonly set: PropertyType }
  | { readonly object: Properties };

export interface Property {
  readonly type: PropertyType;
  /** What a change does to a resource that exists. */
  readonly change: "replace" | "update";
  /** `never`: the program decides. `unset`: the provider fills it in when the program does not. `always`: an output. */
  readonly computed: "never" | "unset" | "always";
  readonly required?: boolean;
  /** The official default, written into the inputs as the official plug-in does. */
  readonly default?: Value;
  /** Output that is always secret. */
  readonly secret?: boolean;
  /** Setting it back to "" is not a change: the image's own value is what "" means. */
  readonly blankKeepsOld?: boolean;
  /** A list whose order is no difference, though a real change is told by index. */
  readonly unordered?: boolean;
  /** Why this provider cannot honour the property, though the official one can. Using it is a failure. */
  readonly unsupported?: string;
  /** What is wrong with a known value, or undefined. */
  readonly check?: (value: Value) => string | undefined;
}

export type Properties = { readonly [name: string]: Property };
type Extra = Omit<Property, "type" | "change" | "computed">;

/** An input whose change replaces the resource. */
export const replace = (type: PropertyType, extra: Extra = {}): Property => ({
  type,
  change: "replace",
  computed: "never",
  ...extra,
});
/** An input whose change is an update in place. */
export const update = (type: PropertyType, extra: Extra = {}): Property => ({
  type,
  change: "update",
  computed: "never",
  ...extra,
});
/** The same input, filled in by the provider when it is not given. */
export const orComputed = (property: Property): Property => ({ ...property, computed: "unset" });
/** A pure output. */
export const output = (type: PropertyType, extra: Extra = {}): Property => ({
  type,
  change: "update",
  computed: "always",
  ...extra,
});

export const list = (item: PropertyType): PropertyType => ({ list: item });
export const set = (item: PropertyType): PropertyType => ({ set: item });
export const object = (fields: Properties): PropertyType => ({ object: fields });
export const stringMap: PropertyType = { map: "string" };

/** The type of a list's or set's items; undefined for any other type. */
export function itemType(type: PropertyType): PropertyType | undefined {
  if (typeof type !== "object") {
    return undefined;
  }
  if ("list" in type) {
    return type.list;
  }
  return "set" in type ? type.set : undefined;
}

export const isSet = (type: PropertyType): boolean => typeof type === "object" && "set" in type;
export const fieldsOf = (type: PropertyType): Properties | undefined =>
  typeof type === "object" && "object" in type ? type.object : undefined;

const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;
/** `a.b`, or `a["b c"]` when the key is not an identifier: the engine's property paths. */
export function childPath(parent: string, key: string): string {
  if (!IDENTIFIER.test(key)) {
    return `${parent}[${JSON.stringify(key)}]`;
  }
  return parent === "" ? key : `${parent}.${key}`;
}
