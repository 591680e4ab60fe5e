// Older versions kept the state, the passphrase and the salts of a clone in its .cache, which `make clean` deletes.
// `engine/pulumi.sh` calls this when it finds them there. Nothing that stands in the new place is ever overwritten.
import { cpSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { withLock, writeAtomically } from "./cache";
import { filesBelow, holderOf, locksBelow, processInfo } from "./stack-lock";

/** Why nothing was moved: what is wrong, and what to do. */
export class MoveError extends Error {
  constructor(
    message: string,
    readonly hint: string,
  ) {
    super(message);
  }
}

/** `state` takes the rest along. */
export type Movable = "state" | "passphrase";

/**
 * Moves what an older version left in the clone.
 *
 * @param kept folder of the user that it goes to
 * @returns lines to tell, none when there was nothing
 * @throws MoveError when a stack stands in both places
 */
export function moveState(clone: string, kept: string, what: readonly Movable[]): string[] {
  const old = path.join(clone, ".cache/pulumi");
  const [from, to] = [path.join(old, "state"), path.join(kept, "state")];
  const withState = what.includes("state") && existsSync(from);
  if (withState) {
    refuseUnlessMovable(from, to);
  }
  const present = new Set(stackFiles(to).map(stackName));
  const stacks = stackFiles(from).map(stackName);
  const news = stacks.filter((stack) => !present.has(stack));
  const salts = saltsOf(path.join(clone, ".cache/stacks"));
  const fresh = [...new Set([...news, ...salts.keys()])].filter((stack) => !present.has(stack)).sort();
  for (const stack of fresh) {
    const salt = salts.get(stack);
    if (salt !== undefined) {
      writeAtomically(path.join(kept, "salts", `${stack}.yaml`), `${salt}\n`, 0o600);
    }
  }
  // The passphrase comes first and goes last: when this is killed, no state is without it.
  const passphrase = copyPassphrase(path.join(old, "passphrase"), kept, fresh);
  if (withState) {
    mergeInto(from, to);
  }
  rmSync(path.join(old, "passphrase"), { force: true });
  const things = [
    ...(withState && news.length > 0 ? [`the state of ${news.join(", ")}`] : []),
    ...(passphrase ? ["the passphrase"] : []),
  ];
  return things.length === 0
    ? []
    : [`moved ${things.join(" and ")} from .cache to ${kept}, which outlives \`make clean\` (docs/state.md)`];
}

function refuseUnlessMovable(from: string, to: string): void {
  const [busy] = locksBelow(path.join(from, ".pulumi/locks")).filter((each) => holderOf(each, processInfo) === "alive");
  if (busy !== undefined) {
    throw new MoveError(
      `the state in ${from} cannot be moved to ${to}: process ${busy.lock?.pid} is working with it`,
      "wait for its end, then the same command again",
    );
  }
  const twice = stackFiles(from).filter((file) => differs(path.join(from, file), path.join(to, file)));
  if (twice.length > 0) {
    throw inBothPlaces(twice.map(stackName), from, to);
  }
}

function inBothPlaces(stacks: readonly string[], from: string, to: string): MoveError {
  const [first] = stacks;
  return new MoveError(
    `${stacks.join(", ")}: a stack of that name is in ${to} and another one in ${from}; they would claim the same containers`,
    [
      `keep the first and forget the other:  mv ${from} ${from}.unused`,
      "       or give the other one a new name, which brings new containers at the next `make up`:",
      `       PULUMI_BACKEND_URL=file://${from} PULUMI_CONFIG_PASSPHRASE_FILE=${path.join(path.dirname(from), "passphrase")} engine/pulumi.sh stack rename --stack ${first} ${first}-2`,
    ].join("\n"),
  );
}

/**
 * File by file, each of them whole or not there: when this is killed, it is repeated by the next run. Locks stay behind: they
 * are of updates that have ended.
 */
function mergeInto(from: string, to: string): void {
  const staged = `${to}.incoming`;
  rmSync(staged, { recursive: true, force: true });
  // The clone may be on another disk, where a file can be copied but not linked.
  cpSync(from, staged, { recursive: true, preserveTimestamps: true });
  rmSync(path.join(staged, ".pulumi/locks"), { recursive: true, force: true });
  for (const file of filesBelow(staged)) {
    const target = path.join(to, path.relative(staged, file));
    mkdirSync(path.dirname(target), { recursive: true });
    linkUnlessThere(file, target);
  }
  rmSync(staged, { recursive: true });
  // Away in one step: half of it would be another stack with the same name.
  renameSync(from, `${from}.moved`);
  rmSync(`${from}.moved`, { recursive: true });
}

function linkUnlessThere(file: string, target: string): void {
  try {
    linkSync(file, target);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") {
      throw error;
    }
  }
}

/** Paths below `.pulumi/stacks` of the files that hold a stack each. */
function stackFiles(state: string): string[] {
  return filesBelow(path.join(state, ".pulumi/stacks"))
    .filter((file) => /\.json(\.gz)?$/.test(file))
    .map((file) => path.relative(state, file));
}

function stackName(file: string): string {
  return path.basename(file).replace(/\.json(\.gz)?$/, "");
}

/** One that has nothing gives way. */
function differs(old: string, other: string): boolean {
  return existsSync(other) && hasResources(old) && !readFileSync(old).equals(readFileSync(other));
}

function hasResources(file: string): boolean {
  const bytes = readFileSync(file);
  const text = (file.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8");
  const { checkpoint }: { checkpoint?: { latest?: { resources?: unknown[] } } } = JSON.parse(text);
  return (checkpoint?.latest?.resources ?? []).length > 0;
}

/** Lines `encryptionsalt: …` of composed stack files, by stack. */
function saltsOf(folder: string): Map<string, string> {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  return new Map(
    files.flatMap((file): [string, string][] => {
      const stack = /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1];
      const salt =
        stack === undefined ? null : /^encryptionsalt:.*$/m.exec(readFileSync(path.join(folder, file), "utf8"));
      return stack === undefined || salt === null ? [] : [[stack, salt[0]]];
    }),
  );
}

/** Where another passphrase stands already, this one becomes that of its stacks alone. */
function copyPassphrase(from: string, kept: string, stacks: readonly string[]): boolean {
  if (!existsSync(from)) {
    return false;
  }
  const targets = passphraseTargets(from, kept, stacks);
  for (const target of targets) {
    writeAtomically(target, readFileSync(from, "utf8"), 0o600);
  }
  return targets.length > 0;
}

function passphraseTargets(from: string, kept: string, stacks: readonly string[]): string[] {
  const common = path.join(kept, "passphrase");
  if (!existsSync(common)) {
    return [common];
  }
  const same = readFileSync(common).equals(readFileSync(from));
  return same ? [] : stacks.map((stack) => path.join(kept, "passphrases", stack));
}

async function main([clone, kept, ...what]: readonly string[]): Promise<void> {
  if (clone === undefined || kept === undefined) {
    throw new MoveError("a clone and a folder are needed", "engine/pulumi.sh calls this");
  }
  const lines = await withLock(
    path.join(kept, "move.lock"),
    () => undefined,
    async () =>
      moveState(
        clone,
        kept,
        what.filter((each) => each === "state" || each === "passphrase"),
      ),
  );
  for (const line of lines) {
    console.error(line);
  }
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    const { message, hint } = error as Partial<MoveError>;
    console.error(hint === undefined ? `✗ ${message}` : `✗ ${message}\n  try: ${hint}`);
    process.exitCode = 1;
  });
}
