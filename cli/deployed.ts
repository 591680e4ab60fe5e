import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { type Former, parseDeployed } from "../plan/deployed";

const ROOT = path.resolve(__dirname, "..");

/** What Pulumi says of a stack that has never been brought up. */
const NOTHING_YET = /no stack named|does not have output property/i;

/** The output `deployed` of a stack, as the last update left it. */
export function deployedOfStack(stack: string): Former {
  const { status, stdout, stderr, error } = spawnSync(
    path.join(ROOT, "engine/pulumi.sh"),
    ["stack", "output", "deployed", "--json", "--stack", stack, "--non-interactive"],
    { encoding: "utf8", cwd: ROOT, stdio: ["ignore", "pipe", "pipe"] },
  );
  if (status === 0) {
    return parseDeployed(JSON.parse(stdout));
  }
  return NOTHING_YET.test(stderr ?? "") ? {} : { unknown: error?.message ?? stderr.trim() };
}

/** A file with the JSON of that output. */
export function deployedOfFile(file: string): Former {
  try {
    return parseDeployed(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    return { unknown: error instanceof Error ? error.message : String(error) };
  }
}
