import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentImage } from "../../plan/deployment-image";
import type { RouterPlan } from "../../plan/router-plan";
import type { EnvironmentPlan } from "../../plan/serving/kind";
import { compileBootstrap } from "../../router";
import { writeDeploymentContext, writeEnvironmentContext } from "../../scoring-image/context";
import { writeHostConfig } from "../../scoring-image/hostcfg";

/** Below the project, so that the paths in a state file mean the same on every machine. */
const CONTEXTS = ".cache/contexts";

const ROUTER_IMAGE = path.resolve(__dirname, "../../router-image");

/**
 * The folders that images are built from, named by content. A preview names them and writes nothing.
 */
export async function environmentContext(plan: EnvironmentPlan): Promise<string> {
  return written(`environment-${plan.key}`, (dir) =>
    writeEnvironmentContext(dir, plan.python, (overlay) => void writeHostConfig(overlay)),
  );
}

export async function deploymentContext(image: DeploymentImage): Promise<string> {
  return written(`deployment-${image.key}`, (dir) => writeDeploymentContext(dir, image));
}

export async function routerContext(plan: RouterPlan): Promise<string> {
  return written(`router-${plan.key}`, (dir) => {
    if (existsSync(dir)) {
      return;
    }
    const work = mkdtempSync(`${dir}-`);
    cpSync(ROUTER_IMAGE, work, { recursive: true });
    writeFileSync(path.join(work, "bootstrap.json"), compileBootstrap());
    try {
      renameSync(work, dir);
    } catch (error) {
      // Another process was faster; what it wrote has the same content.
      rmSync(work, { recursive: true, force: true });
      if (!existsSync(dir)) {
        throw error;
      }
    }
  });
}

async function written(name: string, write: (dir: string) => void | Promise<void>): Promise<string> {
  const dir = `${CONTEXTS}/${name}`;
  if (!pulumi.runtime.isDryRun()) {
    mkdirSync(CONTEXTS, { recursive: true });
    await write(dir);
  }
  return dir;
}
