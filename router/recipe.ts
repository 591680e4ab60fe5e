import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { compileBootstrap } from "./bootstrap";
import { compileManifest } from "./manifest";

const FOLDER = path.resolve(__dirname, "../router-image");

/** Text of every file that the router's image is built from, by its path: those of router-image/, and what is compiled. */
export function routerImageFiles(): Readonly<Record<string, string>> {
  const written = readdirSync(FOLDER, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith("__pycache__"))
    .map((entry) => path.relative(FOLDER, path.join(entry.parentPath, entry.name)))
    .sort();
  return {
    ...Object.fromEntries(written.map((file) => [file, readFileSync(path.join(FOLDER, file), "utf8")])),
    "bootstrap.json": compileBootstrap(),
    "manifest.json": compileManifest(),
  };
}

/** Content hash of all that the router's image is made of, but for the images that it is built on. */
export function routerRecipe(): string {
  const hash = createHash("sha256");
  for (const [file, text] of Object.entries(routerImageFiles())) {
    hash.update(`${file}\0${text}\0`);
  }
  return hash.digest("hex").slice(0, 12);
}
