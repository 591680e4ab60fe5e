import Ajv, { type ErrorObject } from "ajv";
import { formatPath, type YamlPath } from "../../../input/documents/document";
import { jsonSchema, type SchemaName } from "../../../input/editor/json-schema";

/** Keywords of VS Code and its YAML extension, which say nothing about what is valid. */
const EDITOR_KEYWORDS = [
  "patternErrorMessage",
  "errorMessage",
  "deprecationMessage",
  "doNotSuggest",
  "defaultSnippets",
];

/** Strict, so that a misspelt keyword is an error and not a rule that never holds. */
export function newAjv(): Ajv {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  ajv.addVocabulary(EDITOR_KEYWORDS);
  return ajv;
}

/** What is wrong with a value by a schema: nothing when the list is empty. */
export function validator(name: SchemaName): (value: unknown) => readonly ErrorObject[] {
  const validate = newAjv().compile(jsonSchema(name));
  return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

/** Paths that errors are about, as our own errors write them: the key that is missing or too much included. */
export function pathsOf(errors: readonly ErrorObject[]): string[] {
  return errors.map(({ instancePath, params }) => {
    const steps: YamlPath = instancePath
      .split("/")
      .slice(1)
      .map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"))
      .map((step) => (/^\d+$/.test(step) ? Number(step) : step));
    const key = params.missingProperty ?? params.additionalProperty ?? params.propertyName;
    return formatPath(key === undefined ? steps : [...steps, String(key)]);
  });
}

/** The value at a path of one of our errors. */
export function valueAt(value: unknown, path: string): unknown {
  const steps = path.split(/\.|(?=\[)/).map((step) => /^\[(\d+)\]$/.exec(step)?.[1] ?? step);
  return steps.reduce<unknown>(
    (holder, step) =>
      typeof holder === "object" && holder !== null ? (holder as Record<string, unknown>)[step] : undefined,
    value,
  );
}
