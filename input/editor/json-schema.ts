import type { JsonSchema } from "./convert";
import { deploymentDocument } from "./deployment";
import { endpointDocument } from "./endpoint";
import { stackDocument } from "./stack";

export type { JsonSchema } from "./convert";

/** The documents that there is a schema for. */
export const SCHEMA_NAMES = ["endpoint", "deployment", "stack"] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];

interface SchemaDocument {
  /** Name of the schema's file. */
  readonly file: string;
  readonly title: string;
  readonly description: string;
  readonly body: () => JsonSchema;
}

const DOCUMENTS: Readonly<Record<SchemaName, SchemaDocument>> = {
  endpoint: {
    file: "online-endpoint.json",
    title: "Azure ML online endpoint",
    description: "managed, or Kubernetes when it names a compute",
    body: endpointDocument,
  },
  deployment: {
    file: "online-deployment.json",
    title: "Azure ML online deployment",
    description: "managed, or Kubernetes with type: kubernetes",
    body: deploymentDocument,
  },
  stack: {
    file: "stack.json",
    title: "stack of mlendpoints",
    description: "Pulumi.<stack>.yaml: what one environment consists of",
    body: stackDocument,
  },
};

export function schemaFile(name: SchemaName): string {
  return DOCUMENTS[name].file;
}

/**
 * The JSON Schema of a document, for editors. Draft-07, because that is what the YAML extension of VS Code speaks in full.
 * A file that `mlendpoints check` accepts is valid by it; what it cannot say stands in `input/editor/gaps.ts`.
 */
export function jsonSchema(name: SchemaName): JsonSchema {
  const { title, description, body } = DOCUMENTS[name];
  return { $schema: "http://json-schema.org/draft-07/schema#", title, description, ...body() };
}
