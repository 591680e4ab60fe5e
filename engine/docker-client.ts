// The few calls that getting an engine and base images takes.
import type Docker from "dockerode";
import { dockerClient } from "../docker-connection/client";
import { type DockerConnection, resolveConnection } from "../docker-connection/connection";
import { explainUnreachable } from "../docker-connection/explain";
import { DockerConnectionError } from "../docker-connection/problem";

/** Milliseconds in which an engine that runs has answered. */
const PATIENCE = 3000;

/** Version of the engine that answers, or the reason why none does. */
export async function engineVersion(
  connection: DockerConnection = resolveConnection(),
): Promise<{ version: string } | { problem: DockerConnectionError }> {
  try {
    return { version: (await dockerClient(connection, { timeout: PATIENCE }).version()).Version };
  } catch (error) {
    const explained = explainUnreachable(error, connection);
    return {
      problem: explained ?? new DockerConnectionError((error as Error).message, "docker version   (says more)"),
    };
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
