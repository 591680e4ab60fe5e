import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { dockerMessage, isNotFound } from "../../docker-connection/explain";
import { messageOf, ProviderError } from "../common/errors";
import type { Context } from "../common/provider";
import { type DockerEngine, explainDocker } from "./engine";

const DOCKER_HUB = new Set(["docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"]);

/** The image of this name (or id) from the local store, else from its registry. */
export async function ensureImage(
  engine: DockerEngine,
  name: string,
  platform: string,
  context: Context,
): Promise<Docker.ImageInspectInfo> {
  const local = await localImage(engine, name);
  if (local !== undefined) {
    return local;
  }
  if (name.startsWith("sha256:")) {
    throw new ProviderError(`there is no image ${name} at ${engine.connection.address}`);
  }
  context.status(`pulling ${name}`);
  try {
    await pull(engine, name, platform, context);
  } catch (error) {
    const reason = explainDocker(error, engine) ?? dockerMessage(error);
    throw new ProviderError(`image ${name} is not on this machine and cannot be pulled: ${reason}`);
  }
  const pulled = await localImage(engine, name);
  if (pulled === undefined) {
    throw new ProviderError(`image ${name} was pulled but is not in the local store`);
  }
  return pulled;
}

export async function localImage(engine: DockerEngine, name: string): Promise<Docker.ImageInspectInfo | undefined> {
  try {
    return await engine.api.getImage(name).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

async function pull(engine: DockerEngine, name: string, platform: string, context: Context): Promise<void> {
  const authconfig = registryAuth(engine, registryOf(name));
  const stream = await engine.api.pull(withTag(name), {
    abortSignal: context.signal,
    ...(platform === "" ? {} : { platform }),
    ...(authconfig === undefined ? {} : { authconfig }),
  });
  await new Promise<void>((resolve, reject) => {
    engine.api.modem.followProgress(
      stream,
      (error: Error | null) => (error ? reject(error) : resolve()),
      ({ id, status, progress }: { id?: string; status?: string; progress?: string }) =>
        context.status([id, status, progress].filter((part) => part !== undefined).join(" ")),
    );
  });
}

/** Without a tag the engine would pull every tag there is. */
function withTag(name: string): string {
  const last = name.slice(name.lastIndexOf("/") + 1);
  return last.includes(":") || last.includes("@") ? name : `${name}:latest`;
}

/** `host:port/repo` -> `host:port`; Docker Hub for a name without a registry. */
export function registryOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  return rest.length > 0 && (/[.:]/.test(first) || first === "localhost") ? first : "docker.io";
}

export function registryAuth(engine: DockerEngine, registry: string): Docker.AuthConfig | undefined {
  for (const entry of engine.registryAuth) {
    const address = hostName(entry.text("address"));
    if (address !== registry && !(DOCKER_HUB.has(address) && DOCKER_HUB.has(registry))) {
      continue;
    }
    if (entry.flag("authDisabled")) {
      return undefined;
    }
    const username = entry.has("username") ? entry.text("username") : (process.env["DOCKER_REGISTRY_USER"] ?? "");
    const password = entry.has("password") ? entry.text("password") : (process.env["DOCKER_REGISTRY_PASS"] ?? "");
    if (username !== "") {
      return { username, password, serveraddress: entry.text("address") };
    }
    const content = entry.has("configFileContent")
      ? entry.text("configFileContent")
      : readConfigFile(entry.text("configFile"));
    return fromConfigFile(content, registry);
  }
  return undefined;
}

const hostName = (address: string): string => address.replace(/^https?:\/\//, "").split("/")[0] ?? address;

function readConfigFile(path: string): string {
  const folder = process.env["DOCKER_CONFIG"] ?? join(homedir(), ".docker");
  const file = path === "" ? join(folder, "config.json") : path.replace(/^~(?=\/)/, homedir());
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ProviderError(`docker:registryAuth: ${file} cannot be read: ${messageOf(error)}`);
  }
}

function fromConfigFile(content: string, registry: string): Docker.AuthConfig {
  const { auths = {} } = JSON.parse(content) as { auths?: Record<string, { auth?: string }> };
  for (const [address, { auth }] of Object.entries(auths)) {
    const host = hostName(address);
    if (auth === undefined || (host !== registry && !(DOCKER_HUB.has(host) && DOCKER_HUB.has(registry)))) {
      continue;
    }
    const [username = "", password = ""] = Buffer.from(auth, "base64").toString("utf8").split(/:(.*)/s, 2);
    return { username, password, serveraddress: address };
  }
  throw new ProviderError(
    `docker:registryAuth: the docker config file has no password for ${registry} (credential helpers are not supported)`,
  );
}
