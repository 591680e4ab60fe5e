/** Public image name to the name used instead; a trailing `*` matches the rest, `{python}` stands for the minor. */
export type ImageMap = Readonly<Record<string, string>>;

/**
 * Azure's own base images hold conda and an operating system, and no Python of the minor that a conda file asks for.
 * A low-code environment brings its packages itself, so the plain Python image of that minor takes their place. Only the
 * registry's full name tells: a folder called `azureml` may be anybody's.
 */
const AZURE_BASE = /^mcr\.microsoft\.com\/azureml\//;

/** The Python image of a minor. */
export const PYTHON_IMAGE = "python:{python}-slim";

export interface BaseImage {
  /** As the engine knows it. */
  readonly name: string;
  /** Set when another image than the one in the file is used, without the stack having said so. */
  readonly insteadOf?: string;
}

/**
 * The base image of an environment.
 *
 * @param named image of the environment file; undefined when it names none
 * @param minor Python minor, `3.12`
 * @param stackMap `mlendpoints:images` of the stack, which wins
 * @param localMap local copies of public images, on a machine that reaches no image registry
 */
export function resolveBaseImage(
  named: string | undefined,
  minor: string,
  stackMap: ImageMap,
  localMap: ImageMap,
): BaseImage {
  const wanted = named === undefined ? undefined : applyMap(named, minor, stackMap);
  if (wanted !== undefined && wanted !== named) {
    return { name: applyMap(wanted, minor, localMap) };
  }
  const substituted = named === undefined || AZURE_BASE.test(named);
  const name = substituted ? PYTHON_IMAGE.replace("{python}", minor) : named;
  return {
    name: applyMap(applyMap(name, minor, stackMap), minor, localMap),
    insteadOf: substituted ? named : undefined,
  };
}

/**
 * Whether a base image can be had: on a machine with local copies of public images, which reaches no registry, only what
 * has a copy, or a name that is not one of ours to copy.
 */
export function isWithinReach(name: string, localMap: ImageMap): boolean {
  const isPublicPython = /^python:\d+\.\d+-slim$/.test(name);
  return !isPublicPython || Object.keys(localMap).length === 0;
}

/** The image used in place of `name`: an exact entry, else the longest wildcard that matches, else `name` itself. */
export function applyMap(name: string, minor: string, map: ImageMap): string {
  // An image may be called `constructor`.
  const exact = Object.hasOwn(map, name) ? map[name] : undefined;
  const wildcard = Object.keys(map)
    .filter((pattern) => pattern.endsWith("*") && name.startsWith(pattern.slice(0, -1)))
    .sort((a, b) => b.length - a.length)[0];
  const found = exact ?? (wildcard === undefined ? undefined : map[wildcard]);
  return (found ?? name).replaceAll("{python}", minor);
}
