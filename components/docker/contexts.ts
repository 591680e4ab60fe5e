import { mkdirSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { SpecErrors } from "../../input/documents/errors";
import type { DeploymentImage } from "../../plan/deployment-image";
import type { RouterPlan } from "../../plan/router-plan";
import type { EnvironmentPlan } from "../../plan/serving/kind";
import type { StackPlan } from "../../plan/stack-plan";
import { routerImageFiles } from "../../router";
import { writeDeploymentContext, writeEnvironmentContext } from "../../scoring-image/context";
import { writeOnce, writeText } from "../../scoring-image/context-folder";
import { ContextStore } from "../../scoring-image/context-store";
import { holdsPassword, writeHostConfig } from "../../scoring-image/hostcfg";

/**
 * How an environment is built. Its context holds the machine's index settings, in which there may be a password. The engine's own
 * builder keeps them in a stage that can be deleted afterwards; BuildKit would keep them in a cache that cannot be searched.
 * A container of a failed step would hold on to its stage.
 */
export const ENVIRONMENT_BUILD = { useLegacyBuilder: true, forceRemove: true } as const;

/** A stage that holds a password is deleted as soon as it can be. */
export function environmentStage(): { readonly STAGE?: "secret" } {
  return holdsPassword() ? { STAGE: "secret" } : {};
}

/** Below the project, so that the paths in a state file mean the same on every machine. */
const CONTEXTS = ".cache/contexts";

const environmentName = (plan: EnvironmentPlan): string => `environment-${plan.key}`;
const deploymentName = (image: DeploymentImage): string => `deployment-${image.key}`;
const routerName = (plan: RouterPlan): string => `router-${plan.key}`;

/**
 * Keeps the contexts of this plan and deletes those of earlier ones. Called before the first is written: a context is needed
 * until its image is built, so at no time is there more than one of a deployment, and an update that changes nothing copies
 * nothing. What another update is building from, for example that of another stack, stays.
 */
export function keepContexts(plan: StackPlan): void {
  if (pulumi.runtime.isDryRun()) {
    return;
  }
  const deployments = plan.endpoints.flatMap((endpoint) => endpoint.deployments);
  const store = new ContextStore(CONTEXTS);
  store.claim([
    routerName(plan.router),
    ...plan.environments.map(environmentName),
    ...deployments.map(({ serving }) => deploymentName(serving.image.layout)),
  ]);
  store.prune();
}

/**
 * The folders that images are built from, named by content. A preview names them and writes nothing.
 */
export async function environmentContext(plan: EnvironmentPlan): Promise<string> {
  return written(environmentName(plan), (dir) =>
    writeEnvironmentContext(dir, plan.python, (overlay) => void writeHostConfig(overlay)),
  );
}

export async function deploymentContext(image: DeploymentImage): Promise<string> {
  return written(deploymentName(image), (dir) => writeDeploymentContext(dir, image));
}

export async function routerContext(plan: RouterPlan): Promise<string> {
  return written(routerName(plan), (dir) =>
    writeOnce(dir, (work) => {
      for (const [name, text] of Object.entries(routerImageFiles())) {
        mkdirSync(path.dirname(path.join(work, name)), { recursive: true });
        writeText(path.join(work, name), text);
      }
    }),
  );
}

async function written(name: string, write: (dir: string) => Promise<void>): Promise<string> {
  const dir = `${CONTEXTS}/${name}`;
  if (!pulumi.runtime.isDryRun()) {
    try {
      await write(dir);
    } catch (error) {
      throw error instanceof SpecErrors ? shown(error) : error;
    }
  }
  return dir;
}

/** The engine shows a `RunError` as it is, and any other with our own stack frames, which would help nobody. */
function shown(error: SpecErrors): pulumi.RunError {
  const run = new pulumi.RunError(error.message);
  run.stack = error.message;
  return run;
}
