import {
  configVolumeName,
  environmentImageName,
  imageRepository,
  networkName,
  routerImageName,
  runVolumeName,
} from "../plan/docker/names";
import type { DockerThings, Removal } from "./docker-things";

/**
 * What one stack has on a host, in the order in which it can be deleted. By its label alone: `dev` has nothing of `dev-eu`. Older
 * versions did not label networks and volumes; those go by their exact names.
 */
export function thingsOfStack(stack: string, things: DockerThings): Removal[] {
  const own = (names: readonly string[]) => (each: { readonly name: string; readonly stack: string | undefined }) =>
    each.stack === undefined ? names.includes(each.name) : each.stack === stack;
  const repository = `${imageRepository(stack)}/`;
  return [
    ...things.containers.filter(own([])).map(({ id, name }) => ({ kind: "container" as const, id, name })),
    ...things.networks
      .filter(own([networkName(stack)]))
      .map(({ id, name }) => ({ kind: "network" as const, id, name })),
    ...things.volumes
      .filter(own([configVolumeName(stack), runVolumeName(stack)]))
      .map(({ name }) => ({ kind: "volume" as const, id: name, name })),
    ...things.images
      .flatMap(({ tags }) => tags)
      .filter((tag) => tag.startsWith(repository))
      .map((tag) => ({ kind: "image" as const, id: tag, name: tag })),
  ];
}

/** An image and the layers that it is made of, lowest first. */
export interface LayeredImage {
  readonly tags: readonly string[];
  readonly layers: readonly string[];
}

const CACHES = [environmentImageName(""), routerImageName("")];

/** Images of routers and environments, which stacks share. */
export function isCache(tag: string): boolean {
  return CACHES.some((repository) => tag.startsWith(repository));
}

/** The shared images that nothing in use is built upon. @param used layers of the image of each container that stays */
export function unusedCaches(images: readonly LayeredImage[], used: readonly (readonly string[])[]): Removal[] {
  return images
    .filter(({ layers }) => !used.some((above) => layers.every((layer, index) => above[index] === layer)))
    .flatMap(({ tags }) => tags)
    .filter(isCache)
    .map((tag) => ({ kind: "image", id: tag, name: tag }));
}
