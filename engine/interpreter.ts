// Python interpreters of this machine that can be put into an image.
import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { packagesOwning } from "./apt";
import { onPath, run, tryRun } from "./run";

export interface Interpreter {
  /** "3.12" */
  readonly minor: string;
  /** Directory with `bin/python3.12` and `lib/python3.12`. */
  readonly prefix: string;
  /** What `python -VV` prints: version, compiler and build date, so it names this very build. */
  readonly build: string;
}

/** Interpreters this minor may be found at, best first: PATH, then pyenv's versions (newest patch first). */
export function candidates(minor: string, env: NodeJS.ProcessEnv = process.env): string[] {
  const versions = path.join(env["PYENV_ROOT"] ?? path.join(homedir(), ".pyenv"), "versions");
  const patches = pyenvVersions(versions)
    .filter((version) => version.startsWith(`${minor}.`))
    .sort((a, b) => Number(b.split(".")[2]) - Number(a.split(".")[2]));
  return [
    ...onPath(`python${minor}`, env),
    ...patches.map((version) => path.join(versions, version, "bin", `python${minor}`)),
  ];
}

/** The first interpreter of that minor that runs and lives in a prefix of its own (a system Python is spread over /usr). */
export async function hostInterpreter(minor: string): Promise<Interpreter | undefined> {
  for (const candidate of candidates(minor)) {
    // The modules named are the ones a self-built Python most often lacks; without them pip cannot even install.
    const script = "import sys, ssl, zlib, ctypes, sqlite3, venv; print(sys.base_prefix); print(sys.version)";
    const { code, stdout } = await tryRun(candidate, ["-I", "-c", script], { timeout: 10_000 });
    const [prefix, ...version] = stdout.trim().split("\n");
    if (code !== 0 || prefix === undefined || prefix === "/usr") {
      continue;
    }
    if (!existsSync(path.join(prefix, "lib", `python${minor}`, "os.py"))) {
      continue;
    }
    return { minor, prefix, build: version.join(" ") };
  }
  return undefined;
}

/** Minors that could be asked for instead, for the error message. */
export function hostMinors(env: NodeJS.ProcessEnv = process.env): string[] {
  const versions = path.join(env["PYENV_ROOT"] ?? path.join(homedir(), ".pyenv"), "versions");
  const minors = pyenvVersions(versions).map((version) => version.split(".").slice(0, 2).join("."));
  return [...new Set(minors)].filter((minor) => minor.startsWith("3."));
}

/** Debian packages with the libraries the interpreter and its extension modules are linked to. */
export async function libraryPackages(python: Interpreter): Promise<string[]> {
  const dynload = path.join(python.prefix, "lib", `python${python.minor}`, "lib-dynload");
  const modules = readdirSync(dynload)
    .filter((name) => name.endsWith(".so") && !name.startsWith("_tkinter"))
    .map((name) => path.join(dynload, name));
  const listing = await run("ldd", [path.join(python.prefix, "bin", `python${python.minor}`), ...modules]);
  const libraries = [...listing.matchAll(/=> (\/\S+)/g)].map((match) => match[1]!);
  return packagesOwning([...new Set(libraries)].filter((file) => !file.startsWith(`${python.prefix}/`)).sort());
}

/** Packs the interpreter for extraction at `/`: it lands in /opt/python, without tests, editors and its own packages. */
export async function packInterpreter(python: Interpreter, tar: string): Promise<void> {
  const name = `python${python.minor}`;
  const shared = readdirSync(path.join(python.prefix, "lib")).filter((file) => file.startsWith("libpython"));
  const left = ["test", "idlelib", "tkinter", "turtledemo", "config-*", "lib-dynload/_tkinter*", "site-packages/*"];
  await run("tar", [
    ...["-C", python.prefix, "--sort=name", "--mtime=@1735689600", "--owner=0", "--group=0", "--numeric-owner"],
    ...["--exclude=__pycache__", "--exclude=*.a", ...left.map((part) => `--exclude=lib/${name}/${part}`)],
    ...["--transform", "s,^,opt/python/,", "-cf", tar],
    ...[`bin/${name}`, `lib/${name}`, "include", ...shared.map((file) => `lib/${file}`)],
  ]);
}

function pyenvVersions(versions: string): string[] {
  if (!existsSync(versions)) {
    return [];
  }
  return readdirSync(versions).filter((name) => /^\d+\.\d+\.\d+$/.test(name));
}
