// The `hostcfg/` overlay: what pip and uv inside `docker build` need in order to reach the registries this host reaches.
// `COPY hostcfg/ /` in a builder stage; it never gets into a final image. It is made from the host's settings, so it is never
// committed, and it is deterministic: the same settings give the same bytes.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hostPipSettings, type PipSettings } from "./pip-settings";

/** Where the certificates lie inside an image; the same place on Debian, Ubuntu and Alpine. */
const BUNDLE = "/etc/ssl/certs/ca-certificates.crt";

/** Settings that mean the same inside a container. Others (find-links, cache-dir, log …) name paths of the host. */
const KEPT = ["index-url", "extra-index-url", "trusted-host", "proxy", "timeout", "retries"];

/** What the overlay is made from. */
export interface HostNetwork {
  readonly pip: PipSettings;
  /** Path of the host's CA bundle when it differs from the one every image has; undefined otherwise. */
  readonly bundle: string | undefined;
}

export function hostNetwork(env: NodeJS.ProcessEnv = process.env): HostNetwork {
  const pip = hostPipSettings(env);
  const named = [pip["cert"], env["SSL_CERT_FILE"], env["REQUESTS_CA_BUNDLE"], env["CURL_CA_BUNDLE"]];
  const chosen = named.find((file) => file !== undefined && file !== "" && isFile(file));
  return { pip, bundle: chosen ?? (hasOwnCertificates() ? BUNDLE : undefined) };
}

/** An administrator added certificates: Debian keeps them in this folder and merges them into the bundle. */
function hasOwnCertificates(folder = "/usr/local/share/ca-certificates"): boolean {
  return existsSync(folder) && isFile(BUNDLE) && readdirSync(folder).some((name) => name.endsWith(".crt"));
}

/** Whether an index is named with a user and a password. */
export function holdsPassword(network: HostNetwork = hostNetwork()): boolean {
  return [...overlayFiles(network).values()].some((text) => /:\/\/[^/\s@]+@/.test(text));
}

/** Path inside the image -> content. Empty when the host has nothing special. */
export function overlayFiles(network: HostNetwork): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const pip = KEPT.flatMap((name) => {
    const value = network.pip[name];
    // A setting may hold several values, one a line; configparser wants the further ones indented.
    return value === undefined ? [] : [`${name} = ${value.split(/\s+/).join("\n    ")}`];
  });
  if (network.bundle !== undefined) {
    files.set(BUNDLE.slice(1), readFileSync(network.bundle, "utf8"));
    // A Python that was not built for the distribution looks for certificates elsewhere: name the bundle.
    pip.unshift(`cert = ${BUNDLE}`);
  }
  if (pip.length > 0) {
    files.set("etc/pip.conf", ["[global]", ...pip, ""].join("\n"));
  }
  const uv = uvSettings(network);
  if (uv !== "") {
    files.set("etc/uv/uv.toml", uv);
  }
  return files;
}

/** uv reads neither pip.conf nor, unless told, the system's certificates. */
function uvSettings(network: HostNetwork): string {
  const index = (url: string, more: string) => `[[index]]\nurl = ${JSON.stringify(url)}\n${more}`;
  const extra = (network.pip["extra-index-url"] ?? "").split(/\s+/).filter((url) => url !== "");
  const main = network.pip["index-url"];
  return [
    network.bundle === undefined ? "" : "system-certs = true\n",
    ...extra.map((url) => index(url, "")),
    main === undefined ? "" : index(main, "default = true\n"),
  ].join("");
}

/**
 * Makes `dir` hold exactly the overlay (with only `.keep` when there is nothing to say). Files that are right are not touched.
 * Index addresses may hold credentials: only the owner can read the files, and only a builder stage may copy them.
 */
export function writeHostConfig(dir: string, network: HostNetwork = hostNetwork()): ReadonlyMap<string, string> {
  const files = overlayFiles(network);
  const wanted = new Map(files.size === 0 ? [[".keep", ""]] : files);
  mkdirSync(dir, { recursive: true });
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (!entry.isDirectory() && !wanted.has(path.relative(dir, file))) {
      rmSync(file);
    }
  }
  for (const [name, content] of wanted) {
    const file = path.join(dir, name);
    if (isFile(file) && readFileSync(file, "utf8") === content) {
      continue;
    }
    mkdirSync(path.dirname(file), { recursive: true });
    const temporary = `${file}.tmp-${process.pid}`;
    writeFileSync(temporary, content, { mode: name.endsWith(".crt") ? 0o644 : 0o600 });
    renameSync(temporary, file);
  }
  return files;
}

function isFile(file: string): boolean {
  return existsSync(file) && statSync(file).isFile();
}
