// A Python base image made on this machine, for when no image registry can be reached: a minimal Debian from the host's own
// mirror, with the Python minor that was asked for. Stands in for the public `python:X.Y-slim`.
import path from "node:path";
import { aptInstall, hostSources, hostSuite, linesFor } from "./apt";
import { contentKey, makeOnce, userCache } from "./cache";
import { hostInterpreter, hostMinors, type Interpreter, libraryPackages, packInterpreter } from "./interpreter";
import { onPath, run } from "./run";
import { EngineError, type Say } from "./step";

/** Raise when the recipe below changes: cached tars of the old recipe are then left alone and made anew. */
const RECIPE = 2;

/** Which Debian release brings which Python. Source: packages.debian.org, read 2026-11. */
const SUITE_PYTHON: Readonly<Record<string, string>> = { bullseye: "3.9", bookworm: "3.11", trixie: "3.13" };

/** What every scoring image needs besides Python: trust roots, OpenMP for numerical wheels, a small init. */
const COMMON = ["ca-certificates", "libgomp1", "tini"];

export const BASE_CHANGES = [
  "ENV PATH=/opt/venv/bin:/opt/python/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  "ENV LANG=C.UTF-8",
  "LABEL mlendpoints.base=true",
  'CMD ["python3"]',
];

/** How one base image is made; plain data, so that its hash is the image's key. */
export interface BaseRecipe {
  readonly minor: string;
  readonly suite: string;
  /** Undefined when the suite's own Python is the one wanted. */
  readonly interpreter: Interpreter | undefined;
}

/** Host interpreter first (no Debian release has 3.12), then a Debian release with that minor. */
export async function chooseRecipe(minor: string): Promise<BaseRecipe> {
  const recipe = await recipeFor(minor);
  if (recipe === undefined) {
    throw new EngineError(noPython(minor), `pyenv install ${minor}   (or ask for a minor named above)`);
  }
  return recipe;
}

/** As `chooseRecipe`, but takes the nearest minor there is rather than none at all. */
export async function nearestRecipe(minor: string): Promise<BaseRecipe> {
  for (const near of byDistance(minor, availableMinors())) {
    const recipe = await recipeFor(near);
    if (recipe !== undefined) {
      return recipe;
    }
  }
  return chooseRecipe(minor);
}

async function recipeFor(minor: string): Promise<BaseRecipe | undefined> {
  const host = hostSuite();
  const interpreter = await hostInterpreter(minor);
  // The host's own release, because the interpreter was linked against its C library.
  if (interpreter !== undefined && host !== undefined) {
    return { minor, suite: host, interpreter };
  }
  const suite = suiteFor(minor);
  return suite === undefined ? undefined : { minor, suite, interpreter: undefined };
}

/** Nearest first, of two equally near the older: packages pinned for a Python have wheels for the one before it more often. */
export function byDistance(minor: string, available: readonly string[]): string[] {
  const distance = (other: string) => Math.abs(minorNumber(other) - minorNumber(minor));
  return [minor, ...available.filter((other) => other !== minor)].sort(
    (a, b) => distance(a) - distance(b) || minorNumber(a) - minorNumber(b),
  );
}

export function suiteFor(minor: string): string | undefined {
  return Object.keys(SUITE_PYTHON).find((suite) => SUITE_PYTHON[suite] === minor);
}

function availableMinors(): string[] {
  return [...new Set([...hostMinors(), ...Object.values(SUITE_PYTHON)])].sort(
    (a, b) => minorNumber(a) - minorNumber(b),
  );
}

function noPython(minor: string): string {
  return `no Python ${minor} on this machine and no Debian release that has it; available: ${availableMinors().join(", ")}`;
}

function minorNumber(minor: string): number {
  return Number(minor.split(".")[1]);
}

/** `mlendpoints/base-python3.12:<key>` */
export function baseImageName(recipe: BaseRecipe): string {
  return `mlendpoints/base-python${recipe.minor}:${baseKey(recipe)}`;
}

