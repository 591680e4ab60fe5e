import { deploymentPolicy, endpointPolicy } from "./define";

export const smallInstanceTypeInProduction = deploymentPolicy(
  "small-instance-type-in-production",
  ({ production, instanceType }, { everywhere, instanceTypes }) =>
    (everywhere || production) && instanceTypes.some((small) => small.toLowerCase() === instanceType.toLowerCase())
      ? `runs on ${instanceType}`
      : undefined,
);

export const instancesAboveCeiling = deploymentPolicy(
  "instances-above-ceiling",
  ({ instanceCount, maxInstances }, { instances }) => {
    const most = Math.max(instanceCount, maxInstances);
    return most > instances ? `may have ${most} instances; ${instances} are agreed` : undefined;
  },
);

export const requiredTags = endpointPolicy("required-tags", ({ tags }, { tags: required }) => {
  const missing = required.filter((tag) => (tags[tag] ?? "") === "");
  return missing.length > 0 ? `has no tag ${missing.join(", ")}` : undefined;
});
