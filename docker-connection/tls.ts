import { readFileSync } from "node:fs";
import path from "node:path";
import type { DockerContext } from "./context";
import { dockerFolder, type Machine, variable } from "./machine";
import { DockerConnectionError } from "./problem";
import type { DockerSettings } from "./settings";

/** How both sides prove who they are. PEM texts; a side without one proves nothing. */
export interface Tls {
  readonly ca: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
  /** Whether the engine's certificate is checked. */
  readonly verify: boolean;
  /** Where the three came from, if from a folder. */
  readonly folder: string | undefined;
}

/**
 * The certificates for a connection over TCP, or undefined for one without TLS. Order of the official provider: the materials,
 * the folder, `DOCKER_CERT_PATH`; a context brings its own. `DOCKER_TLS_VERIFY` without a folder means the docker program's
 * own, as for that program (docs.docker.com/engine/security/protect-access).
 */
export function findCertificates(
  settings: DockerSettings,
  context: DockerContext | undefined,
  https: boolean,
  machine: Machine,
): Tls | undefined {
  const material = (name: "caMaterial" | "certMaterial" | "keyMaterial", key: string) =>
    settings[name] ?? variable(machine, key);
  const ca = material("caMaterial", "DOCKER_CA_MATERIAL");
  const cert = material("certMaterial", "DOCKER_CERT_MATERIAL");
  const key = material("keyMaterial", "DOCKER_KEY_MATERIAL");
  const folder = settings.certPath ?? variable(machine, "DOCKER_CERT_PATH");
  if ((cert === undefined) !== (key === undefined)) {
    const [one, other] = cert === undefined ? ["keyMaterial", "certMaterial"] : ["certMaterial", "keyMaterial"];
    throw new DockerConnectionError(`docker:${one} is given without docker:${other}`, "give both");
  }
  if (cert !== undefined && folder !== undefined) {
    throw new DockerConnectionError(
      "certificates are given twice, as a folder (docker:certPath or DOCKER_CERT_PATH) and as texts (docker:certMaterial)",
      "take one of them away",
    );
  }
  if (cert !== undefined) {
    return { ca, cert, key, verify: ca !== undefined, folder: undefined };
  }
  if (folder !== undefined) {
    return readFolder(folder, "docker:certPath or DOCKER_CERT_PATH");
  }
  if (context?.certificates !== undefined) {
    return { ...readPresent(context.certificates), verify: context.verify };
  }
  if (variable(machine, "DOCKER_TLS_VERIFY") !== undefined) {
    return readFolder(dockerFolder(machine), "DOCKER_TLS_VERIFY");
  }
  return https ? { ca: undefined, cert: undefined, key: undefined, verify: true, folder: undefined } : undefined;
}

const FILES = { ca: "ca.pem", cert: "cert.pem", key: "key.pem" } as const;

/** All three, or an error that names the one that is missing. */
function readFolder(folder: string, named: string): Tls {
  const found = readPresent(folder);
  const missing = (["ca", "cert", "key"] as const).find((name) => found[name] === undefined);
  if (missing !== undefined) {
    throw new DockerConnectionError(
      `${path.join(folder, FILES[missing])} cannot be read (named by ${named})`,
      "a folder of certificates holds ca.pem, cert.pem and key.pem",
    );
  }
  return { ...found, verify: true };
}

function readPresent(folder: string): Omit<Tls, "verify"> {
  const read = (name: keyof typeof FILES): string | undefined => {
    try {
      return readFileSync(path.join(folder, FILES[name]), "utf8");
    } catch {
      return undefined;
    }
  };
  return { ca: read("ca"), cert: read("cert"), key: read("key"), folder };
}
