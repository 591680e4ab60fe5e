import type Docker from "dockerode";
import { dockerMessage } from "../../docker-connection/explain";
import { ProviderError } from "../common/errors";

// "Bind for 127.0.0.1:8080 failed: port is already allocated" (another container),
// "listen tcp4 0.0.0.0:8080: bind: address already in use" (another program).
const TAKEN =
  /(?:Bind for|listen \w+) (\S*?):(\d+)(?: failed: port is already allocated|: bind: address already in use)/;

/** A clear error when a port is taken, naming the container that has it if one does; undefined for any other error. */
export async function explainPortConflict(api: Docker, error: unknown): Promise<ProviderError | undefined> {
  const [, ip, port] = TAKEN.exec(dockerMessage(error)) ?? [];
  if (port === undefined) {
    return undefined;
  }
  const holder = await portHolder(api, Number(port)).catch(() => undefined);
  const who =
    holder === undefined
      ? `another program on this machine (find it with: ss -ltnp 'sport = :${port}')`
      : `the container ${holder}`;
  return new ProviderError(`port ${port} of ${ip} is already in use by ${who}; stop it, or publish another port`);
}

async function portHolder(api: Docker, port: number): Promise<string | undefined> {
  const running = await api.listContainers();
  const holder = running.find(({ Ports }) => Ports.some(({ PublicPort }) => PublicPort === port));
  return holder?.Names[0]?.replace(/^\//, "");
}
