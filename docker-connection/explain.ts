import { type DockerConnection, sourceText } from "./connection";
import { DockerConnectionError } from "./problem";

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

interface Reason {
  readonly reason: string;
  readonly hint: string;
}

const START = "start it (sudo systemctl start docker), or name the engine that is meant (docker:host or DOCKER_HOST)";
const CORRECT = "correct the address where it comes from";
const GROUP = "add the user to the docker group (sudo usermod -aG docker $USER), then log in again";
const LOG = "look at the engine's log (journalctl -u docker)";
const CERTIFICATES = "compare the certificates with those of the engine (docker:certPath, DOCKER_CERT_PATH)";

const REASONS: Readonly<Record<string, Reason>> = {
  ENOENT: { reason: "there is no such socket", hint: START },
  ENOTSOCK: { reason: "it is no socket", hint: CORRECT },
  ECONNREFUSED: { reason: "nothing answers there", hint: START },
  EACCES: { reason: "this user may not use it", hint: GROUP },
  EPERM: { reason: "this user may not use it", hint: GROUP },
  ENOTFOUND: { reason: "the host name is not known", hint: CORRECT },
  EAI_AGAIN: { reason: "the host name is not known", hint: CORRECT },
  EHOSTUNREACH: { reason: "there is no way to that host", hint: CORRECT },
  ENETUNREACH: { reason: "there is no way to that host", hint: CORRECT },
  ETIMEDOUT: { reason: "there is no answer", hint: CORRECT },
  ECONNRESET: { reason: "the connection was cut", hint: LOG },
  EPIPE: { reason: "the connection was cut", hint: LOG },
  EPROTO: { reason: "it does not speak TLS", hint: "take the certificates away, or name the port that has TLS" },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    reason: "it does not speak TLS",
    hint: "take the certificates away, or name the port that has TLS",
  },
};

/** The engine could not be reached at all: which address was tried, what named it, why, and one thing to do. */
export function explainUnreachable(error: unknown, connection: DockerConnection): DockerConnectionError | undefined {
  if (error instanceof DockerConnectionError) {
    return error;
  }
  const found = reasonOf(error as ApiError, connection);
  return found === undefined
    ? undefined
    : new DockerConnectionError(
        `Docker cannot be reached at ${connection.address} (${sourceText(connection.source)}): ${found.reason}`,
        found.hint,
      );
}

function reasonOf(error: ApiError, { endpoint }: DockerConnection): Reason | undefined {
  const { code, statusCode, message = "" } = error;
  if (statusCode === 400 && message.includes("HTTP request to an HTTPS server")) {
    return { reason: "it speaks TLS only", hint: "give certificates (docker:certPath, DOCKER_CERT_PATH)" };
  }
  if (code === undefined || statusCode !== undefined) {
    return undefined;
  }
  if (code === "SSH" && endpoint.kind === "ssh") {
    const user = endpoint.user === undefined ? "" : `${endpoint.user}@`;
    const port = endpoint.port === undefined ? "" : `-p ${endpoint.port} `;
    return {
      reason: message.split("\n").join(" "),
      hint: `try it by hand: ssh ${port}${user}${endpoint.host} docker version`,
    };
  }
  if (Object.hasOwn(REASONS, code)) {
    return REASONS[code];
  }
  return /CERT|SSL|TLS|SIGNATURE/.test(code) ? { reason: `TLS failed: ${message}`, hint: CERTIFICATES } : undefined;
}

/** One sentence for the person at the terminal, or undefined when this is no error of Docker's. */
export function explainDocker(error: unknown, connection: DockerConnection): string | undefined {
  const unreachable = explainUnreachable(error, connection);
  if (unreachable !== undefined) {
    return unreachable.message;
  }
  return (error as ApiError).statusCode === undefined ? undefined : `Docker refused: ${dockerMessage(error)}`;
}
