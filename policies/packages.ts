import { deploymentPolicy } from "./define";

/** Named in a violation; the rest is counted. */
const SHOWN = 5;

export const unpinnedPackages = deploymentPolicy("unpinned-packages", ({ packages, locked }) => {
  const loose = packages.filter(({ pinned }) => !pinned).map(({ requirement }) => requirement);
  if (locked || loose.length === 0) {
    return undefined;
  }
  const more = loose.length > SHOWN ? ` and ${loose.length - SHOWN} more` : "";
  return `leaves open which versions it runs: ${loose.slice(0, SHOWN).join(", ")}${more}`;
});
