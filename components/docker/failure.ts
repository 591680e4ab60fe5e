import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { DeploymentPlan } from "../../plan/stack-plan";
import { type InstanceReport, lastWords, removeContainer, startedAt, stopIfCrashing } from "./engine-client";

// Neither function's result may become an output of the stack: the SDK takes some 20 s and gigabytes to report a stack
// output that failed.

/**
 * True when the gate has opened. Fails the update with what the probe saw and with the last lines of the containers.
 *
 * What failed is not left half made: instances that crash over and over are stopped, and the gate is removed, so that
 * an update with `--refresh` tries this generation again. The generation that served before goes on serving.
 */
export function failIfUnready(
  plan: DeploymentPlan,
  gate: docker.Container,
  served: Promise<ReadonlySet<string>>,
): pulumi.Output<boolean> {
  return pulumi.all([gate.exitCode, gate.containerLogs, gate.name]).apply(async ([exitCode, logs, gateName]) => {
    if (exitCode === 0) {
      return true;
    }
    if (pulumi.runtime.isDryRun()) {
      throw failure(unreadyMessage(plan, logs, []));
    }
    const names = plan.instances.map((instance) => instance.name);
    const reports = await Promise.all(names.map((name) => lastWords(name)));
    const since = await startedAt(gateName);
    if (since !== undefined) {
      const before = await served;
      await Promise.all(names.filter((name) => !before.has(name)).map((name) => stopIfCrashing(name, since)));
    }
    await removeContainer(gateName);
    throw failure(unreadyMessage(plan, logs, reports));
  });
}

/** Fails the update with the router's own words, unless it has taken over its configuration. */
export function failIfRefused(apply: docker.Container): void {
  pulumi.all([apply.exitCode, apply.containerLogs, apply.name]).apply(async ([exitCode, logs, name]) => {
    if (exitCode === 0) {
      return;
    }
    if (!pulumi.runtime.isDryRun()) {
      await removeContainer(name);
    }
    throw failure(
      [
        "the router did not take over the new configuration; the one before goes on serving",
        indent(logs),
        `To try again: ${retry()}`,
      ].join("\n"),
    );
  });
}

/** A list of our own stack frames under the message would help nobody; the SDK prints `stack` for late errors. */
function failure(message: string): pulumi.RunError {
  const error = new pulumi.RunError(message);
  error.stack = message;
  return error;
}

function unreadyMessage(plan: DeploymentPlan, gateLog: string, reports: readonly InstanceReport[]): string {
  return [
    `ResourceNotReady: ${plan.endpoint}/${plan.name} did not become ready; traffic was not moved to it`,
    "  the readiness gate:",
    indent(gateLog),
    ...reports.flatMap(({ name, state, lines }) => [`  the last lines of ${name} (${state}):`, indent(lines)]),
    `  Correct the deployment and run it again, or try the same one again with: ${retry()}`,
  ].join("\n");
}

function retry(): string {
  return `make up STACK=${pulumi.getStack()} ARGS=--refresh`;
}

function indent(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}`)
    .join("\n");
}
