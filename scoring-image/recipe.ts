import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A Dockerfile of this folder and what it copies from here, with the digest that makes a change of them a new image. */
export interface Recipe {
  /** Text by name in the build context. */
  readonly files: Readonly<Record<string, string>>;
  readonly digest: string;
}

export function environmentRecipe(): Recipe {
  return readRecipe("environment.Dockerfile", []);
}

export function deploymentRecipe(): Recipe {
  return readRecipe("deployment.Dockerfile", ["serve.py"]);
}

function readRecipe(dockerfile: string, programs: readonly string[]): Recipe {
  const read = (name: string): string => readFileSync(join(__dirname, name), "utf8");
  const files = { Dockerfile: read(dockerfile), ...Object.fromEntries(programs.map((name) => [name, read(name)])) };
  const digest = createHash("sha256");
  for (const [name, text] of Object.entries(files)) {
    digest.update(`${name}\0${text}\0`);
  }
  return { files, digest: digest.digest("hex").slice(0, 12) };
}
