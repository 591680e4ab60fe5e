import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { ImageMap } from "../plan/images";

/** Written by `engine/` on a machine that reaches no image registry. */
const FILE = path.resolve(__dirname, "../.cache/images.json");

/** Local copies of public images by the public name; empty where public images can be pulled. */
export function localImages(): ImageMap {
  return existsSync(FILE) ? (JSON.parse(readFileSync(FILE, "utf8")) as ImageMap) : {};
}
