// The host's effective pip settings, read the way pip reads them (files, later over earlier; then PIP_* variables), without
// starting pip: a bare machine may have none. Source: pip.pypa.io/en/stable/topics/configuration.
import { existsSync, readFileSync } from "node:fs";
import { devNull, homedir } from "node:os";
import path from "node:path";

/** Setting names as in pip.conf: "index-url", "cert", … */
export type PipSettings = Readonly<Record<string, string>>;

/** Files pip reads on Linux, weakest first. */
export function pipFiles(env: NodeJS.ProcessEnv, home = homedir()): string[] {
  const chosen = env["PIP_CONFIG_FILE"];
  // pip's documented way to switch all files off.
  if (chosen === devNull) {
    return [];
  }
  const xdg = env["XDG_CONFIG_HOME"];
  const user = xdg === undefined || xdg === "" ? path.join(home, ".config") : xdg;
  const files = [
    "/etc/xdg/pip/pip.conf",
    "/etc/pip.conf",
    path.join(home, ".pip", "pip.conf"),
    path.join(user, "pip", "pip.conf"),
  ];
  return chosen === undefined || chosen === "" ? files : [...files, chosen];
}

/** The settings that hold for `pip install` on this host. */
export function hostPipSettings(env: NodeJS.ProcessEnv = process.env, home = homedir()): PipSettings {
  const texts = pipFiles(env, home)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, "utf8"));
  return effectiveSettings(texts, env);
}

export function effectiveSettings(texts: readonly string[], env: NodeJS.ProcessEnv): PipSettings {
  const global: Record<string, string> = {};
  const install: Record<string, string> = {};
  for (const text of texts) {
    const sections = parseIni(text);
    Object.assign(global, sections["global"]);
    Object.assign(install, sections["install"]);
  }
  const settings = { ...global, ...install, ...fromEnvironment(env) };
  const { "default-timeout": timeout, ...rest } = settings;
  return timeout === undefined || rest["timeout"] !== undefined ? rest : { ...rest, timeout };
}

function fromEnvironment(env: NodeJS.ProcessEnv): PipSettings {
  const found: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    if (!name.startsWith("PIP_") || name === "PIP_CONFIG_FILE" || value === undefined || value === "") {
      continue;
    }
    found[name.slice("PIP_".length).toLowerCase().replaceAll("_", "-")] = value;
  }
  return found;
}

/** The part of Python's configparser that pip.conf uses: sections, `name = value`, indented continuation lines, comments. */
function parseIni(text: string): Record<string, Record<string, string>> {
  const sections: Record<string, Record<string, string>> = {};
  let section: Record<string, string> = {};
  let last = "";
  for (const line of text.split("\n")) {
    if (/^\s*([#;]|$)/.test(line)) {
      continue;
    }
    const header = /^\[([^\]]+)\]/.exec(line)?.[1];
    const pair = /^([^\s=:][^=:]*?)\s*[=:]\s*(.*)$/.exec(line);
    if (header !== undefined) {
      section = sections[header] ??= {};
      last = "";
    } else if (/^\s/.test(line) && last !== "") {
      section[last] = `${section[last] ?? ""}\n${line.trim()}`.trim();
    } else if (pair !== null) {
      last = pair[1]!.replaceAll("_", "-");
      section[last] = pair[2]!.trim();
    }
  }
  return sections;
}
