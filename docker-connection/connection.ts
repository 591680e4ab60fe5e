// Which Docker engine is meant, decided in this one place for the offline provider, the program, `make ensure` and
// `make clean`.
//
// What creates the containers decides, so the order is the official provider's: docker:context, else DOCKER_CONTEXT, else
// docker:host, else DOCKER_HOST (@pulumi/docker 5.2.0: "context … can also be set via DOCKER_CONTEXT. Overrides the host if
// set"; "host" defaults to DOCKER_HOST). The docker program takes DOCKER_HOST before DOCKER_CONTEXT (docker/cli
// resolveContextName), so where both are set and differ nobody could say which engine is meant, and that is refused. After
// those comes, as in the docker program, what `docker context use` has chosen, and then the usual socket.
import { DEFAULT_ADDRESS, type Endpoint, parseAddress } from "./address";
import { currentContext, type DockerContext, readContext } from "./context";
import { type Machine, thisMachine, variable } from "./machine";
import { DockerConnectionError } from "./problem";
import type { DockerSettings } from "./settings";
import { findCertificates, type Tls } from "./tls";

/** What named the engine. */
export type Source =
  | { readonly kind: "docker:host" | "DOCKER_HOST" | "default" }
  | { readonly kind: "docker:context" | "DOCKER_CONTEXT" | "current context"; readonly context: string };

export interface DockerConnection {
  /** As it was written: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly source: Source;
  readonly endpoint: Endpoint;
  /** Undefined where nothing is encrypted by TLS. */
  readonly tls: Tls | undefined;
  readonly sshOptions: readonly string[];
}

/**
 * Where the engine is, and how to be trusted there. Reads files only; nothing is contacted.
 *
 * @throws DockerConnectionError when the settings contradict each other or name what is not there
 */
export function resolveConnection(settings: DockerSettings = {}, machine: Machine = thisMachine()): DockerConnection {
  const { address, source, context } = chooseAddress(settings, machine);
  const endpoint = parseAddress(address, sourceText(source));
  return {
    address,
    source,
    endpoint,
    tls: endpoint.kind === "tcp" ? findCertificates(settings, context, endpoint.https, machine) : undefined,
    sshOptions: settings.sshOpts ?? variable(machine, "DOCKER_SSH_OPTS")?.trim().split(/\s+/) ?? [],
  };
}

interface Choice {
  readonly address: string;
  readonly source: Source;
  readonly context?: DockerContext;
}

/** The address alone, without reading certificates. */
export function chooseAddress(settings: DockerSettings, machine: Machine = thisMachine()): Choice {
  const host = chooseHost(settings, machine);
  const context = settings.context ?? variable(machine, "DOCKER_CONTEXT");
  if (context !== undefined && context !== "default") {
    const kind = settings.context === undefined ? "DOCKER_CONTEXT" : "docker:context";
    const chosen = fromContext(kind, context, machine);
    if (kind === "DOCKER_CONTEXT" && host !== undefined && host.address !== chosen.address) {
      throw contradiction(chosen, host);
    }
    return chosen;
  }
  if (host !== undefined) {
    return host;
  }
  const current = context === undefined ? currentContext(machine) : undefined;
  return current === undefined
    ? { address: DEFAULT_ADDRESS, source: { kind: "default" } }
    : fromContext("current context", current, machine);
}

function chooseHost(settings: DockerSettings, machine: Machine): Choice | undefined {
  if (settings.host !== undefined) {
    return { address: settings.host, source: { kind: "docker:host" } };
  }
  const address = variable(machine, "DOCKER_HOST");
  return address === undefined ? undefined : { address, source: { kind: "DOCKER_HOST" } };
}

function fromContext(
  kind: "docker:context" | "DOCKER_CONTEXT" | "current context",
  name: string,
  machine: Machine,
): Choice {
  const context = readContext(name, machine);
  return { address: context.address, source: { kind, context: name }, context };
}

function contradiction(context: Choice, host: Choice): DockerConnectionError {
  return new DockerConnectionError(
    `two Docker engines are named: ${context.address} by ${sourceText(context.source)}, ${host.address} by ${sourceText(host.source)}`,
    "unset the variable DOCKER_CONTEXT, or take the other name away",
  );
}

/** As the user knows it: `the variable DOCKER_HOST`. */
export function sourceText(source: Source): string {
  switch (source.kind) {
    case "docker:host":
      return "the stack's setting docker:host";
    case "DOCKER_HOST":
      return "the variable DOCKER_HOST";
    case "default":
      return "nothing names another";
    case "docker:context":
      return `the stack's setting docker:context, ${source.context}`;
    case "DOCKER_CONTEXT":
      return `the variable DOCKER_CONTEXT, ${source.context}`;
    case "current context":
      return `the docker program's current context, ${source.context}`;
    default: {
      const never: never = source;
      return never;
    }
  }
}

/**
 * The same connection in the variables that the official provider and the docker program read: neither reads all that is read
 * here (the provider knows no current context, the docker program no stack). Settings that hold PEM texts are not among them;
 * the provider has those from the stack.
 */
export function connectionVariables(connection: DockerConnection): Readonly<Record<string, string>> {
  const { address, source, tls, sshOptions } = connection;
  const certificates = tls?.folder;
  return {
    DOCKER_HOST: address,
    // One that is set would win over the address.
    DOCKER_CONTEXT: source.kind === "DOCKER_CONTEXT" ? source.context : "",
    ...(certificates === undefined ? {} : { DOCKER_CERT_PATH: certificates, DOCKER_TLS_VERIFY: "1" }),
    ...(sshOptions.length === 0 ? {} : { DOCKER_SSH_OPTS: sshOptions.join(" ") }),
  };
}
