// The locks of Pulumi's file backend: one JSON file for each update that goes on. An update that was killed leaves its own,
// and every later one is refused.
import { readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { z } from "zod";

/** What Pulumi writes into a lock file. */
const Lock = z.object({
  pid: z.int().positive(),
  username: z.string(),
  hostname: z.string(),
  timestamp: z.iso.datetime({ offset: true }),
});

export type Lock = z.infer<typeof Lock>;

export interface LockFile {
  readonly file: string;
  /** Undefined when it is not what Pulumi writes. */
  readonly lock: Lock | undefined;
}

/** A process of this host. */
export interface ProcessInfo {
  /** Name of its program. */
  readonly program: string;
  /** When it began, in milliseconds since 1970. */
  readonly began: number;
}

export type Holder =
  /** It holds the lock by right. */
  | "alive"
  /** Nobody does: the process has ended, or its number is another one's by now. */
  | "dead"
  /** Only somebody on that host can tell. */
  | "elsewhere"
  /** The file says nothing. */
  | "unknown";

/** Clocks of the file and of the process table differ by rounding. */
const SLACK_MILLISECONDS = 2000;

/** @param processOf the process of this host with that number, if there is one */
export function holderOf(
  { lock }: LockFile,
  processOf: (pid: number) => ProcessInfo | undefined,
  host: string = hostname(),
): Holder {
  if (lock === undefined) {
    return "unknown";
  }
  if (lock.hostname !== host) {
    return "elsewhere";
  }
  const found = processOf(lock.pid);
  const same =
    found !== undefined && found.program === "pulumi" && found.began <= Date.parse(lock.timestamp) + SLACK_MILLISECONDS;
  return same ? "alive" : "dead";
}

/** Name of the project, as Pulumi.yaml has it. */
export const PROJECT = "mlendpoints";

/** The locks of one stack. @param backend folder of the file backend */
export function locksOf(backend: string, stack: string): LockFile[] {
  return locksBelow(path.join(backend, ".pulumi/locks/organization", PROJECT, path.basename(stack)));
}

/** Every lock below a folder of the backend's `.pulumi/locks`. */
export function locksBelow(folder: string): LockFile[] {
  return filesBelow(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => ({ file, lock: readLock(file) }));
}

function readLock(file: string): Lock | undefined {
  try {
    return Lock.safeParse(JSON.parse(readFileSync(file, "utf8"))).data;
  } catch {
    return undefined;
  }
}

export function filesBelow(folder: string): string[] {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw error;
  }
}

/** Ticks of a second in /proc: USER_HZ, which is 100 on every Linux that Node runs on. */
const TICKS = 100;

/** Reads /proc. Where there is none, whatever lives under that number is taken for a Pulumi: a lock is released too late rather than too early. */
export function processInfo(pid: number): ProcessInfo | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return lives(pid) ? { program: "pulumi", began: 0 } : undefined;
  }
  // `pid (program) state …`; the program may have spaces and brackets, and the 22nd field is the start in ticks since the boot.
  const [, program = "", rest = ""] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
  const fields = rest.split(" ");
  // One that has ended and was not waited for holds nothing.
  if (fields[0] === "Z") {
    return undefined;
  }
  const booted = Number(/^btime (\d+)$/m.exec(readFileSync("/proc/stat", "utf8"))?.[1]);
  return { program, began: (booted + Number(fields[19]) / TICKS) * 1000 };
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, but is somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
