import { existsSync, statSync } from "node:fs";
import { isAbsolute, join, relative } from "node:path";
import type { Failure } from "../common/check";
import { type Change, diffState } from "../common/diff";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Context, Resource } from "../common/provider";
import { oneOf } from "../common/rules";
import { list, object, output, type Properties, stringMap, update } from "../common/schema";
import { isObject, type Props, reveal, Secret, Unknown, type Value } from "../common/values";
import { buildImage } from "./build";
import { contextDigest, openBuildContext } from "./build-context";
import type { DockerEngine } from "./engine";
import { localImage, registryAuth, registryOf } from "./pull";

const inputs: Properties = {
  imageName: update("string", { required: true }),
  buildOnPreview: update("bool", { default: false }),
  skipPush: update("bool", { default: false }),
  build: update(
    object({
      addHosts: update(list("string")),
      args: update(stringMap),
      builderVersion: update("string", { check: oneOf("BuilderV1", "BuilderBuildKit") }),
      cacheFrom: update(object({ images: update(list("string")) })),
      context: update("string"),
      dockerfile: update("string"),
      network: update("string"),
      platform: update("string"),
      target: update("string"),
    }),
  ),
  registry: update(object({ password: update("string"), server: update("string"), username: update("string") })),
};

const outputs: Properties = {
  baseImageName: output("string"),
  context: output("string"),
  dockerfile: output("string"),
  platform: output("string"),
  registryServer: output("string"),
  repoDigest: output("string"),
  /** The inputs of the last build: this resource compares inputs with inputs, not with a state. */
  __inputs: output(object({}), { secret: true }),
};

/**
 * `docker:index/image:Image`: builds, and pushes unless told not to. Every change is an update (a new build), nothing is
 * read back, and deleting it removes nothing: all as in the official plug-in.
 */
export const imageResource: Resource<DockerEngine> = {
  token: "docker:index/image:Image",
  properties: { ...inputs, ...outputs },
  derive: deriveBuild,
  diff: diffImage,
  create: async (engine, given, context) => {
    const state = await buildAndPush(engine, given, context);
    return { id: new Fields(given).text("imageName"), state };
  },
  read: async (_engine, id, state) => ({ id, state }),
  update: (engine, _id, _olds, given, context) => buildAndPush(engine, given, context),
  delete: async () => undefined,
};

/** Adds the defaults and the digest of the build's files, so that a changed file is a changed input. */
function deriveBuild(given: Props): { inputs: Props; failures: Failure[] } {
  const wrapped = given["build"] ?? {};
  const build = wrapped instanceof Secret ? wrapped.value : wrapped;
  if (build instanceof Unknown || !isObject(build)) {
    return { inputs: given, failures: [] };
  }
  const known = (name: string, fallback: string): string | undefined => {
    const value = reveal(build[name] ?? fallback);
    return typeof value === "string" ? value : undefined;
  };
  const context = known("context", ".");
  const dockerfile = context === undefined ? undefined : known("dockerfile", join(context, "Dockerfile"));
  const platform = build["platform"] ?? `linux/${process.arch === "x64" ? "amd64" : process.arch}`;
  const next: Props = { ...build, platform };
  if (context !== undefined) {
    next["context"] = context;
  }
  if (dockerfile !== undefined) {
    next["dockerfile"] = dockerfile;
  }
  if (context !== undefined && dockerfile !== undefined) {
    const failure = dockerfileFault(context, dockerfile);
    if (failure !== undefined) {
      return { inputs: given, failures: [{ property: "build.dockerfile", reason: failure }] };
    }
    next["contextDigest"] = contextDigest(openBuildContext(context, dockerfile, "."));
  }
  return { inputs: { ...given, build: wrapped instanceof Secret ? new Secret(next) : next }, failures: [] };
}

