import { request } from "node:http";
import { routerName } from "../plan/docker/names";
import { hint } from "../plan/hints";

/** What the router says when an endpoint is called without a key. */
export interface Answer {
  readonly endpoint: string;
  readonly uri: string;
  /** Whether it is the router's, and it knows the endpoint. */
  readonly answers: boolean;
  /** What was seen instead, and where to look. */
  readonly problem?: string;
}

const LIMIT_MILLISECONDS = 5000;

/** What stands for the router's own refusal of a call without a key. */
const ROUTED = "routed";

/** Calls every endpoint without a key: a router that routes it refuses that, without bothering the model. */
export function askEndpoints(stack: string, uris: Readonly<Record<string, string>>): Promise<Answer[]> {
  return Promise.all(
    Object.entries(uris).map(async ([endpoint, uri]): Promise<Answer> => {
      const seen = await statusOf(uri);
      return seen === ROUTED
        ? { endpoint, uri, answers: true }
        : {
            endpoint,
            uri,
            answers: false,
            problem: `${seen}; look at: ${hint("logs", routerName(stack))}`,
          };
    }),
  );
}

/** `routed`, or what was seen instead. */
function statusOf(uri: string): Promise<string> {
  const { hostname, host, port, pathname } = new URL(uri);
  // `*.localhost` is this machine (RFC 6761), also where the resolver does not say so.
  const local = hostname === "localhost" || hostname.endsWith(".localhost");
  return new Promise((resolve) => {
    const call = request(
      {
        host: local ? "127.0.0.1" : hostname,
        port,
        path: pathname,
        method: "POST",
        headers: { host },
        timeout: LIMIT_MILLISECONDS,
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8");
        response.on("data", (chunk: string) => {
          text += chunk;
        });
        response.on("end", () => resolve(verdict(response.statusCode ?? 0, text)));
      },
    );
    call.on("timeout", () => call.destroy(new Error(`no answer within ${LIMIT_MILLISECONDS / 1000} s`)));
    call.on("error", ({ message }) => resolve(message));
    call.end();
  });
}

/** Another program on the same port may say 401 too: the router's refusal is JSON with its code. */
function verdict(status: number, text: string): string {
  if (status !== 401) {
    return `status ${status} instead of 401`;
  }
  return text.includes('"Unauthorized"') ? ROUTED : "a refusal that is not the router's: another program listens there";
}
