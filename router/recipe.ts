import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { compileBootstrap } from "./bootstrap";

/** Files of router-image/ whose content makes the router's image what it is, besides its bootstrap. */
const FILES = ["Dockerfile", "router-apply", "router-gate", "entrypoint"];

/** Content hash of all that the router's image is made of, but for the images that it is built on. */
export function routerRecipe(): string {
  const folder = path.resolve(__dirname, "../router-image");
  const hash = createHash("sha256");
  for (const text of [...FILES.map((file) => readFileSync(path.join(folder, file), "utf8")), compileBootstrap()]) {
    hash.update(text).update("\0");
  }
  return hash.digest("hex").slice(0, 12);
}
