import Docker from "dockerode";
import { ProviderError } from "../common/errors";
import type { Props } from "../common/values";
import { type Connection, readConnection } from "./config";

/** A Docker engine, not contacted until a resource needs it. */
export interface DockerEngine {
  readonly host: string;
  readonly connection: Connection;
  readonly api: Docker;
}

export function connectDocker(config: Props): DockerEngine {
  const connection = readConnection(config);
  return { host: connection.host, connection, api: new Docker(dockerOptions(connection)) };
}

function dockerOptions({ host, ca, cert, key }: Connection): Docker.DockerOptions {
  if (host.startsWith("unix://")) {
    return { socketPath: host.slice("unix://".length) };
  }
  if (host.startsWith("npipe://")) {
    return { socketPath: host.slice("npipe://".length).replace(/^\/\/\.\//, "//./") };
  }
  let url: URL;
  try {
    url = new URL(host);
  } catch {
    throw new ProviderError(
      `docker:host: "${host}" is no address; write unix:///path, tcp://name:port or ssh://user@name`,
    );
  }
  const name = { host: url.hostname, username: url.username };
  switch (url.protocol) {
    case "ssh:":
      return { ...name, protocol: "ssh", port: Number(url.port === "" ? 22 : url.port) };
    case "tcp:":
    case "http:":
    case "https:": {
      const secure = cert !== undefined || url.protocol === "https:";
      const port = Number(url.port === "" ? (secure ? 2376 : 2375) : url.port);
      return { host: url.hostname, port, protocol: secure ? "https" : "http", ca, cert, key };
    }
    default:
      throw new ProviderError(
        `docker:host: "${host}" is no address; write unix:///path, tcp://name:port or ssh://user@name`,
      );
  }
}

interface ApiError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly json?: { readonly message?: string } | string | null;
  readonly message?: string;
}

/** What Docker itself said, without the HTTP wrapping of the client library. */
export function dockerMessage(error: unknown): string {
  const { json, message } = error as ApiError;
  if (typeof json === "object" && json?.message !== undefined) {
    return json.message.trim();
  }
  return (message ?? String(error)).replace(/^\(HTTP code \d+\) [^-]* - /, "").trim();
}

export const isNotFound = (error: unknown): boolean => (error as ApiError).statusCode === 404;
export const isConflict = (error: unknown): boolean => (error as ApiError).statusCode === 409;
export const isNotModified = (error: unknown): boolean => (error as ApiError).statusCode === 304;

const START =
  "start it (sudo systemctl start docker), or set DOCKER_HOST or the stack setting docker:host to where it runs";
const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: `there is no such socket; ${START}`,
  ECONNREFUSED: `nothing answers there; ${START}`,
  EACCES:
    "this user may not use it; add the user to the docker group (sudo usermod -aG docker $USER), then log in again",
  EPERM:
    "this user may not use it; add the user to the docker group (sudo usermod -aG docker $USER), then log in again",
  ENOTFOUND: "the host name is not known; correct DOCKER_HOST or the stack setting docker:host",
  EAI_AGAIN: "the host name is not known; correct DOCKER_HOST or the stack setting docker:host",
  EHOSTUNREACH: "there is no way to that host; correct DOCKER_HOST or the stack setting docker:host",
  ETIMEDOUT: "there is no answer; correct DOCKER_HOST or the stack setting docker:host",
  ECONNRESET: "the connection was cut; look at the engine's log (journalctl -u docker)",
  EPIPE: "the connection was cut; look at the engine's log (journalctl -u docker)",
};

/** One sentence for the person at the terminal, or undefined when the error already is one. */
export function explainDocker(error: unknown, engine: DockerEngine): string | undefined {
  if (error instanceof ProviderError) {
    return undefined;
  }
  const { code, statusCode } = error as ApiError;
  const advice = code === undefined ? undefined : ADVICE[code];
  if (advice !== undefined) {
    return `Docker cannot be reached at ${engine.host}: ${advice}`;
  }
  return statusCode === undefined ? undefined : `Docker refused: ${dockerMessage(error)}`;
}
