import { chooseAddress, type DockerConnection, resolveConnection } from "../../docker-connection/connection";
import type { Machine } from "../../docker-connection/machine";
import { type DockerSettings, dockerSettings } from "../../docker-connection/settings";
import { Fields } from "../common/fields";
import { list, object, type Properties, update } from "../common/schema";
import type { Props } from "../common/values";

/** The settings of the package: `docker:host` and so on. */
export const dockerConfig: Properties = {
  caMaterial: update("string"),
  certMaterial: update("string"),
  certPath: update("string"),
  context: update("string"),
  disableDockerDaemonCheck: update("bool"),
  host: update("string"),
  keyMaterial: update("string"),
  registryAuth: update(
    list(
      object({
        address: update("string", { required: true }),
        authDisabled: update("bool"),
        configFile: update("string"),
        configFileContent: update("string"),
        password: update("string"),
        username: update("string"),
      }),
    ),
  ),
  sshOpts: update(list("string")),
};

/** The host when the program names none, as the official plug-in writes it into the state. */
export function dockerConfigDefaults(config: Props, machine?: Machine): Props {
  const host = config["host"] === undefined ? defaultAddress(settingsOf(config), machine) : undefined;
  return host === undefined ? {} : { host };
}

export function readConnection(config: Props, machine?: Machine): DockerConnection {
  const settings = settingsOf(config);
  const { host, ...others } = settings;
  // The engine hands a default back as if the stack had set it; what named it, and its certificates, are found again.
  const isDefault = host !== undefined && host === defaultAddress(others, machine);
  return resolveConnection(isDefault ? others : settings, machine);
}

/** Undefined when what would name it is wrong: that is told when a connection is needed. */
function defaultAddress(settings: DockerSettings, machine?: Machine): string | undefined {
  try {
    return chooseAddress(settings, machine).address;
  } catch {
    return undefined;
  }
}

function settingsOf(config: Props): DockerSettings {
  const fields = new Fields(config);
  return dockerSettings((name) => fields.text(name), fields.has("sshOpts") ? fields.texts("sshOpts") : undefined);
}
