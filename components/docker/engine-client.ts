import * as pulumi from "@pulumi/pulumi";
import type Docker from "dockerode";
import { removeBuildStages } from "../../docker-connection/build-stages";
import { type ClientOptions, dockerClient } from "../../docker-connection/client";
import { type DockerConnection, resolveConnection } from "../../docker-connection/connection";
import { explainDocker } from "../../docker-connection/explain";
import { dockerSettings } from "../../docker-connection/settings";

/**
 * The few calls to the Docker engine that the program makes itself. One asks, before a plan with hard limits, what the host
 * has; the others come after a deployment has failed: no resource type can report what a container that never became ready
 * has printed.
 */
export interface InstanceReport {
  readonly name: string;
  /** `running`, `restarting`, `exited 3`. */
  readonly state: string;
  readonly lines: string;
}

const TAIL_LINES = 20;

/** The engine that the stack's `docker:` settings mean: the one that the provider works with. */
export function stackConnection(): DockerConnection {
  const config = new pulumi.Config("docker");
  return resolveConnection(dockerSettings((name) => config.get(name), config.getObject<readonly string[]>("sshOpts")));
}

function client(options?: ClientOptions): Docker {
  return dockerClient(stackConnection(), options);
}

export async function lastWords(name: string): Promise<InstanceReport> {
  const container = client().getContainer(name);
  try {
    const { State } = await container.inspect();
    const log = await container.logs({ stdout: true, stderr: true, tail: TAIL_LINES });
    const state = State.Running && !State.Restarting ? "running" : `${State.Status}, exit code ${State.ExitCode}`;
    return { name, state, lines: demultiplex(log).trimEnd() || "(nothing)" };
  } catch (error) {
    return { name, state: "unknown", lines: error instanceof Error ? error.message : String(error) };
  }
}

export interface ContainerState {
  /** False also while the engine waits before it starts the container anew. */
  readonly running: boolean;
  /** How often the engine has started it anew. */
  readonly restarts: number;
}

/** Undefined when it is not there, or cannot be asked for. */
export async function stateOf(name: string): Promise<ContainerState | undefined> {
  try {
    const { State, RestartCount } = await client().getContainer(name).inspect();
    return { running: State.Running && !State.Restarting, restarts: RestartCount };
  } catch {
    return undefined;
  }
}

/** When a container was last started, in milliseconds since 1970; undefined when it cannot be asked. */
export async function startedAt(name: string): Promise<number | undefined> {
  try {
    return Date.parse((await client().getContainer(name).inspect()).State.StartedAt);
  } catch {
    return undefined;
  }
}

/**
 * Stops a container that has been started again since `since`, or does not run: its restart policy would go on starting it
 * until somebody notices. One that has been running all the time is left alone.
 */
export async function stopIfCrashing(name: string, since: number): Promise<void> {
  try {
    const container = client().getContainer(name);
    const { State } = await container.inspect();
    if (State.Restarting || !State.Running || Date.parse(State.StartedAt) > since) {
      await container.stop({ t: 0 });
    }
  } catch {
    // It is gone, or stopped already: nothing is left to stop.
  }
}

/** Milliseconds that a preview waits for the engine to say what its host has. */
const PATIENCE = 1000;

/** What the Docker host has; undefined when its engine does not say so at once. */
export async function hostCapacity(): Promise<{ readonly cores: number; readonly memoryGib: number } | undefined> {
  try {
    const info: { readonly NCPU: number; readonly MemTotal: number } = await client({ timeout: PATIENCE }).info();
    return { cores: info.NCPU, memoryGib: Math.floor((info.MemTotal / 1024 ** 3) * 10) / 10 };
  } catch {
    return undefined;
  }
}

export async function removeContainer(name: string): Promise<void> {
  try {
    await client().getContainer(name).remove({ force: true });
  } catch {
    // Gone already.
  }
}

/** Deletes the stages that environments were built in, once these images are there: the official provider leaves them. */
export async function forgetBuildStages(imageIds: readonly string[]): Promise<void> {
  // Mocks make images without an id.
  if (!imageIds.some((id) => id?.startsWith("sha256:"))) {
    return;
  }
  try {
    await removeBuildStages(client());
  } catch (error) {
    const reason = explainDocker(error, stackConnection()) ?? String(error);
    await pulumi.log.warn(`build stages, in which there may be a password of a package index, stay: ${reason}`);
  }
}

/** Docker frames the output of containers without a terminal: a byte of stream, three of padding, four of length, then text. */
function demultiplex(log: Buffer): string {
  const parts: string[] = [];
  let offset = 0;
  while (offset + 8 <= log.length) {
    const length = log.readUInt32BE(offset + 4);
    parts.push(log.subarray(offset + 8, offset + 8 + length).toString("utf8"));
    offset += 8 + length;
  }
  return parts.join("");
}
