import {
  createReadStream,
  type Dirent,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  type Stats,
  statSync,
} from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, relative, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import ignore from "@balena/dockerignore";
import * as tar from "tar-stream";
import { ProviderError } from "../common/errors";

/** What the engine gets for a build: the files of a folder, less what its ignore file names. */
export interface BuildContext {
  readonly folder: string;
  /** Absolute path of the Dockerfile, which may lie outside the folder. */
  readonly dockerfile: string;
}

interface Entry {
  /** Relative to the folder, with "/". */
  readonly name: string;
  readonly path: string;
  readonly stats: Stats;
}

/** The name under which a Dockerfile from outside the folder travels. */
const OUTSIDE_DOCKERFILE = ".dockerfile.outside-of-context";

export function openBuildContext(folder: string, dockerfile: string, dockerfileFrom: string): BuildContext {
  const context = resolve(folder.replace(/^~(?=\/|$)/, homedir()));
  const file = isAbsolute(dockerfile) ? dockerfile : resolve(dockerfileFrom, dockerfile);
  if (statSync(context, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new ProviderError(`the build context ${context} is not a folder`);
  }
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ProviderError(`there is no Dockerfile at ${file}`);
  }
  return { folder: context, dockerfile: file };
}

/** The Dockerfile's name inside the archive. */
export function dockerfileName({ folder, dockerfile }: BuildContext): string {
  const name = relative(folder, dockerfile).split("\\").join("/");
  return name.startsWith("../") ? OUTSIDE_DOCKERFILE : name;
}

/** The archive for the engine, written as the engine reads it. Everything belongs to root, as `docker build` has it. */
export function packBuildContext(context: BuildContext): tar.Pack {
  const pack = tar.pack();
  const name = dockerfileName(context);
  writeEntries(pack, context, name).then(
    () => pack.finalize(),
    (error: Error) => pack.destroy(error),
  );
  return pack;
}

async function writeEntries(pack: tar.Pack, context: BuildContext, dockerfile: string): Promise<void> {
  for (const entry of contextEntries(context, [dockerfile, ".dockerignore"])) {
    const { name, path, stats } = entry;
    const header = { name, mode: stats.mode & 0o7777, mtime: stats.mtime, uid: 0, gid: 0 };
    if (stats.isSymbolicLink()) {
      pack.entry({ ...header, type: "symlink", linkname: readlinkSync(path) });
    } else if (stats.isDirectory()) {
      pack.entry({ ...header, type: "directory" });
    } else if (stats.isFile()) {
      await pipeline(createReadStream(path), pack.entry({ ...header, size: stats.size }));
    }
  }
  if (dockerfile === OUTSIDE_DOCKERFILE) {
    pack.entry({ name: dockerfile, mode: 0o600, uid: 0, gid: 0 }, readFileSync(context.dockerfile));
  }
}

/** Files, links and folders in the order of their paths. `always` is sent even when the ignore file names it. */
function contextEntries(context: BuildContext, always: readonly string[]): Entry[] {
  const patterns = ignorePatterns(context);
  const matcher = ignore().add([...patterns]);
  // A folder that is ignored can be skipped whole only if no later pattern brings a part of it back.
  const skipsFolders = !patterns.some((pattern) => pattern.startsWith("!"));
  const entries: Entry[] = [];
  const walk = (folder: string, prefix: string): void => {
    const children = readdirSync(folder, { withFileTypes: true }).sort((a: Dirent, b: Dirent) =>
      a.name < b.name ? -1 : 1,
    );
    for (const child of children) {
      const name = prefix === "" ? child.name : `${prefix}/${child.name}`;
      const path = join(folder, child.name);
      const ignored = patterns.length > 0 && matcher.ignores(name) && !always.includes(name);
      if (!ignored) {
        entries.push({ name, path, stats: lstatSync(path) });
      }
      if (child.isDirectory() && !(ignored && skipsFolders)) {
        walk(path, name);
      }
    }
  };
  walk(context.folder, "");
  return entries;
}

/** `<Dockerfile>.dockerignore` if there is one, else the folder's `.dockerignore`. */
function ignorePatterns({ folder, dockerfile }: BuildContext): readonly string[] {
  for (const path of [`${dockerfile}.dockerignore`, join(folder, ".dockerignore")]) {
    const text = statSync(path, { throwIfNoEntry: false })?.isFile() === true ? readFileSync(path, "utf8") : undefined;
    if (text !== undefined) {
      return text
        .split("\n")
        .map((line) => line.trim())
        .filter((line) => line !== "" && !line.startsWith("#"));
    }
  }
  return [];
}
