import { copyFileSync, existsSync, readFileSync, renameSync } from "node:fs";
import path from "node:path";
import { backendFolder } from "../engine/backend";
import { holderOf, locksOf, PROJECT, processInfo } from "../engine/stack-lock";

/**
 * Puts the copy that Pulumi keeps of the checkpoint before in the place of one that was cut off: it is not written in one step, and
 * an update that is killed meanwhile leaves half of it. What the half would have known, the healing finds on the host.
 *
 * @returns whether it was cut off
 */
export function restoreCheckpoint(stack: string, folder = backendFolder()): boolean {
  if (folder === undefined) {
    return false;
  }
  const file = path.join(folder, ".pulumi/stacks", PROJECT, `${path.basename(stack)}.json`);
  const before = `${file}.bak`;
  if (!existsSync(file) || isWhole(file) || !existsSync(before) || !isWhole(before)) {
    return false;
  }
  if (locksOf(folder, stack).some((lock) => holderOf(lock, processInfo) !== "dead")) {
    // Somebody is writing it.
    return false;
  }
  copyFileSync(before, `${file}.restored`);
  renameSync(`${file}.restored`, file);
  return true;
}

function isWhole(file: string): boolean {
  try {
    JSON.parse(readFileSync(file, "utf8"));
    return true;
  } catch {
    return false;
  }
}
