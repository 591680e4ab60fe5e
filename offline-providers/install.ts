import { chmod, mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundleProvider, type OfflineProviderName } from "./bundle";
import { dockerProvider } from "./docker/provider";
import { randomProvider } from "./random/provider";

const BUNDLE = "provider.js";
/** Starts the packed file beside it with the `node` on the PATH, in place of the shell, so that signals reach it. */
const LAUNCHER = `#!/bin/sh\nexec node "\${0%/*}/${BUNDLE}" "$@"\n`;

const VERSIONS: Readonly<Record<OfflineProviderName, string>> = {
  docker: dockerProvider.version,
  random: randomProvider.version,
};

/**
 * Puts an offline provider where the Pulumi engine looks for the plug-in, under the official name and version. An official
 * plug-in that is already there stays, and an offline one is written only when its content differs. The folder appears
 * whole or not at all, so a `pulumi` that runs meanwhile never finds half of it.
 *
 * @param pulumiHome the engine's home folder (`PULUMI_HOME`, usually `~/.pulumi`)
 * @returns the plug-in's folder, `<pulumiHome>/plugins/resource-<name>-v<version>`
 */
export async function installOfflineProvider(name: OfflineProviderName, pulumiHome: string): Promise<string> {
  const plugins = join(pulumiHome, "plugins");
  const folder = join(plugins, `resource-${name}-v${VERSIONS[name]}`);
  const program = `pulumi-resource-${name}`;
  const installed = await readText(join(folder, BUNDLE));
  if (installed === undefined && (await readText(join(folder, program))) !== undefined) {
    return folder;
  }
  await mkdir(plugins, { recursive: true });
  // Beside its destination: a rename is atomic only within one file system. The dot keeps the engine from listing it.
  const draft = await mkdtemp(join(plugins, `.${name}-`));
  try {
    await bundleProvider(name, join(draft, BUNDLE));
    await writeFile(join(draft, program), LAUNCHER);
    await chmod(join(draft, program), 0o755);
    await chmod(draft, 0o755);
    const same =
      installed === (await readText(join(draft, BUNDLE))) && (await readText(join(folder, program))) === LAUNCHER;
    if (!same) {
      await replaceFolder(draft, folder);
    }
    return folder;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function replaceFolder(draft: string, folder: string): Promise<void> {
  const old = `${draft}.old`;
  await rename(folder, old).catch(ignoreMissing);
  await rename(draft, folder);
  await rm(old, { recursive: true, force: true });
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(ignoreMissing);
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") {
    throw error;
  }
}
