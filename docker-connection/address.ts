import { DockerConnectionError } from "./problem";

/** Where an engine listens, taken apart. */
export type Endpoint =
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "tcp"; readonly host: string; readonly port: number | undefined; readonly https: boolean }
  | {
      readonly kind: "ssh";
      readonly user: string | undefined;
      readonly host: string;
      readonly port: number | undefined;
      /** The engine's socket on that machine, when it is not the usual one. */
      readonly socket: string | undefined;
    };

export const DEFAULT_ADDRESS =
  process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";

/**
 * The forms that the official provider takes: it wants a scheme, so that `localhost:2375`, which the docker program takes
 * too, is refused. @param from what named the address, for the message
 */
export function parseAddress(address: string, from: string): Endpoint {
  if (address.startsWith("unix://")) {
    const path = address.slice("unix://".length);
    return { kind: "socket", path: path === "" ? DEFAULT_ADDRESS.slice("unix://".length) : path };
  }
  if (address.startsWith("npipe://")) {
    return { kind: "socket", path: address.slice("npipe://".length).replace(/^\/\/\.\//, "//./") };
  }
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url === undefined || url.hostname === "") {
    throw invalid(address, from);
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? undefined : Number(url.port);
  const path = url.pathname === "/" || url.pathname === "" ? undefined : url.pathname;
  switch (url.protocol) {
    case "ssh:":
      return sshEndpoint(url, host, port, path, address, from);
    case "tcp:":
    case "http:":
    case "https:":
      if (path !== undefined) {
        throw invalid(address, from);
      }
      return { kind: "tcp", host, port, https: url.protocol === "https:" };
    default:
      throw invalid(address, from);
  }
}

/** A password has no place in an address, and ssh would not take it: docker/cli cli/connhelper/ssh refuses it too. */
function sshEndpoint(
  url: URL,
  host: string,
  port: number | undefined,
  socket: string | undefined,
  address: string,
  from: string,
): Endpoint {
  // What starts with a hyphen would be an option to the ssh program.
  const user = url.username === "" ? undefined : decodeURIComponent(url.username);
  if (url.password !== "" || url.search !== "" || url.hash !== "" || host.startsWith("-") || user?.startsWith("-")) {
    throw invalid(url.password === "" ? address : address.replace(url.password, "…"), from);
  }
  return { kind: "ssh", user, host, port, socket };
}

function invalid(address: string, from: string): DockerConnectionError {
  return new DockerConnectionError(
    `"${address}" (from ${from}) is no address of a Docker engine`,
    "write unix:///path, tcp://name:port or ssh://user@name",
  );
}
