import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import type { LocalPath } from "../azure/deployment/files";
import type { DeploymentYaml } from "../azure/deployment/schema";
import type { Limits } from "../azure/tables/limits";
import type { VmSizes } from "../azure/tables/vm-sizes";
import type { LocatedDocument } from "../documents/document";
import { type FileTree, readFileTree } from "../documents/files";
import type { CondaEnvironment } from "../python/conda/conda";
import { readScoringScript, type ScoringScript } from "../python/scoring-script";
import type { Assets } from "./assets";

/** What all deployments of a stack are read with. */
export interface DeploymentLoader {
  readonly stack: LocatedDocument;
  readonly sizes: VmSizes;
  readonly limits: Limits;
  readonly assets: Assets;
  /** Trees by absolute path: deployments share models and code. */
  readonly trees: Map<string, FileTree>;
  /** Reads a scoring script; what deployments share is read once. */
  readonly readScript: (source: string) => ScoringScript;
  /** Conda files by absolute path; undefined: one with faults, which are told once. */
  readonly condas: Map<string, CondaEnvironment | undefined>;
}

/** A deployment document on its way to a spec. */
export interface Reading {
  readonly document: LocatedDocument;
  readonly yaml: DeploymentYaml;
  readonly loader: DeploymentLoader;
}

/** The tree of a local path, read once however many deployments share it. */
export function treeOf(local: LocalPath, { trees }: DeploymentLoader): FileTree {
  const known = trees.get(local.absolute);
  const tree = known ?? readFileTree(local.absolute);
  trees.set(local.absolute, tree);
  return tree;
}

/** Text of the lock file beside a conda file, when there is one. */
export function lockText(file: string): string | undefined {
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** A path of a document, absolute. */
export function resolveIn(document: LocatedDocument, written: string): LocalPath {
  return { written, absolute: path.resolve(path.dirname(document.file), written) };
}

/** `readScoringScript` with a memory. */
export function scriptReader(): (source: string) => ScoringScript {
  const known = new Map<string, ScoringScript>();
  return (source) => {
    const script = known.get(source) ?? readScoringScript(source);
    known.set(source, script);
    return script;
  };
}
