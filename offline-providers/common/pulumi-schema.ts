import type { Provider } from "./provider";
import { fieldsOf, itemType, type Properties, type PropertyType } from "./schema";

type Spec = Record<string, unknown>;

/** The package schema the CLI asks for on import: types by shape only, since no SDK is generated from it. */
export function packageSchema<Client>(provider: Provider<Client>): string {
  const resources: Record<string, Spec> = {};
  for (const resource of provider.resources) {
    const all = Object.entries(resource.properties);
    const inputs = all.filter(([, property]) => property.computed !== "always");
    resources[resource.token] = {
      properties: specs(
        resource.properties,
        all.map(([name]) => name),
      ),
      inputProperties: specs(
        resource.properties,
        inputs.map(([name]) => name),
      ),
      requiredInputs: inputs.filter(([, property]) => property.required === true).map(([name]) => name),
    };
  }
  return JSON.stringify({ name: provider.name, version: provider.version, resources, types: {} });
}

function specs(properties: Properties, names: readonly string[]): Spec {
  const result: Spec = {};
  for (const name of names) {
    const property = properties[name];
    if (property === undefined) {
      continue;
    }
    result[name] = {
      ...typeSpec(property.type),
      ...(property.secret === true ? { secret: true } : {}),
      ...(property.change === "replace" ? { willReplaceOnChanges: true } : {}),
    };
  }
  return result;
}

function typeSpec(type: PropertyType): Spec {
  const item = itemType(type);
  if (item !== undefined) {
    return { type: "array", items: typeSpec(item) };
  }
  if (fieldsOf(type) !== undefined) {
    return { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } };
  }
  if (typeof type === "object") {
    return { type: "object", additionalProperties: { type: "string" } };
  }
  return { type: type === "int" ? "integer" : type === "bool" ? "boolean" : "string" };
}
