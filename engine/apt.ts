// What this machine knows about Debian packages: its release, its own mirrors, and how to install from them.
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { onPath, run, tryRun } from "./run";
import { EngineError, type Say } from "./step";

/** One archive entry of the host: `deb URI SUITE COMPONENTS`. */
export interface AptSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
}

/** "bookworm" on Debian 12; undefined where the system does not say. */
export function hostSuite(osRelease = readIfThere("/etc/os-release")): string | undefined {
  return /^VERSION_CODENAME="?([a-z]+)"?$/m.exec(osRelease)?.[1];
}

/** Reads the host's own sources, so that no mirror is named anywhere in this repository. */
export function hostSources(root = "/etc/apt"): AptSource[] {
  const parts = path.join(root, "sources.list.d");
  const names = existsSync(parts) ? readdirSync(parts).sort() : [];
  const lists = [path.join(root, "sources.list"), ...names.map((name) => path.join(parts, name))];
  return lists.flatMap((file) => {
    if (file.endsWith(".list")) {
      return parseOneLine(readIfThere(file));
    }
    return file.endsWith(".sources") ? parseDeb822(readIfThere(file)) : [];
  });
}

export function parseOneLine(text: string): AptSource[] {
  return text.split("\n").flatMap((line) => {
    const found = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (found === null) {
      return [];
    }
    const [, uri, suite, components] = found;
    return [{ uri: uri!, suite: suite!, components: words(components) }];
  });
}

export function parseDeb822(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const field = (name: string) => words(new RegExp(`^${name}:[ \\t]*(.*(?:\\n[ \\t]+.*)*)`, "im").exec(stanza)?.[1]);
    if (!field("Types").includes("deb") || field("Enabled")[0] === "no") {
      return [];
    }
    const components = field("Components");
    return field("URIs").flatMap((uri) => field("Suites").map((suite) => ({ uri, suite, components })));
  });
}

/**
 * The `deb` lines to build a root file system of `suite` from: the host's own release with its updates and security fixes;
 * for another release of the same distribution the host's main and security mirrors with the suite exchanged.
 */
export function linesFor(suite: string, sources: readonly AptSource[], host: string | undefined): string[] {
  return sources
    .filter((source) => host !== undefined && (source.suite === host || source.suite.startsWith(`${host}-`)))
    .filter((source) => /-(backports|proposed)/.exec(source.suite) === null)
    .filter((source) => suite === host || source.suite !== `${host}-updates`)
    .map((source) => {
      const name = source.suite.replace(host ?? "", suite);
      return `deb ${source.uri} ${name} ${source.components.join(" ")}`;
    });
}

/** Installs Debian packages; the package lists are fetched only when the packages are unknown or gone from the mirror. */
export async function aptInstall(packages: readonly string[], say: Say): Promise<void> {
  const byHand = `apt-get update && apt-get install -y --no-install-recommends ${packages.join(" ")}`;
  if (onPath("apt-get").length === 0) {
    throw new EngineError(
      `this machine has no apt-get to install ${packages.join(", ")} with`,
      `install: ${packages.join(" ")}`,
    );
  }
  if (process.getuid?.() !== 0) {
    throw new EngineError(`${packages.join(", ")} must be installed by root`, `sudo sh -c '${byHand}'`);
  }
  const install = (): ReturnType<typeof tryRun> =>
    tryRun("apt-get", ["install", "-y", "--no-install-recommends", ...packages], {
      env: { DEBIAN_FRONTEND: "noninteractive" },
      progress: { what: `installing ${packages.join(", ")}`, say },
    });
  if ((await install()).code === 0) {
    return;
  }
  say("fetching the package lists (apt-get update)");
  // A third-party list that cannot be reached must not stop the install: its exit code is not looked at.
  await tryRun("apt-get", ["update"], { progress: { what: "apt-get update", say } });
  const second = await install();
  if (second.code !== 0) {
    throw new EngineError(`apt-get could not install ${packages.join(", ")}:\n    ${lastLines(second.stderr)}`, byHand);
  }
}

/** Debian packages that own these libraries on the host (looked up by file name: /lib and /usr/lib are one place). */
export async function packagesOwning(libraries: readonly string[]): Promise<string[]> {
  if (libraries.length === 0) {
    return [];
  }
  const listing = await run("dpkg-query", ["--search", ...libraries.map((file) => `*/${path.basename(file)}`)]);
  const real = new Set(
    libraries.map((file) => withoutUsr(realpathSync(path.dirname(file))) + "/" + path.basename(file)),
  );
  const owners = listing.split("\n").flatMap((line) => {
    const found = /^([a-z0-9][a-z0-9+.-]*)(?::\w+)?: (\/.*)$/.exec(line);
    return found !== null && real.has(withoutUsr(found[2]!)) ? [found[1]!] : [];
  });
  return [...new Set(owners)].sort();
}

function withoutUsr(file: string): string {
  return file.replace(/^\/usr\//, "/");
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(/\s+/).filter((word) => word !== "");
}

function lastLines(text: string): string {
  return text.trim().split("\n").slice(-6).join("\n    ");
}

function readIfThere(file: string): string {
  return existsSync(file) ? readFileSync(file, "utf8") : "";
}
