import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, posix, relative } from "node:path";
import type { FileTree } from "../input/documents/files";
import { APP_ROOT, type DeploymentImage } from "../plan/deployment-image";
import type { PythonEnvironment } from "../plan/python-environment";
import { deploymentRecipe, environmentRecipe, type Recipe } from "./recipe";

/**
 * Makes a folder that stands for `/` hold the machine's CA bundle and package index settings, and nothing else.
 * May be called again on the same folder.
 */
export type HostConfigWriter = (dir: string) => unknown;

/**
 * Writes the build context of an environment image. `dir` must be named by the environment's key: a folder that exists
 * is complete and stays as it is, but for the settings of this machine, which are no part of the key.
 */
export async function writeEnvironmentContext(
  dir: string,
  environment: PythonEnvironment,
  writeHostConfig?: HostConfigWriter,
): Promise<void> {
  await writeOnce(dir, async (work) => {
    writeRecipe(work, environmentRecipe());
    write(join(work, "requirements.txt"), environment.requirements);
    write(join(work, "constraints.txt"), environment.lock ?? "");
    makeFolder(work, "hostcfg");
  });
  await writeHostConfig?.(join(dir, "hostcfg"));
}

/** Writes the build context of a deployment image. `dir` must be named by the image's key, as above. */
export async function writeDeploymentContext(dir: string, image: DeploymentImage): Promise<void> {
  await writeOnce(dir, (work) => {
    writeRecipe(work, deploymentRecipe());
    makeFolder(work, "model");
    makeFolder(work, "code");
    if (image.model !== undefined) {
      copyTree(
        image.model.files,
        work,
        posix.join("model", posix.relative(`${APP_ROOT}/azureml-models`, image.model.folder)),
      );
    }
    copyTree(image.code.files, work, posix.join("code", posix.relative(APP_ROOT, image.code.folder)));
  });
}

/** Fills a folder beside `dir` and renames it, so that a reader never meets half of one, nor an interrupted run. */
async function writeOnce(dir: string, fill: (work: string) => void | Promise<void>): Promise<void> {
  if (existsSync(dir)) {
    return;
  }
  mkdirSync(dirname(dir), { recursive: true });
  const work = mkdtempSync(join(dirname(dir), `.${basename(dir)}-`));
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

/** The builder keeps modes and makes root the owner, and the container runs as another user: all may read. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;

function copyTree(tree: FileTree, work: string, target: string): void {
  for (const file of tree.files) {
    const to = join(work, target, file.path);
    makeFolder(work, relative(work, dirname(to)));
    const from = tree.kind === "file" ? tree.root : join(tree.root, file.path);
    // A copy on write where the file system can: models are large.
    copyFileSync(from, to, constants.COPYFILE_FICLONE);
    chmodSync(to, file.executable ? FOLDER_MODE : FILE_MODE);
  }
}

/** Makes `path` below `work` with every folder on the way, whatever the process's umask is. */
function makeFolder(work: string, path: string): void {
  let folder = work;
  for (const part of path.split("/")) {
    folder = join(folder, part);
    if (!existsSync(folder)) {
      mkdirSync(folder);
      chmodSync(folder, FOLDER_MODE);
    }
  }
}

function writeRecipe(work: string, { files }: Recipe): void {
  for (const [name, text] of Object.entries(files)) {
    write(join(work, name), text);
  }
}

function write(file: string, text: string): void {
  writeFileSync(file, text);
  chmodSync(file, FILE_MODE);
}
