import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { jsonSchema, SCHEMA_NAMES, type SchemaName, schemaFile } from "../input/editor/json-schema";

const USAGE = `mlendpoints schema ${SCHEMA_NAMES.join("|")}
mlendpoints schema --write FOLDER

The JSON Schemas of endpoint files, deployment files and Pulumi.<stack>.yaml, with which an editor completes and checks them.

  --write FOLDER   write all of them: ${SCHEMA_NAMES.map(schemaFile).join(", ")}

Exit status: 0, or 2 for wrong usage.`;

/** `mlendpoints schema …`; the exit status. */
export function schema(args: string[]): number {
  const options = readOptions(args);
  if (typeof options === "number") {
    return options;
  }
  if (options.write !== undefined) {
    writeAll(options.write);
  } else {
    console.log(text(options.name));
  }
  return 0;
}

type Options = { readonly write: string } | { readonly write?: undefined; readonly name: SchemaName };

function readOptions(args: string[]): Options | number {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { write: { type: "string" }, help: { type: "boolean", short: "h" } },
    });
    if (values.help === true) {
      console.log(USAGE);
      return 0;
    }
    if (values.write !== undefined) {
      return positionals.length === 0
        ? { write: values.write }
        : refuse("--write writes them all: give no name with it");
    }
    const name = SCHEMA_NAMES.find((each) => each === positionals[0]);
    if (positionals.length !== 1 || name === undefined) {
      return refuse(positionals.length === 1 ? `there is no schema '${positionals[0]}'` : "name one schema");
    }
    return { name };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function refuse(message: string): number {
  console.error(`mlendpoints schema: ${message}\n\n${USAGE}`);
  return 2;
}

function text(name: SchemaName): string {
  return JSON.stringify(jsonSchema(name), null, 2);
}

function writeAll(folder: string): void {
  mkdirSync(folder, { recursive: true });
  for (const name of SCHEMA_NAMES) {
    const file = path.join(folder, schemaFile(name));
    writeFileSync(file, `${text(name)}\n`);
    console.log(file);
  }
}
