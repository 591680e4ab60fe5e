import type { YamlPath } from "../../input/documents/document";
import type { Result } from "../../input/documents/findings";
import type { DeploymentSpec, StackSpec } from "../../input/stack/spec";
import type { DeploymentImage } from "../deployment-image";
import type { PlanContext } from "../plan-context";
import type { PythonEnvironment } from "../python-environment";

/**
 * The ways in which a model is served. Every deployment has exactly one, decided by `servingKindOf` and by nobody else:
 * - `low-code`: a scoring script behind Microsoft's inference server, in an environment of a conda file;
 * - `mlflow`: an MLflow model without code;
 * - `triton`: a Triton model repository without code;
 * - `custom-container`: an image that brings its own server.
 */
export const SERVING_KINDS = ["low-code", "mlflow", "triton", "custom-container"] as const;
export type ServingKindName = (typeof SERVING_KINDS)[number];

/**
 * Answers of one kind to the questions that all kinds are asked. A new kind is a file with one of these and a line in the
 * table of `serving/index.ts`.
 */
export interface ServingKind {
  readonly name: ServingKindName;
  /** What keeps a deployment of this kind from being served, on any target. */
  refusals(deployment: DeploymentSpec): readonly Refusal[];
  /** Only for deployments without refusals. */
  plan(deployment: DeploymentSpec, stack: StackSpec, context: PlanContext): Result<Serving>;
}

/** A field that cannot be honoured: by name and place, since nothing is silently ignored. */
export interface Refusal {
  readonly path: YamlPath;
  /** As in "a mount path for the model". */
  readonly what: string;
  readonly hint: string;
}

/** How the instances of a deployment serve. Plain data, for any target. */
export interface Serving {
  readonly kind: ServingKindName;
  /** What their image is made of. */
  readonly image: ServingImage;
  /** Port inside the container that requests go to. */
  readonly port: number;
  readonly routes: Readonly<Record<"liveness" | "readiness" | "scoring", Route>>;
  /** User id that the container runs as. */
  readonly user: number;
  /** Folders that it may write to; everything else is read-only. */
  readonly writable: readonly WritableFolder[];
  /** Variables that the kind sets; what the user's file says wins. */
  readonly environmentVariables: Readonly<Record<string, string>>;
  /** What a generation is new by, as far as the kind decides it: plain data by the name of the part, as in `model`. */
  readonly parts: Readonly<Record<string, unknown>>;
}

/** An environment that deployments may share, with code and model of one deployment on top. */
export interface ServingImage {
  readonly environment: EnvironmentPlan;
  readonly layout: DeploymentImage;
}

/** An image with an interpreter and packages, shared by all deployments that ask for the same. */
export interface EnvironmentPlan {
  /** Content hash. */
  readonly key: string;
  /** Name of the image that it is built on. */
  readonly base: string;
  readonly python: PythonEnvironment;
}

export interface Route {
  readonly port: number;
  readonly path: string;
}

export interface WritableFolder {
  readonly path: string;
  readonly mebibytes: number;
}
