import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { SpecErrors } from "../input/documents/errors";
import { type FileTree, sha256File, type TreeFile } from "../input/documents/files";

/** The builder keeps modes and makes root the owner, and the container runs as another user: all may read. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

/**
 * Makes a folder that is named by its content: one that exists is complete and stays as it is. It is filled beside its place
 * and renamed, so that a reader never meets half of one, and what fails leaves nothing behind.
 */
export async function writeOnce(dir: string, fill: (work: string) => void | Promise<void>): Promise<void> {
  if (existsSync(dir)) {
    return;
  }
  mkdirSync(dirname(dir), { recursive: true });
  // With our process id, so that it can be told whether somebody is still at it.
  const work = mkdtempSync(join(dirname(dir), `.${basename(dir)}-${process.pid}-`));
  try {
    await fill(work);
    chmodSync(work, FOLDER_MODE);
    renameSync(work, dir);
  } catch (error) {
    rmSync(work, { recursive: true, force: true });
    // Another process was faster; what it wrote has the same content.
    if (!existsSync(dir)) {
      throw error;
    }
  }
}

/**
 * Copies a tree as it was when it was read. The folder's name holds the tree's digest, so a file that has changed since then
 * must not get in: what has arrived is compared, not what is there.
 *
 * @throws SpecErrors when a file is not the one that was read
 */
export function copyTree(tree: FileTree, work: string, target: string): void {
  for (const file of tree.files) {
    const from = tree.kind === "file" ? tree.root : join(tree.root, file.path);
    const to = join(work, target, file.path);
    makeFolder(work, relative(work, dirname(to)));
    copyFile(from, to, file, tree);
    chmodSync(to, file.executable ? FOLDER_MODE : FILE_MODE);
  }
}

function copyFile(from: string, to: string, { size, sha256 }: TreeFile, tree: FileTree): void {
  try {
    // A copy on write where the file system can: models are large. A link would let later edits through.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "ENOENT" ? changed(from, tree) : error;
  }
  if (statSync(to).size !== size || sha256File(to) !== sha256) {
    throw changed(from, tree);
  }
}

function changed(file: string, tree: FileTree): SpecErrors {
  return new SpecErrors([
    {
      code: "FilesChanged",
      file: relative(process.cwd(), file),
      line: 0,
      column: 0,
      path: "",
      message: `'${relative(process.cwd(), tree.root)}' changed while it was being copied, so no image is built from it`,
      hint: "run it again; what it holds then is planned and built",
      rule: "stack",
    },
  ]);
}

/** Makes `path` below `work` with every folder on the way, whatever the process's umask is. */
export function makeFolder(work: string, path: string): void {
  let folder = work;
  for (const part of path.split("/")) {
    folder = join(folder, part);
    if (!existsSync(folder)) {
      mkdirSync(folder);
      chmodSync(folder, FOLDER_MODE);
    }
  }
}

export function writeText(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, FILE_MODE);
}
