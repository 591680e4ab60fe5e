import { readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import { list, object, type Properties, update } from "../common/schema";
import type { Props } from "../common/values";

/** The settings of the package: `docker:host` and so on. */
export const dockerConfig: Properties = {
  caMaterial: update("string"),
  certMaterial: update("string"),
  certPath: update("string"),
  context: update("string"),
  disableDockerDaemonCheck: update("bool"),
  host: update("string"),
  keyMaterial: update("string"),
  registryAuth: update(
    list(
      object({
        address: update("string", { required: true }),
        authDisabled: update("bool"),
        configFile: update("string"),
        configFileContent: update("string"),
        password: update("string"),
        username: update("string"),
      }),
    ),
  ),
  sshOpts: update(list("string"), { unsupported: "is not supported offline: SSH options need the ssh program" }),
};

export const DEFAULT_HOST =
  process.platform === "win32" ? "npipe:////./pipe/docker_engine" : "unix:///var/run/docker.sock";

/** The host when the program names none: `DOCKER_HOST`, else the usual socket. */
export function dockerConfigDefaults(config: Props, environment: NodeJS.ProcessEnv = process.env): Props {
  return config["host"] === undefined ? { host: environment["DOCKER_HOST"] ?? DEFAULT_HOST } : {};
}

export interface Connection {
  readonly host: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly registryAuth: readonly Fields[];
}

/** Where Docker is and how to be trusted there. Reads files only; nothing is contacted. */
export function readConnection(config: Props, environment: NodeJS.ProcessEnv = process.env): Connection {
  const fields = new Fields(config);
  const text = (name: string, variable: string): string => {
    const given = fields.text(name);
    return given === "" ? (environment[variable] ?? "") : given;
  };
  const context = text("context", "DOCKER_CONTEXT");
  const host = context === "" || context === "default" ? fields.text("host") : contextHost(context);
  const certPath = text("certPath", "DOCKER_CERT_PATH");
  const material = {
    ca: text("caMaterial", "DOCKER_CA_MATERIAL"),
    cert: text("certMaterial", "DOCKER_CERT_MATERIAL"),
    key: text("keyMaterial", "DOCKER_KEY_MATERIAL"),
  };
  const given = Object.values(material).filter((value) => value !== "").length;
  if (given !== 0 && given !== 3) {
    throw new ProviderError(
      "docker:caMaterial, docker:certMaterial and docker:keyMaterial go together; give all three",
    );
  }
  if (given === 3 && certPath !== "") {
    throw new ProviderError("docker:certPath and docker:certMaterial exclude each other; give one of them");
  }
  const files = certPath === "" ? {} : readCertificates(certPath);
  return {
    host: host === "" ? DEFAULT_HOST : host,
    ...(given === 3 ? material : files),
    registryAuth: fields.items("registryAuth"),
  };
}

function readCertificates(folder: string): { ca: string; cert: string; key: string } {
  const read = (name: string): string => {
    const path = join(folder, name);
    try {
      return readFileSync(path, "utf8");
    } catch {
      throw new ProviderError(`docker:certPath: ${path} cannot be read`);
    }
  };
  return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

/** The address behind a context of the docker program. */
function contextHost(context: string): string {
  const folder = join(homedir(), ".docker", "contexts", "meta");
  let entries: string[] = [];
  try {
    entries = readdirSync(folder);
  } catch {
    // No contexts at all: the message below says so.
  }
  const names: string[] = [];
  for (const entry of entries) {
    try {
      const meta = JSON.parse(readFileSync(join(folder, entry, "meta.json"), "utf8")) as ContextMeta;
      if (meta.Name === context) {
        return meta.Endpoints?.docker?.Host ?? "";
      }
      if (meta.Name !== undefined) {
        names.push(meta.Name);
      }
    } catch {
      // A damaged context must not hide the others.
    }
  }
  const known = names.length === 0 ? "there are none" : `there are ${names.join(", ")}`;
  throw new ProviderError(`docker:context: no context "${context}" in ${folder}; ${known}`);
}

interface ContextMeta {
  readonly Name?: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string } };
}
