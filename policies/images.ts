import { deploymentPolicy } from "./define";

export const latestImageTag = deploymentPolicy("latest-image-tag", ({ image }, { digest, tags }) => {
  // Without an image of its own it runs on one that the platform chooses.
  if (image === undefined || /@sha256:[0-9a-f]{64}$/.test(image)) {
    return undefined;
  }
  const tag = tagOf(image);
  if (tag === undefined) {
    return `runs on ${image}, which names no tag: that means latest`;
  }
  if (tags.includes(tag)) {
    return `runs on ${image}: the tag ${tag} moves`;
  }
  return digest ? `runs on ${image}, which names no digest` : undefined;
});

/** A colon before the last slash belongs to the registry's port. */
function tagOf(image: string): string | undefined {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return name.includes(":") ? name.slice(name.lastIndexOf(":") + 1) : undefined;
}
