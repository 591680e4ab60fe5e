// Where things are kept: small, repository-bound results in `.cache/`; long builds in the user's cache directory, keyed by
// what they are made of, so that a second clone and a wiped work tree get them for free.
import { createHash } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

export const repoRoot = path.resolve(__dirname, "..");
export const repoCache = path.join(repoRoot, ".cache");

/** `$XDG_CACHE_HOME/mlendpoints`, else `~/.cache/mlendpoints`. An empty variable counts as unset (XDG specification). */
export function userCache(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env["XDG_CACHE_HOME"];
  const base = xdg === undefined || xdg === "" ? path.join(homedir(), ".cache") : xdg;
  return path.join(base, "mlendpoints");
}

/** `$XDG_STATE_HOME/mlendpoints`, else `~/.local/state/mlendpoints`: what nothing here deletes. As `engine/pulumi.sh` has it. */
export function userState(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env["XDG_STATE_HOME"];
  const base = xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(homedir(), ".local/state");
  return path.join(base, "mlendpoints");
}

/** Short content key of plain data; key order does not matter for arrays only, so pass arrays or literal objects. */
export function contentKey(parts: unknown): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex").slice(0, 12);
}

/** Writes through a temporary file in the same directory: an interrupted run leaves the old content or the new, never half. */
export function writeAtomically(file: string, content: string, mode = 0o644): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.tmp-${process.pid}`;
  writeFileSync(temporary, content, { mode });
  renameSync(temporary, file);
}

/**
 * Makes `target` (a file or a directory) once. `build` fills `temporary`, with an empty folder `work` to litter; the rename at
 * the end is the only moment `target` appears. A lock makes a second run wait instead of building twice; the lock and the
 * leftovers of a dead process are taken over.
 */
export async function makeOnce(
  target: string,
  build: (temporary: string, work: string) => Promise<void>,
  onWait: (holder: number) => void = () => undefined,
): Promise<void> {
  if (existsSync(target)) {
    return;
  }
  mkdirSync(path.dirname(target), { recursive: true });
  await withLock(`${target}.lock`, onWait, async () => {
    if (existsSync(target)) {
      return;
    }
    // Names with our process id: a child of a killed run may still be writing to the old ones.
    const [temporary, work] = [`${target}.tmp-${process.pid}`, `${target}.work-${process.pid}`];
    const clear = () => removeLeftovers(target);
    // We hold the lock, so what is there was left by an interrupted run.
    clear();
    mkdirSync(work);
    try {
      await build(temporary, work);
      renameSync(temporary, target);
    } finally {
      clear();
    }
  });
}

function removeLeftovers(target: string): void {
  const dir = path.dirname(target);
  const name = path.basename(target);
  for (const left of readdirSync(dir)) {
    const ours = left.startsWith(`${name}.tmp-`) || left.startsWith(`${name}.work-`);
    if (ours) {
      rmSync(path.join(dir, left), { recursive: true, force: true });
    }
  }
}

/** Runs `work` while holding a lock file that names our process. */
export async function withLock<T>(lock: string, onWait: (holder: number) => void, work: () => Promise<T>): Promise<T> {
  mkdirSync(path.dirname(lock), { recursive: true });
  let told = false;
  while (!tryLock(lock)) {
    const holder = lockHolder(lock);
    if (holder !== undefined && !told) {
      onWait(holder);
      told = true;
    }
    await delay(250);
  }
  const release = () => rmSync(lock, { force: true });
  process.once("exit", release);
  try {
    return await work();
  } finally {
    process.removeListener("exit", release);
    release();
  }
}

function tryLock(lock: string): boolean {
  // The pid must be inside the file before the file has its name, or a reader would take it for a dead process's lock.
  const mine = `${lock}-${process.pid}`;
  writeFileSync(mine, String(process.pid));
  try {
    linkSync(mine, lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
    if (lockHolder(lock) === undefined) {
      rmSync(lock, { force: true });
    }
    return false;
  } finally {
    rmSync(mine, { force: true });
  }
}

/** The living process that holds the lock, or undefined when it is dead or the lock is gone. */
function lockHolder(lock: string): number | undefined {
  let pid: number;
  try {
    pid = Number(readFileSync(lock, "utf8"));
  } catch {
    return undefined;
  }
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM" ? pid : undefined;
  }
}
