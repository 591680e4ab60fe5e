import type Docker from "dockerode";
import { dockerMessage, isConflict, isNotFound } from "../../docker-connection/explain";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Context, Created, Resource } from "../common/provider";
import { object, orComputed, output, replace, set, stringMap } from "../common/schema";
import type { Props } from "../common/values";
import type { DockerEngine } from "./engine";
import { labelItems, labelMap, labelSet } from "./labels";
import { isLeftover } from "./leftovers";
import { until } from "./until";

const IN_USE_TIMEOUT_MILLISECONDS = 30_000;

export const networkResource: Resource<DockerEngine> = {
  token: "docker:index/network:Network",
  autoname: "name",
  schemaVersion: 1,
  properties: {
    name: replace("string"),
    labels: replace(labelSet),
    driver: orComputed(replace("string")),
    options: orComputed(replace(stringMap)),
    internal: orComputed(replace("bool")),
    attachable: replace("bool"),
    ingress: replace("bool"),
    ipv6: replace("bool"),
    ipamDriver: replace("string", { default: "default" }),
    ipamOptions: replace(stringMap),
    ipamConfigs: orComputed(
      replace(
        set(
          object({
            subnet: replace("string"),
            ipRange: replace("string"),
            gateway: replace("string"),
            auxAddress: replace(stringMap),
          }),
        ),
      ),
    ),
    scope: output("string"),
  },
  create: createNetwork,
  read: ({ api }, id) => readNetwork(api, id),
  delete: deleteNetwork,
};

async function createNetwork({ api }: DockerEngine, inputs: Props): Promise<Created> {
  const fields = new Fields(inputs);
  const name = fields.text("name");
  let network: Docker.Network;
  try {
    network = await api.createNetwork({
      Name: name,
      // The engine itself lets two networks share a name, and then neither can be used by name.
      CheckDuplicate: true,
      Driver: fields.has("driver") ? fields.text("driver") : "bridge",
      Internal: fields.flag("internal"),
      Attachable: fields.flag("attachable"),
      Ingress: fields.flag("ingress"),
      EnableIPv6: fields.flag("ipv6"),
      Labels: labelMap(fields),
      Options: fields.map("options"),
      IPAM: {
        Driver: fields.text("ipamDriver"),
        Options: fields.map("ipamOptions"),
        Config: fields.items("ipamConfigs").map((config) => ({
          Subnet: config.text("subnet"),
          IPRange: config.text("ipRange"),
          Gateway: config.text("gateway"),
          AuxAddress: config.map("auxAddress"),
        })) as unknown as { [key: string]: string }[],
      },
    });
  } catch (error) {
    if (!isConflict(error)) {
      throw error;
    }
    const leftover = await findLeftover(api, fields);
    if (leftover !== undefined) {
      return leftover;
    }
    throw new ProviderError(
      `there is already a network named ${name} that this stack does not own; remove it (docker network rm ${name}) ` +
        "or choose another name",
    );
  }
  const created = await readNetwork(api, network.id);
  if (created === undefined) {
    throw new ProviderError(`network ${name} disappeared right after it was created`);
  }
  return created;
}

/** What a killed update of the same stack left is taken over: a network is never half made. */
async function findLeftover(api: Docker, fields: Fields): Promise<Created | undefined> {
  const name = fields.text("name");
  const standing = (await api.listNetworks({ filters: { name: [name] } })).find((network) => network.Name === name);
  return standing !== undefined && isLeftover(fields, standing.Labels) ? readNetwork(api, standing.Id) : undefined;
}

async function readNetwork(api: Docker, id: string): Promise<Created | undefined> {
  let network: Docker.NetworkInspectInfo;
  try {
    network = await api.getNetwork(id).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
  const configs = (network.IPAM?.Config ?? []) as {
    Subnet?: string;
    IPRange?: string;
    Gateway?: string;
    AuxiliaryAddresses?: Record<string, string>;
  }[];
  return {
    id: network.Id,
    state: {
      name: network.Name,
      labels: labelItems(network.Labels),
      driver: network.Driver,
      options: { ...network.Options },
      internal: network.Internal,
      attachable: network.Attachable,
      ingress: network.Ingress,
      ipv6: network.EnableIPv6,
      ipamDriver: network.IPAM?.Driver ?? "",
      ipamOptions: { ...network.IPAM?.Options },
      ipamConfigs: configs.map((config) => ({
        ...(config.Subnet ? { subnet: config.Subnet } : {}),
        ...(config.IPRange ? { ipRange: config.IPRange } : {}),
        ...(config.Gateway ? { gateway: config.Gateway } : {}),
        ...(config.AuxiliaryAddresses ? { auxAddress: config.AuxiliaryAddresses } : {}),
      })),
      scope: network.Scope,
    },
  };
}

async function deleteNetwork({ api }: DockerEngine, id: string, state: Props, context: Context): Promise<void> {
  const network = api.getNetwork(id);
  let refusal = "";
  const removed = await until(
    async () => {
      try {
        await network.remove();
        return true;
      } catch (error) {
        if (isNotFound(error)) {
          return true;
        }
        refusal = dockerMessage(error);
        // A container that is going away still holds the network for a moment.
        if (refusal.includes("has active endpoints")) {
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
  const users = Object.values((await network.inspect()).Containers ?? {}).map((container) => String(container.Name));
  const who = users.length === 0 ? refusal : `containers ${users.join(", ")}`;
  throw new ProviderError(`network ${new Fields(state).text("name")} is still in use by ${who}`);
}
