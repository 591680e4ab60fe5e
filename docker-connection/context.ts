// The docker program's contexts, as it stores them: contexts/meta/<sha256 of the name>/meta.json, and the certificates in
// contexts/tls/<the same>/docker. Source: docs.docker.com/engine/manage-resources/contexts, docker/cli cli/context/store.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { dockerFolder, type Machine } from "./machine";
import { DockerConnectionError } from "./problem";

export interface DockerContext {
  readonly address: string;
  /** Folder with certificates; undefined when the context has none. */
  readonly certificates: string | undefined;
  /** Whether the engine's certificate is checked. */
  readonly verify: boolean;
}

interface Meta {
  readonly Name?: string;
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** What `docker context use` has chosen; undefined when that is nothing or `default`. */
export function currentContext(machine: Machine): string | undefined {
  const file = readJson<{ readonly currentContext?: string }>(path.join(dockerFolder(machine), "config.json"));
  const name = file?.currentContext;
  return name === "" || name === "default" ? undefined : name;
}

/** @throws DockerConnectionError when there is no such context, or it names no address */
export function readContext(name: string, machine: Machine): DockerContext {
  const contexts = path.join(dockerFolder(machine), "contexts");
  const folder = createHash("sha256").update(name).digest("hex");
  const endpoint = readJson<Meta>(path.join(contexts, "meta", folder, "meta.json"))?.Endpoints?.docker;
  if (endpoint?.Host === undefined || endpoint.Host === "") {
    const others = contextNames(path.join(contexts, "meta"));
    throw new DockerConnectionError(
      `there is no docker context "${name}" in ${contexts} (${others.length === 0 ? "there is none" : `there are: ${others.join(", ")}`})`,
      "correct its name, or make it with: docker context create",
    );
  }
  const certificates = path.join(contexts, "tls", folder, "docker");
  return {
    address: endpoint.Host,
    certificates: existsSync(certificates) ? certificates : undefined,
    verify: endpoint.SkipTLSVerify !== true,
  };
}

function contextNames(folder: string): string[] {
  const entries = existsSync(folder) ? readdirSync(folder) : [];
  return entries.flatMap((entry) => readJson<Meta>(path.join(folder, entry, "meta.json"))?.Name ?? []).sort();
}

/** A file that is damaged or missing says nothing; it must not hide the others. */
function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}
