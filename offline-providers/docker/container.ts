import type Docker from "dockerode";
import { dockerMessage, isConflict, isNotFound, isNotModified } from "../../docker-connection/explain";
import type { Failure } from "../common/check";
import { diffState } from "../common/diff";
import { InitFailed, ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import type { Context, Created, Resource } from "../common/provider";
import { mergedState } from "../common/state";
import { isList, type Props } from "../common/values";
import { containerProperties } from "./container-properties";
import { attachContainer, startContainer } from "./container-run";
import { containerRequest, containerUpdateRequest } from "./container-spec";
import { containerState } from "./container-state";
import { type DockerEngine, explainDocker } from "./engine";
import { isLeftover } from "./leftovers";
import { ensureImage } from "./pull";
import { orCancelled, until } from "./until";
import { uploadArchive, uploadFault } from "./uploads";

const GONE_TIMEOUT_MILLISECONDS = 30_000;

/** The properties whose change the engine can apply to a container that exists. */
const APPLIED_IN_PLACE = [
  "restart",
  "maxRetryCount",
  "memory",
  "memoryReservation",
  "memorySwap",
  "cpuShares",
  "cpuSet",
  "deviceReadBps",
  "deviceReadIops",
  "deviceWriteBps",
  "deviceWriteIops",
] as const;

export const containerResource: Resource<DockerEngine> = {
  token: "docker:index/container:Container",
  properties: containerProperties,
  autoname: "name",
  deleteBeforeReplace: true,
  schemaVersion: 2,
  check: checkContainer,
  create: createContainer,
  read: async ({ api }, id, state) => {
    const found = await inspect(api.getContainer(id));
    return found === undefined ? undefined : { id: found.Id, state: containerState(found, state) };
  },
  update: updateContainer,
  delete: deleteContainer,
};

function checkContainer(inputs: Props): Failure[] {
  const fields = new Fields(inputs);
  const failures: Failure[] = [];
  fields.items("uploads").forEach((upload, index) => {
    const reason = uploadFault(upload);
    if (reason !== undefined) {
      failures.push({ property: `uploads[${index}]`, reason });
    }
  });
  fields.items("volumes").forEach((volume, index) => {
    const property = `volumes[${index}]`;
    const [path, from] = [volume.has("containerPath"), volume.has("fromContainer")];
    if (!path && !from) {
      failures.push({ property, reason: "needs containerPath (or fromContainer)" });
    }
    if (path && from) {
      failures.push({ property, reason: "has containerPath and fromContainer; give one of them" });
    }
  });
  if (isList(inputs["command"]) && fields.texts("command").includes("")) {
    failures.push({ property: "command", reason: "must not have an empty item" });
  }
  if (fields.has("gpus") && fields.has("deviceRequests")) {
    failures.push({ property: "gpus", reason: "gpus and deviceRequests exclude each other; give one of them" });
  }
  return failures;
}

async function createContainer(engine: DockerEngine, inputs: Props, context: Context): Promise<Created> {
  const { api } = engine;
  const fields = new Fields(inputs);
  await ensureImage(engine, fields.text("image"), fields.text("platform"), context);
  const container = await createNamed(api, containerRequest(inputs), fields);
  try {
    await connectNetworks(api, container.id, fields);
    const uploads = fields.items("uploads");
    if (uploads.length > 0) {
      await container.putArchive(await uploadArchive(uploads), { path: "/" });
    }
    if (fields.flag("start")) {
      await startContainer(api, container, fields, context);
    }
    const logs = fields.flag("attach") ? await attachContainer(api, container, fields, context) : undefined;
    const found = await inspect(container);
    if (found === undefined) {
      throw new ProviderError(
        `container ${fields.text("name")} was gone before it could be recorded: rm removes it when its program ends`,
      );
    }
    const recorded = logs === undefined ? inputs : { ...inputs, containerLogs: logs };
    return { id: found.Id, state: containerState(found, recorded) };
  } catch (error) {
    throw await undo(engine, container, inputs, error);
  }
}

/** A leftover under the same name is replaced: it may be half made, and nothing tells. */
async function createNamed(
  api: Docker,
  request: Docker.ContainerCreateOptions,
  fields: Fields,
): Promise<Docker.Container> {
  try {
    return await api.createContainer(request);
  } catch (error) {
    if (!isConflict(error)) {
      throw error;
    }
    const standing = api.getContainer(fields.text("name"));
    const found = await inspect(standing);
    if (found === undefined || !isLeftover(fields, found.Config.Labels)) {
      throw nameTaken(fields.text("name"), error);
    }
    await standing.remove({ force: true, v: true });
    return api.createContainer(request);
  }
}

/**
 * A container whose creation failed half-way is removed again, so that the next `pulumi up` starts afresh. Only if
 * even that fails is it recorded, for the next run to delete.
 */
async function undo(
  engine: DockerEngine,
  container: Docker.Container,
  inputs: Props,
  cause: unknown,
): Promise<unknown> {
  try {
    await container.remove({ force: true, v: true });
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) {
      const reason = explainDocker(cause, engine) ?? dockerMessage(cause);
      return new InitFailed(reason, container.id, { ...inputs, mustRun: false });
    }
  }
  return cause;
}

