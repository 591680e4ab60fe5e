import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  realpathSync,
  type Stats,
  statSync,
} from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import ignore, { type Ignore } from "ignore";
import type { SpecError } from "./errors";
import { byCodeUnit } from "./order";

/** One file below a root. */
export interface TreeFile {
  /** Path below the root with `/`; the file's own name when the root is a file. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Of the content, hexadecimal. */
  readonly sha256: string;
  /** Whether its owner may execute it. No other part of the mode counts. */
  readonly executable: boolean;
}

/** What a model or code path holds, once what Azure would not upload is left out. */
export interface FileTree {
  /** Absolute path, links resolved. */
  readonly root: string;
  /** Last part of the path as it was written; Azure keeps it in the mount layout (concept-online-deployment-model-specification). */
  readonly name: string;
  readonly kind: "file" | "directory";
  /** Sorted by path. Empty folders do not count. */
  readonly files: readonly TreeFile[];
  /** Paths left out by `.amlignore` or `.gitignore`, sorted; a folder stands for all that is below it. */
  readonly ignored: readonly string[];
  /** sha256 over path, size, content and executable bit of every file: equal trees at two places are equal. */
  readonly digest: string;
  /** Sum of all sizes. */
  readonly bytes: number;
  /** Why it cannot go into an image; empty when it can. */
  readonly faults: readonly FileFault[];
}

/** A `SpecError` without the place in the YAML, which only the reader of the YAML knows. */
export type FileFault = Omit<SpecError, "file" | "line" | "column" | "path">;

/** Never part of a model or of code. */
export const ALWAYS_IGNORED: readonly string[] = [".git", "__pycache__", ".ipynb_checkpoints"];

/** The first one found in the root decides, the other is not read: the order of Microsoft's client. */
export const IGNORE_FILES: readonly string[] = [".amlignore", ".gitignore"];

/**
 * Reads a file or folder that is to go into an image: names, sizes and content digests, in a fixed order.
 * Links are followed while they stay inside the root. Never throws for what is on the disk: see `faults`.
 */
export function readFileTree(path: string): FileTree {
  const name = basename(resolve(path));
  const root = existsSync(path) ? realpathSync(path) : undefined;
  if (root === undefined) {
    return toTree(path, name, "file", { faults: [pathNotFound(path)] });
  }
  const stat = statSync(root);
  if (stat.isFile()) {
    return toTree(root, name, "file", { files: [describeFile(root, name, stat)] });
  }
  if (!stat.isDirectory()) {
    return toTree(root, name, "file", { faults: [notAFile(path)] });
  }
  const walk: Walk = { root, rules: readRules(root), files: [], ignored: [], faults: [], trail: new Set() };
  walkFolder(walk, root, "");
  if (walk.files.length === 0 && walk.faults.length === 0) {
    walk.faults.push(emptyFolder(path, walk.ignored.length));
  }
  return toTree(root, name, "directory", walk);
}

function pathNotFound(path: string): FileFault {
  return {
    code: "FileNotFound",
    message: "there is no such file or folder",
    value: path,
    hint: "correct the path; it is relative to the file it stands in",
  };
}

function emptyFolder(path: string, ignored: number): FileFault {
  return {
    code: "EmptyDirectory",
    message: ignored > 0 ? "every file in this folder is ignored" : "this folder holds no file",
    value: path,
    hint: ignored > 0 ? `correct its ${IGNORE_FILES.join(" or ")}` : "correct the path",
  };
}

interface Walk {
  readonly root: string;
  readonly rules: Ignore;
  readonly files: TreeFile[];
  readonly ignored: string[];
  readonly faults: FileFault[];
  /** Real paths of the folders above the current one; a link to one of them has no end. */
  readonly trail: Set<string>;
}

function walkFolder(walk: Walk, folder: string, prefix: string): void {
  walk.trail.add(folder);
  for (const entry of readdirSync(folder).sort()) {
    const path = prefix === "" ? entry : `${prefix}/${entry}`;
    if (prefix === "" && IGNORE_FILES.includes(entry)) {
      continue;
    }
    const real = resolveInside(walk, join(folder, entry), path);
    if (real === undefined) {
      continue;
    }
    const stat = statSync(real);
    const isFolder = stat.isDirectory();
    if (ALWAYS_IGNORED.includes(entry) || walk.rules.ignores(isFolder ? `${path}/` : path)) {
      walk.ignored.push(path);
    } else if (isFolder) {
      if (walk.trail.has(real)) {
        walk.faults.push(badLink(walk, path, "leads back to a folder above itself"));
      } else {
        walkFolder(walk, real, path);
      }
    } else if (stat.isFile()) {
      walk.files.push(describeFile(real, path, stat));
    } else {
      walk.faults.push(notAFile(path));
    }
  }
  walk.trail.delete(folder);
}

/** The real path of an entry, or undefined for a link that cannot be followed (told, unless it is ignored anyway). */
function resolveInside(walk: Walk, entry: string, path: string): string | undefined {
  const real = existsSync(entry) ? realpathSync(entry) : undefined;
  if (real !== undefined && (real === walk.root || real.startsWith(walk.root + sep))) {
    return real;
  }
  if (walk.rules.ignores(path)) {
    walk.ignored.push(path);
  } else {
    const why = real === undefined ? "leads nowhere" : "leads out of the folder";
    walk.faults.push(badLink(walk, path, why));
  }
  return undefined;
}

function badLink(walk: Walk, path: string, why: string): FileFault {
  return {
    code: "InvalidLink",
    message: `the link '${path}' ${why}`,
    value: relative(process.cwd(), join(walk.root, path)),
    hint: "put a copy of the file there, or name the link in .amlignore",
  };
}

function notAFile(path: string): FileFault {
  return {
    code: "InvalidFile",
    message: `'${path}' is neither a file nor a folder`,
    hint: "remove it, or name it in .amlignore",
  };
}

function readRules(root: string): Ignore {
  const rules = ignore();
  const file = IGNORE_FILES.map((candidate) => join(root, candidate)).find((candidate) => existsSync(candidate));
  return file === undefined ? rules : rules.add(readFileSync(file, "utf8"));
}

function describeFile(file: string, path: string, stat: Stats): TreeFile {
  return { path, size: stat.size, sha256: sha256File(file), executable: (stat.mode & 0o100) !== 0 };
}

/** `sha256` of a `TreeFile`. In pieces, because a model may be larger than the memory that is free. */
export function sha256File(file: string): string {
  const hash = createHash("sha256");
  const piece = Buffer.allocUnsafe(1 << 20);
  const handle = openSync(file, "r");
  try {
    for (;;) {
      const length = readSync(handle, piece, 0, piece.length, null);
      if (length === 0) {
        return hash.digest("hex");
      }
      hash.update(piece.subarray(0, length));
    }
  } finally {
    closeSync(handle);
  }
}

function toTree(
  root: string,
  name: string,
  kind: FileTree["kind"],
  found: { files?: readonly TreeFile[]; ignored?: readonly string[]; faults?: readonly FileFault[] },
): FileTree {
  // By code unit and not by locale: the digest must be the same on every machine.
  const files = [...(found.files ?? [])].sort((a, b) => byCodeUnit(a.path, b.path));
  const hash = createHash("sha256").update(kind);
  for (const file of files) {
    hash.update(JSON.stringify([file.path, file.size, file.sha256, file.executable]));
  }
  return {
    root,
    name,
    kind,
    files,
    ignored: [...(found.ignored ?? [])].sort(),
    digest: hash.digest("hex"),
    bytes: files.reduce((sum, file) => sum + file.size, 0),
    faults: found.faults ?? [],
  };
}
