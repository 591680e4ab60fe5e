import {
  list,
  object,
  output,
  type Properties,
  type Property,
  replace,
  set,
  stringMap,
  update,
} from "../common/schema";

const buildKitOnly = (property: Property): Property => ({
  ...property,
  unsupported: "is not supported offline: it needs a buildx builder, and images are built by the engine's own builder",
});

/**
 * The nested `build` block. The official tables call some of these (tags, label, remove) changeable in place, but the
 * block is an item of a set: a change of any field renews the item, and `context` in it forces replacement. So
 * everything here replaces.
 */
const build: Properties = {
  additionalContexts: buildKitOnly(replace(list("string"))),
  authConfigs: replace(
    list(
      object({
        auth: replace("string"),
        email: replace("string"),
        hostName: replace("string", { required: true }),
        identityToken: replace("string"),
        password: replace("string"),
        registryToken: replace("string"),
        serverAddress: replace("string"),
        userName: replace("string"),
      }),
    ),
  ),
  buildArgs: replace(stringMap),
  buildId: replace("string"),
  buildLogFile: buildKitOnly(replace("string")),
  builder: buildKitOnly(replace("string")),
  cacheFroms: replace(list("string")),
  cacheTos: buildKitOnly(replace(list("string"))),
  cgroupParent: replace("string"),
  context: replace("string", { required: true }),
  cpuPeriod: replace("int"),
  cpuQuota: replace("int"),
  cpuSetCpus: replace("string"),
  cpuSetMems: replace("string"),
  cpuShares: replace("int"),
  dockerfile: replace("string", { default: "Dockerfile" }),
  extraHosts: replace(list("string")),
  forceRemove: replace("bool"),
  isolation: replace("string"),
  label: replace(stringMap),
  labels: replace(stringMap),
  memory: replace("int"),
  memorySwap: replace("int"),
  networkMode: replace("string"),
  noCache: replace("bool"),
  platform: replace("string"),
  provenance: buildKitOnly(replace("string")),
  pullParent: replace("bool"),
  remoteContext: replace("string", { unsupported: "is not supported offline: build from a local folder (context)" }),
  remove: replace("bool", { default: true }),
  sbom: buildKitOnly(replace("string")),
  secrets: buildKitOnly(
    replace(
      list(object({ env: replace("string"), id: replace("string", { required: true }), src: replace("string") })),
    ),
  ),
  securityOpts: replace(list("string")),
  sessionId: buildKitOnly(replace("string")),
  shmSize: replace("int"),
  squash: replace("bool"),
  suppressOutput: replace("bool"),
  tags: replace(list("string")),
  target: replace("string"),
  ulimits: replace(
    list(
      object({
        hard: replace("int", { required: true }),
        name: replace("string", { required: true }),
        soft: replace("int", { required: true }),
      }),
    ),
  ),
  useLegacyBuilder: replace("bool", { default: false }),
  version: replace("string"),
};

/** `docker:index/remoteImage:RemoteImage` of version 5.2.0. */
export const remoteImageProperties: Properties = {
  name: replace("string", { required: true }),
  build: replace(object(build)),
  forceRemove: update("bool"),
  keepLocally: update("bool"),
  platform: replace("string", { default: "" }),
  pullTriggers: replace(set("string")),
  triggers: replace(stringMap),
  imageId: output("string"),
  repoDigest: output("string"),
};
