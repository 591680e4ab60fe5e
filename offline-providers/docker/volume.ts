import type Docker from "dockerode";
import { dockerMessage, isNotFound } from "../../docker-connection/explain";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Context, Created, Resource } from "../common/provider";
import { object, orComputed, output, replace, stringMap, update } from "../common/schema";
import type { Props } from "../common/values";
import type { DockerEngine } from "./engine";
import { labelItems, labelMap, labelSet } from "./labels";
import { isLeftover, stackOf } from "./leftovers";
import { until } from "./until";

const IN_USE_TIMEOUT_MILLISECONDS = 30_000;

export const volumeResource: Resource<DockerEngine> = {
  token: "docker:index/volume:Volume",
  autoname: "name",
  schemaVersion: 1,
  properties: {
    name: orComputed(replace("string")),
    labels: replace(labelSet),
    driver: orComputed(replace("string")),
    driverOpts: replace(stringMap),
    mountpoint: output("string"),
    cluster: update(
      object({
        availability: update("string", { default: "active" }),
        group: replace("string", { default: "" }),
        id: orComputed(replace("string")),
        limitBytes: replace("string"),
        requiredBytes: replace("string"),
        scope: replace("string", { default: "single" }),
        sharing: replace("string", { default: "none" }),
        topologyPreferred: replace("string", { default: "" }),
        topologyRequired: replace("string", { default: "" }),
        type: replace("string", { default: "block" }),
      }),
      { unsupported: "is not supported offline: cluster volumes need a swarm" },
    ),
  },
  create: createVolume,
  read: ({ api }, id) => readVolume(api, id),
  delete: deleteVolume,
};

async function createVolume({ api }: DockerEngine, inputs: Props): Promise<Created> {
  const fields = new Fields(inputs);
  await refuseForeign(api, fields);
  const { name } = await api.createVolume({
    Name: fields.text("name"),
    Labels: labelMap(fields),
    DriverOpts: fields.map("driverOpts"),
    ...(fields.has("driver") ? { Driver: fields.text("driver") } : {}),
  });
  const found = await readVolume(api, name);
  if (found === undefined) {
    throw new ProviderError(`volume ${name} disappeared right after it was created`);
  }
  return found;
}

/**
 * The engine hands out a volume that is there already. Where a stack labels its volumes, only one with its label is taken over,
 * which a killed update of the same stack has left.
 */
async function refuseForeign(api: Docker, fields: Fields): Promise<void> {
  if (stackOf(fields) === undefined) {
    return;
  }
  const name = fields.text("name");
  const labels = await api
    .getVolume(name)
    .inspect()
    .then((volume) => volume.Labels ?? {})
    .catch((error: unknown) => {
      if (isNotFound(error)) {
        return undefined;
      }
      throw error;
    });
  if (labels !== undefined && !isLeftover(fields, labels)) {
    throw new ProviderError(
      `there is already a volume named ${name} that this stack does not own; remove it (docker volume rm ${name}) or ` +
        "choose another name",
    );
  }
}

async function readVolume(api: Docker, id: string): Promise<Created | undefined> {
  try {
    const volume = await api.getVolume(id).inspect();
    return {
      id: volume.Name,
      state: {
        name: volume.Name,
        labels: labelItems(volume.Labels),
        driver: volume.Driver,
        driverOpts: { ...volume.Options },
        mountpoint: volume.Mountpoint,
      },
    };
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

async function deleteVolume({ api }: DockerEngine, id: string, _state: Props, context: Context): Promise<void> {
  const removed = await until(
    async () => {
      try {
        await api.getVolume(id).remove({ force: true });
        return true;
      } catch (error) {
        if (isNotFound(error)) {
          return true;
        }
        // A container that is going away still holds the volume for a moment.
        if (dockerMessage(error).includes("volume is in use")) {
          return undefined;
        }
        throw error;
      }
    },
    IN_USE_TIMEOUT_MILLISECONDS,
    context.signal,
  );
  if (removed === true) {
    return;
  }
  const users = await api.listContainers({ all: true, filters: { volume: [id] } });
  const names = users.map(({ Names }) => Names[0]?.replace(/^\//, "")).join(", ");
  throw new ProviderError(`volume ${id} is still in use by containers ${names}`);
}
