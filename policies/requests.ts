import { deploymentPolicy } from "./define";

export const requestTimeoutAgainstProbes = deploymentPolicy(
  "request-timeout-against-probes",
  ({ requestTimeoutMs, liveness, readiness }) =>
    Object.entries({ liveness, readiness })
      .map(([kind, { periodSeconds, failureThreshold }]) => ({ kind, patience: periodSeconds * failureThreshold }))
      .filter(({ patience }) => requestTimeoutMs >= patience * 1000)
      .map(
        ({ kind, patience }) =>
          `may work ${requestTimeoutMs / 1000} s on a request (request_timeout_ms), but its ${kind} probe gives up after ${patience} s (period × failure_threshold)`,
      ),
);

/** Custom containers have servers of their own, and settings of their own. */
export const concurrencyWithoutWorkers = deploymentPolicy(
  "concurrency-without-workers",
  ({ customContainer, maxConcurrentRequestsPerInstance: concurrent, environmentVariables }) => {
    if (customContainer || concurrent <= 1) {
      return undefined;
    }
    const written = environmentVariables["WORKER_COUNT"];
    // A reference or a word is no number: then nobody knows how many workers there are.
    const enough = Number(written ?? 1) >= concurrent;
    return enough
      ? undefined
      : `is sent ${concurrent} requests at a time (max_concurrent_requests_per_instance) with ${written === undefined ? "no WORKER_COUNT, which means 1" : `WORKER_COUNT=${written}`}`;
  },
);
