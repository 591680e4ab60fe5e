// The Docker engine the user means: DOCKER_HOST, else the current `docker context`, else the default socket.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import Docker from "dockerode";

/** `unix://…` or `tcp://…`; undefined for the default socket. Contexts are read as the docker CLI stores them. */
export function dockerHost(env: NodeJS.ProcessEnv = process.env, home = homedir()): string | undefined {
  const fromEnv = env["DOCKER_HOST"];
  if (fromEnv !== undefined && fromEnv !== "") {
    return fromEnv;
  }
  const config = path.join(env["DOCKER_CONFIG"] ?? path.join(home, ".docker"));
  const context =
    env["DOCKER_CONTEXT"] ?? readJson<{ currentContext?: string }>(path.join(config, "config.json"))?.currentContext;
  if (context === undefined || context === "" || context === "default") {
    return undefined;
  }
  const folder = createHash("sha256").update(context).digest("hex");
  const meta = path.join(config, "contexts", "meta", folder, "meta.json");
  return readJson<{ Endpoints?: { docker?: { Host?: string } } }>(meta)?.Endpoints?.docker?.Host;
}

export function dockerClient(timeout?: number): Docker {
  const host = dockerHost();
  if (host?.startsWith("unix://") === true) {
    return new Docker({ socketPath: host.slice("unix://".length), timeout });
  }
  // dockerode reads tcp://, ssh:// and the TLS variables from the environment itself.
  if (host !== undefined) {
    process.env["DOCKER_HOST"] = host;
  }
  return new Docker({ timeout });
}

/** Version of the engine that answers within 3 seconds, or the reason why none does. */
export async function engineVersion(): Promise<{ version: string } | { problem: string }> {
  try {
    return { version: (await dockerClient(3000).version()).Version };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) {
      return false;
    }
    throw error;
  }
}

/** Imports a root file system tar as an image; `changes` are Dockerfile lines (ENV, LABEL, CMD …). */
export async function importImage(
  docker: Docker,
  tar: string,
  name: string,
  changes: readonly string[],
): Promise<void> {
  const colon = name.lastIndexOf(":");
  const stream = await docker.importImage(tar, {
    repo: name.slice(0, colon),
    tag: name.slice(colon + 1),
    // The engine joins several `changes` with newlines, so one value with newlines says the same.
    changes: changes.join("\n"),
  });
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
