import { join, posix } from "node:path";
import { APP_ROOT, type DeploymentImage } from "../plan/deployment-image";
import type { PythonEnvironment } from "../plan/python-environment";
import { copyTree, makeFolder, writeOnce, writeText } from "./context-folder";
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
  await writeOnce(dir, (work) => {
    writeRecipe(work, environmentRecipe());
    writeText(join(work, "requirements.txt"), environment.requirements);
    writeText(join(work, "constraints.txt"), environment.lock ?? "");
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

function writeRecipe(work: string, { files }: Recipe): void {
  for (const [name, text] of Object.entries(files)) {
    writeText(join(work, name), text);
  }
}
