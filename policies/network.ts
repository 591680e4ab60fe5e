import { deploymentPolicy } from "./define";

export const egressOpen = deploymentPolicy(
  "egress-open",
  ({ production, egressPublicNetworkAccess }, { everywhere }) =>
    (everywhere || production) && egressPublicNetworkAccess
      ? "may reach any address (egress_public_network_access: enabled)"
      : undefined,
);
