/**
 * How containers were made, by `CONTAINER_RECIPE` from 1 on: a content hash of the inputs of a fixed stack's instances.
 *
 * A container cannot be replaced without an outage, so one that is made in another way must be of another generation. Whoever
 * changes how a container is made counts the recipe up and adds its hash here; a line that stands is never changed, for
 * containers of it are running somewhere.
 */
export const RECIPES: readonly string[] = ["ef10f3df54a9", "e1921d1f4e43"];
