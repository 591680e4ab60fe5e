import { execFile, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Runs the Docker client with the classic builder, which is what the offline providers have. */
export async function docker(...args: string[]): Promise<string> {
  const { stdout, stderr } = await execute("docker", args, {
    env: { ...process.env, DOCKER_BUILDKIT: "0" },
    maxBuffer: 1 << 24,
  });
  return stdout + stderr;
}

/** Why a test with containers cannot run here; undefined when it can. */
export function whyNoDocker(): string | undefined {
  if (spawnSync("docker", ["version"], { stdio: "ignore" }).status !== 0) {
    return "no Docker engine answers";
  }
  return undefined;
}

/** The base image: made on this machine where that was done, the public one otherwise. */
export function baseImage(): string {
  const name = "python:3.12-slim";
  const local = existsSync(".cache/images.json")
    ? (JSON.parse(readFileSync(".cache/images.json", "utf8")) as Readonly<Record<string, string>>)
    : {};
  return local[name] ?? name;
}

/** As the components start it: nothing writable but /tmp, no privileges, not root. And on a free port of this machine. */
export const HARDENED = [
  ...["-p", "127.0.0.1::5001"],
  ...["--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL", "--security-opt", "no-new-privileges"],
  ...["--init", "-u", "1001", "--pids-limit", "256", "--memory", "1g"],
];

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

/** Posts until the server answers, or until its container has ended: then the error holds its log. */
export async function score(container: string, body: string): Promise<Answer> {
  const address = (await docker("port", container, "5001/tcp")).trim();
  for (;;) {
    try {
      const response = await fetch(`http://${address}/score`, {
        method: "POST",
        body,
        headers: { "content-type": "application/json" },
        signal: AbortSignal.timeout(5000),
      });
      return { status: response.status, body: await response.json() };
    } catch (error) {
      if ((await docker("inspect", "-f", "{{.State.Running}}", container)).trim() !== "true") {
        throw new Error(`the container ended:\n${await docker("logs", "--tail", "20", container)}`, { cause: error });
      }
      await pause(100);
    }
  }
}
