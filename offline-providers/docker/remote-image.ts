import type Docker from "dockerode";
import { removeBuildStages } from "../../docker-connection/build-stages";
import { dockerMessage, isConflict, isNotFound } from "../../docker-connection/explain";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Context, Created, Resource } from "../common/provider";
import type { Props } from "../common/values";
import { buildImage } from "./build";
import { openBuildContext } from "./build-context";
import type { DockerEngine } from "./engine";
import { ensureImage, localImage } from "./pull";
import { remoteImageProperties } from "./remote-image-properties";

export const remoteImageResource: Resource<DockerEngine> = {
  token: "docker:index/remoteImage:RemoteImage",
  properties: remoteImageProperties,
  check: (inputs) => {
    const fields = new Fields(inputs);
    return fields.has("build") && fields.has("pullTriggers")
      ? [{ property: "pullTriggers", reason: "pullTriggers and build exclude each other; give one of them" }]
      : [];
  },
  create: createRemoteImage,
  read: async (engine, _id, state) => {
    const name = new Fields(state).text("name");
    if (name === "") {
      throw new ProviderError("a RemoteImage cannot be imported; declare it, and the image on this machine is taken");
    }
    const image = await localImage(engine, name);
    return image === undefined ? undefined : recorded(image, state);
  },
  update: async (engine, _id, _olds, inputs, context) => {
    const fields = new Fields(inputs);
    const image = await ensureImage(engine, fields.text("name"), fields.text("platform"), context);
    return recorded(image, inputs).state;
  },
  delete: deleteRemoteImage,
};

async function createRemoteImage(engine: DockerEngine, inputs: Props, context: Context): Promise<Created> {
  const fields = new Fields(inputs);
  const name = fields.text("name");
  const build = fields.item("build");
  if (build !== undefined) {
    const folder = build.text("context");
    const files = openBuildContext(folder, build.text("dockerfile"), folder);
    await withoutBuildStages(engine.api, () => buildImage(engine, files, buildOptions(name, build), context));
  }
  return recorded(await ensureImage(engine, name, fields.text("platform"), context), inputs);
}

let building = 0;

/** Runs a build; when the last one at work has ended, in whatever way, no build stage with passwords in it stays. */
async function withoutBuildStages<T>(api: Docker, build: () => Promise<T>): Promise<T> {
  building += 1;
  let built = false;
  try {
    const result = await build();
    built = true;
    return result;
  } finally {
    building -= 1;
    if (building === 0) {
      const removed = removeBuildStages(api);
      // Why a build failed is worth more than why nothing could be removed after it.
      await (built ? removed : removed.catch(() => undefined));
    }
  }
}

function recorded(image: Docker.ImageInspectInfo, state: Props): Created {
  const name = new Fields(state).text("name");
  return {
    // The official id: the image's id with the name appended.
    id: `${image.Id}${name}`,
    state: { ...state, imageId: image.Id, repoDigest: repoDigest(name, image.RepoDigests ?? []) },
  };
}

/** The digest that belongs to this name; the first one when none does; "" for an image that was never in a registry. */
function repoDigest(name: string, digests: readonly string[]): string {
  const repository = name.split(":")[0] ?? name;
  return digests.find((digest) => digest.startsWith(repository)) ?? digests[0] ?? "";
}

/** The Engine API's build parameters for a `build` block. Pure. */
function buildOptions(name: string, build: Fields): Docker.ImageBuildOptions {
  const number = (field: string, parameter: string): object =>
    build.has(field) ? { [parameter]: build.number(field) } : {};
  const text = (field: string, parameter: string): object =>
    build.has(field) ? { [parameter]: build.text(field) } : {};
  const flag = (field: string, parameter: string): object => (build.flag(field) ? { [parameter]: true } : {});
  const ulimits = build
    .items("ulimits")
    .map((limit) => ({ Name: limit.text("name"), Hard: limit.number("hard"), Soft: limit.number("soft") }));
  const registries = build.items("authConfigs").map((auth) => [
    auth.text("hostName"),
    {
      username: auth.text("userName"),
      password: auth.text("password"),
      auth: auth.text("auth"),
      email: auth.text("email"),
      serveraddress: auth.text("serverAddress"),
      identitytoken: auth.text("identityToken"),
      registrytoken: auth.text("registryToken"),
    },
  ]);
  return {
    // The types of the client library know one name only; the engine takes several.
    t: [name, ...build.texts("tags")] as unknown as string,
    rm: build.flag("remove"),
    forcerm: true,
    buildargs: build.map("buildArgs"),
    labels: { ...build.map("label"), ...build.map("labels") },
    ...text("target", "target"),
    ...text("platform", "platform"),
    ...text("networkMode", "networkmode"),
    ...text("isolation", "isolation"),
    ...text("cgroupParent", "cgroupparent"),
    ...text("cpuSetCpus", "cpusetcpus"),
    ...text("cpuSetMems", "cpusetmems"),
    ...text("buildId", "buildid"),
    ...number("cpuShares", "cpushares"),
    ...number("cpuQuota", "cpuquota"),
    ...number("cpuPeriod", "cpuperiod"),
    ...number("memory", "memory"),
    ...number("memorySwap", "memswap"),
    ...number("shmSize", "shmsize"),
    ...flag("noCache", "nocache"),
    ...flag("squash", "squash"),
    ...flag("suppressOutput", "q"),
    ...flag("pullParent", "pull"),
    ...(build.has("cacheFroms") ? { cachefrom: JSON.stringify(build.texts("cacheFroms")) } : {}),
    ...(build.has("extraHosts") ? { extrahosts: build.texts("extraHosts") } : {}),
    ...(build.has("securityOpts") ? { securityopt: JSON.stringify(build.texts("securityOpts")) } : {}),
    ...(ulimits.length > 0 ? { ulimits: JSON.stringify(ulimits) } : {}),
    ...(registries.length > 0 ? { registryconfig: Object.fromEntries(registries) } : {}),
  } as Docker.ImageBuildOptions;
}

async function deleteRemoteImage(engine: DockerEngine, _id: string, state: Props): Promise<void> {
  const fields = new Fields(state);
  if (fields.flag("keepLocally")) {
    return;
  }
  const name = fields.text("name");
  // By name, as the official plug-in does: after a replacement under the same name this removes the new image's name
  // too. Programs keep such images (keepLocally) or put the content's hash into the name.
  try {
    await engine.api.getImage(name).remove({ force: fields.flag("forceRemove") });
  } catch (error) {
    if (isNotFound(error)) {
      return;
    }
    if (!isConflict(error)) {
      throw error;
    }
    throw new ProviderError(
      `image ${name} cannot be removed: ${dockerMessage(error)}. Set keepLocally to leave images on this machine`,
    );
  }
}