function baseKey(recipe: BaseRecipe): string {
  const { suite, interpreter } = recipe;
  return contentKey([RECIPE, suite, COMMON, interpreter?.build ?? "", BASE_CHANGES, process.arch]);
}

/** The tar of the root file system, from the user's cache directory or made now (about half a minute). */
export async function baseTar(recipe: BaseRecipe, say: Say): Promise<string> {
  const tar = path.join(userCache(), "base", `python${recipe.minor}-${baseKey(recipe)}.tar`);
  const waiting = (pid: number) => say(`process ${pid} is making the same base image; waiting for it`);
  await makeOnce(tar, (temporary, work) => buildTar(recipe, temporary, work, say), waiting);
  return tar;
}

async function buildTar(recipe: BaseRecipe, tar: string, work: string, say: Say): Promise<void> {
  if (onPath("mmdebstrap").length === 0) {
    say("installing mmdebstrap, which makes a minimal Debian root file system");
    await aptInstall(["mmdebstrap"], say);
  }
  const lines = linesFor(recipe.suite, hostSources(), hostSuite());
  if (lines.length === 0) {
    throw new EngineError(
      `the apt sources of this machine name no mirror to take Debian ${recipe.suite} from`,
      "docker pull python:3.12-slim   (on a machine that reaches a registry, then docker save / docker load)",
    );
  }
  const { suite, interpreter } = recipe;
  const from = interpreter === undefined ? "its own Python" : `Python from ${interpreter.prefix}`;
  say(`making a minimal Debian ${suite} with ${from} (about 30 s)`);
  const hooks = interpreter === undefined ? debianHooks() : await interpreterHooks(interpreter, work);
  const python = interpreter === undefined ? ["python3", "python3-venv"] : await libraryPackages(interpreter);
  await run("mmdebstrap", mmdebstrapArgs(suite, [...COMMON, ...python], hooks, tar, lines), {
    // With a fixed date the same packages give the same bytes.
    env: { SOURCE_DATE_EPOCH: "1735689600" },
    progress: { what: `mmdebstrap ${suite}`, say },
  });
}

function mmdebstrapArgs(
  suite: string,
  packages: readonly string[],
  hooks: readonly string[],
  tar: string,
  lines: readonly string[],
): string[] {
  const leftOut = ["/usr/share/doc/*", "/usr/share/man/*", "/usr/share/locale/*"];
  const emptied = ["/var/cache/apt/*", "/var/lib/apt/lists/*", "/var/log/*", "/etc/resolv.conf", "/etc/hostname"];
  return [
    ...["--quiet", "--variant=minbase", "--format=tar", `--include=${packages.join(",")}`],
    ...leftOut.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
    ...['--aptopt=Acquire::Check-Valid-Until "false"', '--aptopt=Acquire::Languages "none"'],
    ...[...hooks, `rm -rf ${emptied.map((pattern) => `"$1"${pattern}`).join(" ")}`].map(
      (hook) => `--customize-hook=${hook}`,
    ),
    ...[suite, tar, ...lines],
  ];
}

/** Debian has no `python`, only `python3`. */
function debianHooks(): string[] {
  return ['ln -s /usr/bin/python3 "$1"/usr/local/bin/python'];
}

async function interpreterHooks(python: Interpreter, work: string): Promise<string[]> {
  const tar = path.join(work, "python.tar");
  await packInterpreter(python, tar);
  return [
    `tar-in ${tar} /`,
    `for name in python python3; do ln -s python${python.minor} "$1"/opt/python/bin/$name; done`,
    // libpython is shared and its search path names the prefix it was built for.
    `echo /opt/python/lib >"$1"/etc/ld.so.conf.d/python.conf && chroot "$1" ldconfig`,
    `chroot "$1" /opt/python/bin/python3 -c "import ssl, zlib, ctypes, sqlite3, lzma, bz2, venv"`,
  ];
}
