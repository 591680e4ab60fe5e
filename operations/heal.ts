import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import type { Stack } from "@pulumi/pulumi/automation";
import type Docker from "dockerode";
import { dockerClient } from "../docker-connection/client";
import { userState } from "../engine/cache";
import { networkName, STACK_LABEL } from "../plan/docker/names";
import type { Tell } from "./events";
import { ROOT } from "./workspace";

/** The part of an exported state that matters here. */
interface Exported {
  readonly deployment: {
    readonly resources?: readonly { readonly type: string; readonly id?: string }[];
    readonly pending_operations?: readonly { readonly type: string; readonly resource: { readonly urn: string } }[];
  };
}

/** A lock as Pulumi's file backend writes it. */
interface Lock {
  readonly pid: number;
  readonly hostname: string;
}

/**
 * Mends what an update left that was killed: its lock, what it was about to do, and what it made but did not note down. Without
 * such traces it looks at nothing. What the state knows and is gone, the refresh of the next update finds.
 */
export async function heal(stack: Stack, tell: Tell): Promise<void> {
  const dead = deadLocks(lockFolder(stack.name, (await stack.workspace.projectSettings()).name));
  const before = await exported(stack);
  const pending = before.deployment.pending_operations ?? [];
  if (dead.length === 0 && pending.length === 0) {
    return;
  }
  for (const file of dead) {
    rmSync(file, { force: true });
    tell({ kind: "healed", what: "the lock of an update that was killed is released" });
  }
  const known = new Set((before.deployment.resources ?? []).flatMap(({ id }) => id ?? []));
  for (const what of await removeUnknown(dockerClient(), stack.name, known)) {
    tell({ kind: "healed", what: `${what} is removed: an update that was killed made it and did not note it down` });
  }
  if (pending.length > 0) {
    await imported(stack, { ...before, deployment: { ...before.deployment, pending_operations: undefined } });
    tell({ kind: "healed", what: `what it was about to do is begun afresh: ${pending.map(named).join(", ")}` });
  }
}

function named({ type, resource }: { readonly type: string; readonly resource: { readonly urn: string } }): string {
  return `${type} ${resource.urn.split("::").at(-1)}`;
}

/** Where the file backend keeps the locks of a stack; undefined for other backends, which have their own ways. */
function lockFolder(stack: string, project: string): string | undefined {
  const url = process.env["PULUMI_BACKEND_URL"] ?? "";
  const state = url === "" ? path.join(userState(), "state") : /^file:\/\/(\/.*)$/.exec(url)?.[1];
  return state === undefined ? undefined : path.join(state, ".pulumi/locks/organization", project, stack);
}

/** Locks whose process ran on this host and does not run any more. Of other hosts nobody here can tell. */
export function deadLocks(folder: string | undefined): string[] {
  return files(folder).filter((file) => {
    const { pid, hostname: host } = JSON.parse(readFileSync(file, "utf8")) as Lock;
    return host === hostname() && !isPulumi(pid);
  });
}

function files(folder: string | undefined): string[] {
  try {
    return folder === undefined
      ? []
      : readdirSync(folder)
          .filter((name) => name.endsWith(".json"))
          .map((name) => path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return [];
    }
    throw error;
  }
}

/** A process id may have been given to another program since; where /proc can tell, it does. */
function isPulumi(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").trim() === "pulumi";
  } catch {
    return process.platform !== "linux";
  }
}

/** Removes containers and the network that carry the stack's name and are not in its state. Volumes are taken over as they are. */
export async function removeUnknown(docker: Docker, stack: string, known: ReadonlySet<string>): Promise<string[]> {
  const filters = { label: [`${STACK_LABEL}=${stack}`] };
  const containers = (await docker.listContainers({ all: true, filters })).filter(({ Id }) => !known.has(Id));
  for (const { Id } of containers) {
    await docker.getContainer(Id).remove({ force: true });
  }
  const networks = (await docker.listNetworks()).filter(
    ({ Id, Name }) => Name === networkName(stack) && !known.has(Id),
  );
  for (const { Id } of networks) {
    await docker.getNetwork(Id).remove();
  }
  return [
    ...containers.map(({ Id, Names }) => `container ${Names[0]?.slice(1) ?? Id}`),
    ...networks.map(({ Name }) => `network ${Name}`),
  ];
}

/** The state as it is stored: secrets stay encrypted, unlike in `Stack.exportStack`. */
async function exported(stack: Stack): Promise<Exported> {
  return JSON.parse(await command(["stack", "export", "--stack", stack.name])) as Exported;
}

async function imported(stack: Stack, state: Exported): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-state-"));
  const file = path.join(folder, "state.json");
  try {
    writeFileSync(file, JSON.stringify(state), { mode: 0o600 });
    await command(["stack", "import", "--stack", stack.name, "--file", file]);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function command(args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(path.join(ROOT, "engine/pulumi.sh"), args, {
    cwd: ROOT,
    maxBuffer: 256 * 1024 * 1024,
  });
  return stdout;
}
