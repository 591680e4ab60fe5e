import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ownValues } from "./config";
import type { StackSource } from "./load";

/** Folder of the stacks' config files, `stackConfigDir` of Pulumi.yaml. */
const STACKS = "stacks";

/** What stands in place of a value that only the engine can decrypt. */
export const ENCRYPTED = "[secret]";

/** Config file of a stack, as the user would type it. */
export function stackFile(stack: string): string {
  return path.join(STACKS, `Pulumi.${stack}.yaml`);
}

export interface StackFileSource extends StackSource {
  /** Keys whose whole value is encrypted; they are not among the values. */
  readonly encrypted: readonly string[];
}

/**
 * A stack's config without an engine. Encrypted values are not known here: a secret key of a connection is there, as
 * `[secret]`; a whole value that was set with `--secret` is left out.
 */
export function readStackFile(stack: string): StackFileSource {
  const file = stackFile(stack);
  const own = Object.entries(ownConfig(existsSync(file) ? readFileSync(file, "utf8") : ""));
  const plain = own.filter(([, value]) => !isEncrypted(value));
  return {
    file,
    values: Object.fromEntries(plain.map(([key, value]) => [key, withoutCiphers(asEngineGives(value))])),
    encrypted: own.filter(([, value]) => isEncrypted(value)).map(([key]) => key),
  };
}

/** Plain texts that a stack's file has for another package: `docker:host` is `host` of `docker`. */
export function packageSettings(stack: string, name: string): Readonly<Record<string, string>> {
  const file = stackFile(stack);
  const all = Object.entries(fileConfig(existsSync(file) ? readFileSync(file, "utf8") : ""));
  const texts = all.filter((entry): entry is [string, string] => typeof entry[1] === "string");
  const prefix = `${name}:`;
  return Object.fromEntries(
    texts.filter(([key]) => key.startsWith(prefix)).map(([key, value]) => [key.slice(prefix.length), value]),
  );
}

function ownConfig(text: string): Readonly<Record<string, unknown>> {
  return ownValues(fileConfig(text));
}

function fileConfig(text: string): Readonly<Record<string, unknown>> {
  try {
    return (parse(text) as { readonly config?: Readonly<Record<string, unknown>> } | null)?.config ?? {};
  } catch {
    // What is wrong with the YAML is told, with its place, by whoever reads the file for positions.
    return {};
  }
}

/** `pulumi config set` writes every value as text; the engine gives it as JSON where it is JSON. */
function asEngineGives(value: unknown): unknown {
  return typeof value === "string" ? parseConfigText(value) : value;
}

/** A config value as the engine gives it: structured ones as JSON, plain ones as they are. */
export function parseConfigText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function withoutCiphers(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutCiphers);
  }
  if (isEncrypted(value)) {
    return ENCRYPTED;
  }
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutCiphers(inner)]))
    : value;
}

/** How the engine writes a secret into the file. */
function isEncrypted(value: unknown): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).length === 1 &&
    typeof (value as { secure?: unknown }).secure === "string"
  );
}
