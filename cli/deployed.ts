import { readFileSync } from "node:fs";
import { type Former, parseDeployed } from "../plan/deployed";

/** A file with the JSON of that output. */
export function deployedOfFile(file: string): Former {
  try {
    return parseDeployed(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
