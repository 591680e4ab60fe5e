import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Each process that builds says so in a file of this name and its id. */
const CLAIM = ".used-by-";

/**
 * The folder that build contexts are kept in. A context holds a copy of a model, so only those that somebody works with stay:
 * twenty edits of a model of 5 GB must not keep 100 GB.
 */
export class ContextStore {
  constructor(readonly root: string) {}

  /** Keeps these contexts, and what they are made of, as long as this process lives. */
  claim(names: readonly string[]): void {
    mkdirSync(this.root, { recursive: true });
    const file = join(this.root, `${CLAIM}${process.pid}`);
    const before = existsSync(file) ? readLines(file) : [];
    writeFileSync(file, [...new Set([...before, ...names])].map((name) => `${name}\n`).join(""));
    if (before.length === 0) {
      process.once("exit", () => rmSync(file, { force: true }));
    }
  }

  /** Deletes what no living process has claimed, and what dead ones have left half made. */
  prune(): void {
    const entries = existsSync(this.root) ? readdirSync(this.root) : [];
    const claimed = new Set(entries.filter((entry) => isClaim(entry)).flatMap((claim) => this.claimedBy(claim)));
    for (const entry of entries.filter((name) => !isClaim(name) && !claimed.has(name) && !isInTheMaking(name))) {
      rmSync(join(this.root, entry), { recursive: true, force: true });
    }
  }

  private claimedBy(claim: string): readonly string[] {
    const file = join(this.root, claim);
    if (isAlive(Number(claim.slice(CLAIM.length)))) {
      return readLines(file);
    }
    rmSync(file, { force: true });
    return [];
  }
}

const isClaim = (entry: string): boolean => entry.startsWith(CLAIM);

/** `writeOnce` fills `.<name>-<process id>-<random>`. */
function isInTheMaking(entry: string): boolean {
  const pid = /^\..*-(\d+)-\w+$/.exec(entry)?.[1];
  return pid !== undefined && isAlive(Number(pid));
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8")
      .split("\n")
      .filter((line) => line !== "");
  } catch {
    // Its process has ended in the meantime.
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
