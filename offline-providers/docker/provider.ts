import type { Provider } from "../common/provider";
import { dockerConfig, dockerConfigDefaults } from "./config";
import { containerResource } from "./container";
import { connectDocker, type DockerEngine, explainDocker } from "./engine";
import { networkResource } from "./network";
import { remoteImageResource } from "./remote-image";
import { volumeResource } from "./volume";

/** Stands in for the official `docker` plug-in where that cannot be downloaded. */
export const dockerProvider: Provider<DockerEngine> = {
  name: "docker",
  version: "5.2.0",
  config: dockerConfig,
  configDefaults: (config) => dockerConfigDefaults(config),
  configure: connectDocker,
  explain: explainDocker,
  resources: [containerResource, remoteImageResource, networkResource, volumeResource],
};
