import { posix } from "node:path";
import type { SpecError } from "../../input/documents/errors";
import type { FileTree } from "../../input/documents/files";
import { Collector, type Result } from "../../input/documents/findings";
import { placeOf } from "../../input/documents/source-map";
import type { CondaEnvironment } from "../../input/python/conda/conda";
import type { CodeSpec, DeploymentSpec, EnvironmentSpec, StackSpec } from "../../input/stack/spec";
import { planDeploymentImage } from "../deployment-image";
import { canonicalJson } from "../hash";
import { hint } from "../hints";
import { isWithinReach, resolveBaseImage } from "../images";
import type { PlanContext } from "../plan-context";
import { planPythonEnvironment } from "../python-environment";
import type { EnvironmentPlan, Refusal, Serving, ServingKind } from "./kind";

/** A scoring script behind Microsoft's inference server (how-to-inference-server-http). */
export const lowCode: ServingKind = { name: "low-code", refusals, plan };

/** Port and routes of the inference server. */
const PORT = 5001;
const ROUTES: Serving["routes"] = {
  liveness: { port: PORT, path: "/" },
  readiness: { port: PORT, path: "/" },
  scoring: { port: PORT, path: "/score" },
};

/** User of the images that scoring-image/ makes. */
const USER = 1001;

function refusals({ model, code, environment }: DeploymentSpec): readonly Refusal[] {
  const missing = code?.script?.missing ?? [];
  return [
    model?.remote === undefined
      ? undefined
      : {
          path: ["model", "path"],
          what: "a model that is not on this machine",
          hint: "copy it here, or register its local copy under mlendpoints:models",
        },
    environment?.conda !== undefined
      ? undefined
      : {
          path: ["environment"],
          what: "an environment without a conda file",
          hint: "add conda_file with the packages, azureml-inference-server-http among them",
        },
    code !== undefined
      ? undefined
      : {
          path: ["code_configuration"],
          what: "a deployment without a scoring script",
          hint: "add code_configuration",
        },
    missing.length === 0
      ? undefined
      : {
          path: ["code_configuration", "scoring_script"],
          what: `a scoring script without ${missing.map((name) => `${name}()`).join(" and ")}`,
          hint: "define both functions at the top level of the script",
        },
  ].filter((refusal) => refusal !== undefined);
}

/** What a low-code deployment without refusals has. */
interface LowCode {
  readonly code: CodeSpec;
  readonly environment: EnvironmentSpec & { readonly conda: CondaEnvironment };
  readonly model?: { readonly name: string; readonly version: string; readonly files: FileTree };
}

function lowCodeOf({ name, code, environment, model }: DeploymentSpec): LowCode {
  const conda = environment?.conda;
  if (code === undefined || conda === undefined) {
    throw new Error(`${name} is refused: it has no code or no conda file`);
  }
  if (model === undefined) {
    return { code, environment: { ...environment, conda } };
  }
  const { files } = model;
  if (files === undefined) {
    throw new Error(`${name} is refused: its model is not on this machine`);
  }
  return { code, environment: { ...environment, conda }, model: { name: model.name, version: model.version, files } };
}

function plan(deployment: DeploymentSpec, stack: StackSpec, context: PlanContext): Result<Serving> {
  const own = lowCodeOf(deployment);
  const { value: environment, findings } = planEnvironment(own.environment, deployment, stack, context);
  const layout = planDeploymentImage({
    environmentKey: environment.key,
    model: own.model,
    code: own.code.files,
    scoringScript: own.code.scoringScript,
    recipe: context.recipes.deployment,
  });
  const serving: Serving = {
    kind: "low-code",
    image: { environment, layout },
    port: PORT,
    routes: ROUTES,
    user: USER,
    writable: [{ path: "/tmp", mebibytes: 256 }],
    environmentVariables: { MLENDPOINTS_LIVENESS: canonicalJson({ ...ROUTES.liveness, ...deployment.liveness }) },
    parts: {
      environment: environment.key,
      ...(layout.model === undefined ? {} : { model: [layout.model.folder, layout.model.files.digest] }),
      code: [layout.code.folder, layout.code.files.digest, posix.normalize(own.code.scoringScript)],
    },
  };
  return { value: serving, findings };
}

function planEnvironment(
  { image, conda, lock }: LowCode["environment"],
  deployment: DeploymentSpec,
  stack: StackSpec,
  context: PlanContext,
): Result<EnvironmentPlan> {
  const base = resolveBaseImage(image, conda.pythonMinor, stack.config.images, context.localImages);
  const place = { ...placeOf(deployment.places, ["environment", "image"]), path: "environment.image" };
  const python = planPythonEnvironment(conda, { base: base.name, lock, recipe: context.recipes.environment });
  const found = new Collector();
  if (base.insteadOf !== undefined) {
    const warning: SpecError = {
      ...place,
      code: "ImageSubstituted",
      message: `the environment is built on ${base.name} instead`,
      value: base.insteadOf,
      hint: "to choose another base, map the name under mlendpoints:images",
    };
    found.add({ warnings: [warning] });
  }
  if (!isWithinReach(base.name, context.localImages)) {
    const error: SpecError = {
      ...place,
      code: "ImageBuildFailure",
      message: `there is no base image for Python ${conda.pythonMinor}: this machine works with local copies of images and has none of it`,
      value: base.name,
      allowed: Object.keys(context.localImages).join(", "),
      hint: hint("python", conda.pythonMinor),
    };
    found.add({ errors: [error] });
  }
  return found.result({ key: python.key, base: base.name, python });
}
