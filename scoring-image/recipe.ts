import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A Dockerfile of this folder, with the digest that makes a change of it a new image. */
export interface Recipe {
  readonly dockerfile: string;
  readonly digest: string;
}

export function environmentRecipe(): Recipe {
  return readRecipe("environment.Dockerfile");
}

export function deploymentRecipe(): Recipe {
  return readRecipe("deployment.Dockerfile");
}

function readRecipe(name: string): Recipe {
  const dockerfile = readFileSync(join(__dirname, name), "utf8");
  return { dockerfile, digest: createHash("sha256").update(dockerfile).digest("hex").slice(0, 12) };
}
