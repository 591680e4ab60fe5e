import type { PipLine } from "./pip";
import type { PythonMinor } from "./python";

/** One line for pip, with where it was asked for. */
export interface CondaRequirement extends PipLine {
  /** `conda`: from the package list; `pip`: from its `pip:` list; `file`: from a `-r` file; `added`: by us. */
  readonly origin: "conda" | "pip" | "file" | "added";
  readonly file: string;
  /** 1-based; 0 for an added one. */
  readonly line: number;
  readonly column: number;
}

/** A conda environment as pip can make it (`docs`: what is mapped, what is refused). */
export interface CondaEnvironment {
  readonly file: string;
  /** Decides the base image. */
  readonly pythonMinor: PythonMinor;
  /** In the order of the file. */
  readonly requirements: readonly CondaRequirement[];
}
