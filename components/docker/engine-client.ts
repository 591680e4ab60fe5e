import Docker from "dockerode";

/**
 * The few calls to the Docker engine that the program makes itself, and only after a deployment has failed: no resource
 * type can report what a container that never became ready has printed.
 */
export interface InstanceReport {
  readonly name: string;
  /** `running`, `restarting`, `exited 3`. */
  readonly state: string;
  readonly lines: string;
}

const TAIL_LINES = 20;

/** Reads DOCKER_HOST and the like, as the provider does. */
function client(): Docker {
  return new Docker();
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

/** A container that its restart policy starts over and over would go on doing so until somebody notices. */
export async function stopIfCrashing(name: string): Promise<void> {
  const container = client().getContainer(name);
  try {
    const { State } = await container.inspect();
    if (State.Restarting || !State.Running) {
      await container.stop({ t: 0 });
    }
  } catch {
    // It is gone, or stopped already: nothing is left to stop.
  }
}

export async function removeContainer(name: string): Promise<void> {
  try {
    await client().getContainer(name).remove({ force: true });
  } catch {
    // Gone already.
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
