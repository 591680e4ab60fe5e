import { deploymentPolicy } from "./define";

export const mirrorWithLive = deploymentPolicy("mirror-with-live", ({ traffic, mirrorTraffic }) =>
  traffic > 0 && mirrorTraffic > 0
    ? `takes ${traffic} % of the live traffic and ${mirrorTraffic} % of mirrored traffic`
    : undefined,
);

export const mirrorAboveLimit = deploymentPolicy("mirror-above-limit", ({ mirrorTraffic }, { percent }) =>
  mirrorTraffic > percent ? `takes ${mirrorTraffic} % of mirrored traffic; ${percent} % are allowed` : undefined,
);

/** A new endpoint has nobody yet who would notice. */
export const trafficToYoungDeployment = deploymentPolicy(
  "traffic-to-young-deployment",
  ({ traffic, since, endpointSince }, { minutes, percent }) => {
    if (since === undefined || endpointSince === undefined) {
      // A program that does not keep what it has deployed: nobody knows how old anything is.
      return undefined;
    }
    const age = minutesSince(since);
    const endpointAge = minutesSince(endpointSince);
    if (Number.isNaN(age) || Number.isNaN(endpointAge)) {
      return `has no readable times: since is '${since}', endpointSince is '${endpointSince}'`;
    }
    return traffic > percent && age < minutes && endpointAge >= minutes
      ? `takes ${traffic} % of live traffic with a version that is ${Math.max(0, Math.floor(age))} minutes old; ${minutes} minutes are asked for above ${percent} %`
      : undefined;
  },
);

function minutesSince(time: string): number {
  return (Date.now() - Date.parse(time)) / 60_000;
}
