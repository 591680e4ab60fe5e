import type { ProbeInputs } from "../components/inputs";
import { deploymentPolicy } from "./define";

export const byocWithoutReadinessProbe = deploymentPolicy(
  "byoc-without-readiness-probe",
  ({ customContainer, ownProbes, readiness }) =>
    customContainer && !ownProbes.readiness
      ? `runs a custom container on the default readiness probe (after ${readiness.initialDelaySeconds} s, every ${readiness.periodSeconds} s)`
      : undefined,
);

/** Both kinds end the start of an instance: liveness restarts it, readiness fails the deployment. */
export const startupBudgetTooShort = deploymentPolicy(
  "startup-budget-too-short",
  ({ liveness, readiness }, { seconds }) =>
    Object.entries({ liveness, readiness })
      .map(([kind, probe]) => ({ kind, budget: startupBudget(probe) }))
      .filter(({ budget }) => budget < seconds)
      .map(
        ({ kind, budget }) =>
          `has ${budget} s to start, then its ${kind} probe gives up (initial_delay + period × failure_threshold); ${seconds} s are asked for`,
      ),
);

function startupBudget({ initialDelaySeconds, periodSeconds, failureThreshold }: ProbeInputs): number {
  return initialDelaySeconds + periodSeconds * failureThreshold;
}
