import { execFile } from "node:child_process";
import path from "node:path";
import { z } from "zod";
import { type DeployedStack, parseDeployed } from "../plan/deployed";

const ROOT = path.resolve(__dirname, "..");

/** One resource as Pulumi's export has it; what is not read here is carried along. */
const Resource = z.looseObject({
  urn: z.string(),
  type: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
});

const Pending = z.looseObject({ resource: Resource, type: z.string() });

const State = z.looseObject({
  deployment: z
    .looseObject({
      resources: z.array(Resource).nullish(),
      pending_operations: z.array(Pending).nullish(),
    })
    .nullable(),
});

export type StateResource = z.infer<typeof Resource>;
export type StackState = z.infer<typeof State>;

/** An operation that was begun and whose end nobody has written down: `creating`, `updating`, `deleting`, … */
export type PendingOperation = z.infer<typeof Pending>;

export const CONTAINER = "docker:index/container:Container";
export const NETWORK = "docker:index/network:Network";
export const VOLUME = "docker:index/volume:Volume";
export const IMAGE = "docker:index/remoteImage:RemoteImage";

export function resourcesOf(state: StackState): readonly StateResource[] {
  return state.deployment?.resources ?? [];
}

export function pendingOf(state: StackState): readonly PendingOperation[] {
  return state.deployment?.pending_operations ?? [];
}

/** Whether the state has anything on a Docker host. */
export function holdsContainers(state: StackState): boolean {
  return resourcesOf(state).some(({ type }) => type.startsWith("docker:"));
}

/** Name that a thing of this resource has on the Docker host. */
export function physicalName({ inputs }: StateResource): string | undefined {
  const name = inputs?.["name"];
  return typeof name === "string" ? name : undefined;
}

/** The logical name: what stands last in a URN. */
export function logicalName({ urn }: StateResource): string {
  return urn.split("::").at(-1) ?? urn;
}

/** What the last update that came to its end has left standing. */
export function deployedOf(state: StackState): DeployedStack | undefined {
  const root = resourcesOf(state).find(({ type }) => type === "pulumi:pulumi:Stack");
  return parseDeployed(root?.outputs?.["deployed"]).stack;
}

/** Settings of the Docker provider that made the containers; secret ones, which nobody can read here, are left out. */
export function dockerSettingsOf(state: StackState): Readonly<Record<string, string>> {
  const provider = resourcesOf(state).find(({ type }) => type === "pulumi:providers:docker");
  return Object.fromEntries(
    Object.entries(provider?.inputs ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );
}

/** The state without these pending operations, and with these resources added. */
export function withPending(
  state: StackState,
  pending: readonly PendingOperation[],
  added: readonly StateResource[],
): StackState {
  return {
    ...state,
    deployment: {
      ...state.deployment,
      resources: [...resourcesOf(state), ...added],
      pending_operations: [...pending],
    },
  };
}

/** What Pulumi says of a stack that was never made. */
const NO_STACK = /no stack named/;

/** Undefined when there is no such stack. @throws Error with Pulumi's own words */
export async function exportState(stack: string): Promise<StackState | undefined> {
  const { code, stdout, stderr } = await pulumi(["stack", "export", "--stack", stack, "--non-interactive"]);
  if (code !== 0 && NO_STACK.test(stderr)) {
    return undefined;
  }
  if (code !== 0) {
    throw new Error(stderr.trim());
  }
  return State.parse(JSON.parse(stdout));
}

/** @throws Error with Pulumi's own words */
export async function importState(stack: string, state: StackState): Promise<void> {
  const { code, stderr } = await pulumi(
    ["stack", "import", "--stack", stack, "--non-interactive"],
    JSON.stringify(state),
  );
  if (code !== 0) {
    throw new Error(stderr.trim());
  }
}

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs this repository's Pulumi to its end. */
export function pulumi(args: readonly string[], input = ""): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(
      path.join(ROOT, "engine/pulumi.sh"),
      args,
      { cwd: ROOT, encoding: "utf8", maxBuffer: 256 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === "number" ? error.code : 1;
        resolve({ code, stdout, stderr: stderr === "" ? (error?.message ?? "") : stderr });
      },
    );
    child.stdin?.end(input);
  });
}