function nameTaken(name: string, error: unknown): ProviderError {
  const message = dockerMessage(error);
  if (!message.includes("already in use")) {
    return new ProviderError(`Docker refused: ${message}`);
  }
  return new ProviderError(
    `there is already a container named ${name} that this stack does not own; remove it (docker rm -f ${name}) or ` +
      "choose another name",
  );
}

async function connectNetworks(api: Docker, id: string, fields: Fields): Promise<void> {
  const networks = fields.items("networksAdvanced");
  if (networks.length === 0) {
    return;
  }
  try {
    await api.getNetwork("bridge").disconnect({ Container: id });
  } catch (error) {
    if (!dockerMessage(error).includes("is not connected to")) {
      throw error;
    }
  }
  for (const network of networks) {
    const name = network.text("name");
    const options = network.texts("driverOpts").map((option) => option.split(/=(.*)/s, 2) as [string, string]);
    try {
      await api.getNetwork(name).connect({
        Container: id,
        EndpointConfig: {
          Aliases: network.texts("aliases"),
          IPAMConfig: {
            IPv4Address: network.text("ipv4Address"),
            IPv6Address: network.text("ipv6Address"),
            LinkLocalIPs: network.texts("linkLocalIps"),
          },
          ...(network.has("macAddress") ? { MacAddress: network.text("macAddress") } : {}),
          ...(options.length > 0 ? { DriverOpts: Object.fromEntries(options) } : {}),
          ...(network.has("gwPriority") ? { GwPriority: network.number("gwPriority") } : {}),
        },
      });
    } catch (error) {
      throw new ProviderError(`cannot connect to network ${name}: ${dockerMessage(error)}`);
    }
  }
}

async function updateContainer({ api }: DockerEngine, id: string, olds: Props, inputs: Props): Promise<Props> {
  const container = api.getContainer(id);
  const startsNow = olds["mustRun"] === false && inputs["mustRun"] === true && inputs["start"] === true;
  if (startsNow) {
    try {
      await container.start();
    } catch (error) {
      if (!isNotModified(error)) {
        throw error;
      }
    }
  }
  const applied = Object.fromEntries(APPLIED_IN_PLACE.map((name) => [name, containerProperties[name]!]));
  if (diffState(applied, olds, inputs).length > 0) {
    await container.update(containerUpdateRequest(inputs));
  }
  // Nothing is read back: what cannot be applied (a health check, tmpfs) is recorded as if it were.
  return mergedState(containerProperties, olds, inputs);
}

async function deleteContainer({ api }: DockerEngine, id: string, state: Props, context: Context): Promise<void> {
  const fields = new Fields(state);
  const container = api.getContainer(id);
  if (!fields.flag("attach")) {
    try {
      // Without a grace the container is killed at once: 0 seconds between SIGTERM and SIGKILL.
      await orCancelled(container.stop({ t: fields.number("destroyGraceSeconds") }), context.signal);
    } catch (error) {
      if (!isNotFound(error) && !isNotModified(error)) {
        throw error;
      }
    }
  }
  try {
    await container.remove({ force: true, v: fields.flag("removeVolumes") });
  } catch (error) {
    // 409: with `rm` the engine is already removing it.
    if (!isNotFound(error) && !isConflict(error)) {
      throw error;
    }
  }
  const gone = await until(
    async () => ((await inspect(container)) === undefined ? true : undefined),
    GONE_TIMEOUT_MILLISECONDS,
    context.signal,
  );
  if (gone === undefined) {
    throw new ProviderError(`container ${fields.text("name")} is still there after its removal`);
  }
}

async function inspect(container: Docker.Container): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await container.inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}
