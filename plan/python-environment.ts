import { withoutAbsent } from "../input/documents/plain";
import type { CondaEnvironment } from "../input/python/conda/conda";
import type { PythonMinor } from "../input/python/conda/python";
import { contentHash } from "./hash";

/** All that an environment image is made of, apart from the machine that makes it. */
export interface PythonEnvironment {
  /** The minor that the base image must have; the build checks it. */
  readonly pythonMinor: PythonMinor;
  /** Requirements file for pip, one line each, in one form and order. */
  readonly requirements: string;
  /** Constraints for the same install, when the user keeps a lock file. */
  readonly lock?: string;
  /** Short content hash. Equal keys mean one image. */
  readonly key: string;
}

export interface PythonEnvironmentInputs {
  /**
   * Text of the lock file that stands beside the conda file: `conda.lock` for `conda.yml`. It is a pip constraints file
   * and holds every version of the install. Without one, a build takes the newest versions that fit on that day.
   *
   * The list of a finished build is one: `docker run --rm --entrypoint cat IMAGE /opt/venv/requirements.lock > conda.lock`.
   */
  readonly lock?: string;
  /** Identity of the base image: its name, or its local tag when that is a content hash. */
  readonly base: string;
  /** Version of the way to build it: the digest of the Dockerfile. */
  readonly recipe: string;
}

/**
 * Decides an environment image. Two conda files that ask for the same packages in another order, with other comments
 * or in another spelling have one key.
 */
export function planPythonEnvironment(conda: CondaEnvironment, inputs: PythonEnvironmentInputs): PythonEnvironment {
  // The order of options has a meaning to pip, that of requirements has none.
  const options = conda.requirements.filter(({ kind }) => kind === "option").map(({ text }) => text);
  const packages = conda.requirements.filter(({ kind }) => kind === "requirement").map(({ text }) => text);
  const requirements = `${[...unique(options), ...unique(packages).sort()].join("\n")}\n`;
  const lock = inputs.lock === undefined ? undefined : normaliseLock(inputs.lock);
  return withoutAbsent({
    pythonMinor: conda.pythonMinor,
    requirements,
    lock,
    key: contentHash({ base: inputs.base, recipe: inputs.recipe, python: conda.pythonMinor, requirements, lock }),
  });
}

/** Comments, line ends and order do not change what a lock means. Lines with hashes go on after a `\`: kept together. */
function normaliseLock(text: string): string {
  const lines = text
    .replace(/\\\r?\n\s*/g, "")
    .split(/\r?\n/)
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return `${unique(lines).sort().join("\n")}\n`;
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}
