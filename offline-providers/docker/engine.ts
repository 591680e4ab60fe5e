import type Docker from "dockerode";
import { dockerClient } from "../../docker-connection/client";
import type { DockerConnection } from "../../docker-connection/connection";
import { explainDocker as explain } from "../../docker-connection/explain";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Props } from "../common/values";
import { readConnection } from "./config";

/** A Docker engine, not contacted until a resource needs it. */
export interface DockerEngine {
  readonly connection: DockerConnection;
  readonly registryAuth: readonly Fields[];
  readonly api: Docker;
}

export function connectDocker(config: Props): DockerEngine {
  const connection = readConnection(config);
  return { connection, registryAuth: new Fields(config).items("registryAuth"), api: dockerClient(connection) };
}

/** One sentence for the person at the terminal, or undefined when the error already is one. */
export function explainDocker(error: unknown, { connection }: DockerEngine): string | undefined {
  return error instanceof ProviderError ? undefined : explain(error, connection);
}
