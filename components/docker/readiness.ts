import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DockerDeployment } from "../../plan/docker/plan";
import type { DeploymentPlan } from "../../plan/endpoint-plan";
import type { Readiness } from "../platform";
import { settled } from "../settled";
import { type InstanceReport, lastWords, removeContainer, startedAt, stopIfCrashing } from "./engine-client";
import { indent } from "./indent";

/**
 * Whether the gate has opened; otherwise what the probe saw, with the last lines of the containers.
 *
 * What failed is not left half made: instances that crash over and over are stopped, and the gate is removed. The generation
 * that served before goes on serving.
 *
 * @param served names of the containers that ran before this update
 */
export function readinessOf(
  plan: DeploymentPlan,
  own: DockerDeployment,
  gate: docker.Container,
  served: Promise<ReadonlySet<string>>,
): pulumi.Output<Readiness> {
  const told = pulumi.all([gate.exitCode, gate.containerLogs, gate.name]);
  if (pulumi.runtime.isDryRun()) {
    // As the last update left it, or unknown: a preview asks no engine.
    return told.apply(([exitCode, logs]) => (exitCode === 0 ? READY : unready(plan, logs, [])));
  }
  return pulumi.output(
    settled(told).then(async (known) => {
      if (known === undefined) {
        return { ready: false, reason: `${plan.endpoint}/${plan.name} could not be started: its error is told above` };
      }
      const [exitCode, logs, gateName] = known;
      return exitCode === 0 ? READY : cleanUp(plan, own, logs, gateName, await served);
    }),
  );
}

const READY: Readiness = { ready: true };

async function cleanUp(
  plan: DeploymentPlan,
  own: DockerDeployment,
  logs: string,
  gateName: string,
  served: ReadonlySet<string>,
): Promise<Readiness> {
  const names = own.instances.map((instance) => instance.name);
  const reports = await Promise.all(names.map((name) => lastWords(name)));
  const since = await startedAt(gateName);
  if (since !== undefined) {
    await Promise.all(names.filter((name) => !served.has(name)).map((name) => stopIfCrashing(name, since)));
  }
  await removeContainer(gateName);
  return unready(plan, logs, reports);
}

function unready(plan: DeploymentPlan, gateLog: string, reports: readonly InstanceReport[]): Readiness {
  const reason = [
    `ResourceNotReady: ${plan.endpoint}/${plan.name} did not become ready; traffic was not moved to it`,
    "  the readiness gate:",
    indent(gateLog),
    ...reports.flatMap(({ name, state, lines }) => [`  the last lines of ${name} (${state}):`, indent(lines)]),
  ].join("\n");
  return { ready: false, reason };
}
