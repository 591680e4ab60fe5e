import type { Agent as HttpAgent } from "node:http";
import { Agent } from "node:https";
import Docker from "dockerode";
import { type DockerConnection, resolveConnection } from "./connection";
import { SshAgent } from "./ssh";

/** Ports of the Docker API without and with TLS (iana.org/assignments/service-names-port-numbers). */
const PLAIN_PORT = 2375;
const TLS_PORT = 2376;

export interface ClientOptions {
  /** Milliseconds that an answer may take; forever when left out. */
  readonly timeout?: number;
}

/** A client of that engine; it is not contacted before the first call. */
export function dockerClient(
  connection: DockerConnection = resolveConnection(),
  { timeout }: ClientOptions = {},
): Docker {
  // The library fills what is left out from DOCKER_HOST and its like, so every option is given.
  const options: Options = { ...NOTHING, timeout, ...clientOptions(connection) };
  return new Docker(options);
}

/** What the library takes and its types leave out. */
interface Options extends Docker.DockerOptions {
  readonly agent?: HttpAgent | undefined;
  readonly pathPrefix?: string;
}

const NOTHING: Options = {
  host: undefined,
  port: undefined,
  socketPath: undefined,
  protocol: "http",
  username: undefined,
  ca: undefined,
  cert: undefined,
  key: undefined,
  pathPrefix: "/",
};

function clientOptions({ endpoint, tls, sshOptions }: DockerConnection): Options {
  switch (endpoint.kind) {
    case "socket":
      return { socketPath: endpoint.path };
    case "ssh":
      // The library's own way needs keys in an agent and trusts any host; the name is only for the Host header.
      return { host: "docker.invalid", port: PLAIN_PORT, agent: new SshAgent(endpoint, sshOptions) };
    case "tcp": {
      const { host, port } = endpoint;
      if (tls === undefined) {
        return { host, port: port ?? PLAIN_PORT };
      }
      const { ca, cert, key, verify } = tls;
      const agent = new Agent({ ca, cert, key, rejectUnauthorized: verify });
      return { host, port: port ?? TLS_PORT, protocol: "https", agent };
    }
    default: {
      const never: never = endpoint;
      return never;
    }
  }
}
