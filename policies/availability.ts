import { deploymentPolicy, endpointPolicy } from "./define";

export const productionSingleInstance = deploymentPolicy(
  "production-single-instance",
  ({ production, traffic, instanceCount }, { everywhere, instances }) =>
    (everywhere || production) && traffic > 0 && instanceCount < instances
      ? `takes ${traffic} % of live traffic with ${instanceCount} instance${instanceCount === 1 ? "" : "s"}, ${instances} are asked for: when one stops, requests fail`
      : undefined,
);

export const productionWithoutTraffic = endpointPolicy(
  "production-without-traffic",
  ({ production, traffic, deployments }, { everywhere }) => {
    const shares = Object.values(traffic).reduce((sum, percent) => sum + percent, 0);
    return (everywhere || production) && deployments.length > 0 && shares === 0
      ? `sends 0 % of its traffic to ${deployments.join(", ")}: it answers 404`
      : undefined;
  },
);
