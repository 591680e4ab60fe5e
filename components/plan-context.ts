import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { ImageMap } from "../plan/images";
import type { PlanContext } from "../plan/stack-plan";
import { compileBootstrap } from "../router";
import { deploymentRecipe, environmentRecipe } from "../scoring-image/recipe";

const ROOT = path.resolve(__dirname, "..");

/** Written by `engine/` on a machine that reaches no image registry: local copies of public images. */
const LOCAL_IMAGES = path.join(ROOT, ".cache/images.json");

/** Files whose content makes the router's image what it is, besides its bootstrap. */
const ROUTER_FILES = [
  "router-image/Dockerfile",
  "router-image/router-apply",
  "router-image/router-gate",
  "router-image/entrypoint",
];

/** What the plan needs to know of this project and this machine. */
export function planContext(): PlanContext {
  return {
    stack: pulumi.getStack(),
    localImages: existsSync(LOCAL_IMAGES) ? (JSON.parse(readFileSync(LOCAL_IMAGES, "utf8")) as ImageMap) : {},
    recipes: {
      environment: environmentRecipe().digest,
      deployment: deploymentRecipe().digest,
      router: digest(ROUTER_FILES, compileBootstrap()),
    },
  };
}

function digest(files: readonly string[], ...texts: string[]): string {
  const hash = createHash("sha256");
  for (const text of [...files.map((file) => readFileSync(path.join(ROOT, file), "utf8")), ...texts]) {
    hash.update(text).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}