/** Unlike RemoteImage's, this Dockerfile path starts at the program's folder: the usual mistake gets the right path. */
function dockerfileFault(context: string, dockerfile: string): string | undefined {
  if (statSync(dockerfile, { throwIfNoEntry: false })?.isFile() === true) {
    return undefined;
  }
  const inside = join(context, dockerfile);
  const hint = !isAbsolute(dockerfile) && existsSync(inside) ? `; did you mean "${inside}"?` : "";
  return `"${dockerfile}" is not there${hint}`;
}

function diffImage(state: Props, given: Props): Change[] {
  const before = state["__inputs"];
  const olds = isObject(before) ? before : {};
  const changes = diffState({ ...inputs }, olds, given);
  const found = new Map<string, Change>();
  for (const change of changes) {
    // Passwords change often and do not change the image.
    if (change.path === "registry.username" || change.path === "registry.password") {
      continue;
    }
    const path = change.path.split(/[.[]/, 1)[0] ?? change.path;
    found.set(path, { path, kind: path === change.path ? change.kind : "update", replace: false });
  }
  return [...found.values()];
}

async function buildAndPush(engine: DockerEngine, given: Props, context: Context): Promise<Props> {
  const fields = new Fields(given);
  const name = fields.text("imageName");
  const build = fields.item("build") ?? new Fields({});
  const folder = build.text("context");
  const files = openBuildContext(folder, build.text("dockerfile"), ".");
  if (build.text("builderVersion") === "BuilderBuildKit") {
    context.warn("builderVersion BuilderBuildKit: this offline provider builds with the first-generation builder");
  }
  const id = await buildImage(
    engine,
    files,
    {
      t: name,
      rm: true,
      forcerm: true,
      buildargs: build.map("args"),
      platform: build.text("platform"),
      ...(build.has("target") ? { target: build.text("target") } : {}),
      ...(build.has("network") ? { networkmode: build.text("network") } : {}),
      ...(build.has("addHosts") ? { extrahosts: build.texts("addHosts") as unknown as string } : {}),
      ...(build.has("cacheFrom") ? { cachefrom: JSON.stringify(build.item("cacheFrom")?.texts("images") ?? []) } : {}),
    },
    context,
  );
  const server = fields.item("registry")?.text("server") ?? "";
  const digest: Value = fields.flag("skipPush") ? id : await push(engine, fields, context);
  return {
    imageName: name,
    baseImageName: name,
    context: folder,
    dockerfile: relative(files.folder, files.dockerfile),
    platform: build.text("platform"),
    registryServer: server,
    repoDigest: digest,
    __inputs: given,
  };
}

async function push(engine: DockerEngine, fields: Fields, context: Context): Promise<string> {
  const name = fields.text("imageName");
  const registry = fields.item("registry");
  const username = registry?.text("username") ?? "";
  const authconfig =
    username === ""
      ? registryAuth(engine, registryOf(name))
      : { username, password: registry?.text("password") ?? "", serveraddress: registry?.text("server") ?? "" };
  context.status("Pushing Image to the registry");
  // The engine wants some authentication header even for a registry that needs none.
  const stream = await engine.api
    .getImage(name)
    .push({ authconfig: authconfig ?? { username: "", password: "", serveraddress: "" } });
  let digest: string | undefined;
  await new Promise<void>((resolve, reject) => {
    engine.api.modem.followProgress(
      stream,
      (error: Error | null) =>
        error ? reject(new ProviderError(`pushing ${name} failed: ${error.message}`)) : resolve(),
      (line: { aux?: { Digest?: string }; status?: string }) => {
        digest = line.aux?.Digest ?? digest;
        if (line.status !== undefined) {
          context.status(line.status);
        }
      },
    );
  });
  const repository = name.replace(/:[^:/]*$/, "");
  if (digest !== undefined) {
    return `${repository}@${digest}`;
  }
  const image = await localImage(engine, name);
  return image?.RepoDigests?.find((entry) => entry.startsWith(`${repository}@`)) ?? "<none>@<none>";
}
