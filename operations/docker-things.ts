import type Docker from "dockerode";
import { dockerClient } from "../docker-connection/client";
import { resolveConnection } from "../docker-connection/connection";
import { dockerSettings } from "../docker-connection/settings";
import { ROLE_LABEL, STACK_LABEL } from "../plan/docker/names";

/** What is on a Docker host, as far as it matters to whose it is. */
export interface DockerThings {
  readonly containers: readonly DockerContainer[];
  readonly networks: readonly DockerNetwork[];
  readonly volumes: readonly DockerVolume[];
  readonly images: readonly DockerImage[];
}

interface Owned {
  readonly name: string;
  /** Name of the stack that it is labelled with. */
  readonly stack: string | undefined;
}

export interface DockerContainer extends Owned {
  readonly id: string;
  readonly role: string | undefined;
  /** Id of its image. */
  readonly image: string;
  /** Names of the volumes that it mounts. */
  readonly volumes: readonly string[];
  /** Ids of its networks. */
  readonly networks: readonly string[];
}

export interface DockerNetwork extends Owned {
  readonly id: string;
}

export type DockerVolume = Owned;

export interface DockerImage {
  readonly id: string;
  readonly tags: readonly string[];
}

/** Something to delete. An image is deleted by one of its names: it may have others. */
export interface Removal {
  readonly kind: "container" | "network" | "volume" | "image";
  readonly name: string;
  /** Id of a container or network, name of a volume or image. */
  readonly id: string;
}

const PATIENCE_MILLISECONDS = 30_000;

/** The engine that a stack's provider was configured for. @param settings of the Docker provider, by their official names */
export function engineOf(settings: Readonly<Record<string, string>>): Docker {
  const connection = resolveConnection(dockerSettings((name) => settings[name]));
  return dockerClient(connection, { timeout: PATIENCE_MILLISECONDS });
}

/** @throws Error when the engine does not answer */
export async function listThings(docker: Docker): Promise<DockerThings> {
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listNetworks(),
    docker.listVolumes(),
    docker.listImages(),
  ]);
  return {
    containers: containers.map((each) => ({
      id: each.Id,
      name: (each.Names[0] ?? each.Id).replace(/^\//, ""),
      stack: each.Labels[STACK_LABEL],
      role: each.Labels[ROLE_LABEL],
      image: each.ImageID,
      volumes: each.Mounts.flatMap(({ Type, Name }) => (Type === "volume" && Name !== undefined ? [Name] : [])),
      networks: Object.values(each.NetworkSettings.Networks).map(({ NetworkID }) => NetworkID),
    })),
    networks: networks.map(({ Id, Name, Labels }) => ({ id: Id, name: Name, stack: Labels?.[STACK_LABEL] })),
    volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, stack: Labels?.[STACK_LABEL] })),
    images: images.map(({ Id, RepoTags }) => ({ id: Id, tags: RepoTags ?? [] })),
  };
}

/** Deletes it; why it stays, when it does. What is gone already is well. */
export async function remove(docker: Docker, { kind, id }: Removal): Promise<string | undefined> {
  try {
    switch (kind) {
      case "container":
        await docker.getContainer(id).remove({ force: true, v: true });
        break;
      case "network":
        await docker.getNetwork(id).remove();
        break;
      case "volume":
        await docker.getVolume(id).remove();
        break;
      case "image":
        await docker.getImage(id).remove();
        break;
      default:
        return kind satisfies never;
    }
    return undefined;
  } catch (error) {
    const { statusCode, json, message } = error as {
      readonly statusCode?: number;
      readonly json?: { readonly message?: string };
      readonly message?: string;
    };
    return statusCode === 404 ? undefined : (json?.message ?? message ?? String(error));
  }
}
