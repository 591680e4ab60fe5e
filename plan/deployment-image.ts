import { posix } from "node:path";
import type { FileTree } from "../input/documents/files";
import { contentHash } from "./hash";

/** Azure's root for everything of the user's (concept-online-deployment-model-specification). */
export const APP_ROOT = "/var/azureml-app";

export interface DeploymentImageInputs {
  /** Content key of the environment image. */
  readonly environmentKey: string;
  /** None for a deployment whose script needs no model. */
  readonly model?: { readonly name: string; readonly version: string; readonly files: FileTree };
  readonly code: FileTree;
  /** Relative to the code directory, for example `score.py` or `serving/score.py`. */
  readonly scoringScript: string;
  /** Digest of the Dockerfile. */
  readonly recipe: string;
}

/** Where model and code go inside the image, and what the container is told about it. */
export interface DeploymentImage {
  readonly model?: { readonly files: FileTree; readonly folder: string };
  readonly code: { readonly files: FileTree; readonly folder: string };
  /** Build arguments besides ENVIRONMENT, which is the environment image's name. */
  readonly buildArgs: { readonly MODEL_DIR: string; readonly CODE_DIR: string; readonly ENTRY_SCRIPT: string };
  /** Short content hash. Equal keys mean one image. */
  readonly key: string;
}

/**
 * Azure's mount layout: the model under its name and version, a model folder keeping its own name below that; the code
 * under the name of its folder.
 */
export function planDeploymentImage(inputs: DeploymentImageInputs): DeploymentImage {
  const { model, code } = inputs;
  const modelDir = posix.join(APP_ROOT, "azureml-models", ...(model === undefined ? [] : [model.name, model.version]));
  const modelFolder = model?.files.kind === "directory" ? posix.join(modelDir, model.files.name) : modelDir;
  const codeDir = posix.join(APP_ROOT, code.name);
  const buildArgs = { MODEL_DIR: modelDir, CODE_DIR: codeDir, ENTRY_SCRIPT: posix.normalize(inputs.scoringScript) };
  return {
    model: model === undefined ? undefined : { files: model.files, folder: modelFolder },
    code: { files: code, folder: codeDir },
    buildArgs,
    key: contentHash({
      environment: inputs.environmentKey,
      recipe: inputs.recipe,
      model: model === undefined ? undefined : [modelFolder, model.files.digest],
      code: [codeDir, code.digest],
      buildArgs,
    }),
  };
}
