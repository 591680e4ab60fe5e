// Starting a Docker engine on this machine.
import { spawn } from "node:child_process";
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { userCache } from "./cache";
import { engineVersion } from "./docker-client";
import { onPath, run, showElapsed } from "./run";
import { EngineError, type Say } from "./step";

/** Plain data, so that the choice can be tested. */
export interface DockerMachine {
  readonly root: boolean;
  readonly dockerd: boolean;
  readonly aptGet: boolean;
  readonly systemd: boolean;
}

export type DockerAction = "install" | "systemctl" | "dockerd";

/** What to do when nothing answers at the usual socket, in order; or what to tell the user. */
export function planDocker(machine: DockerMachine): readonly DockerAction[] | { hint: string } {
  const startByHand = machine.systemd ? "sudo systemctl start docker" : "sudo setsid dockerd >/tmp/dockerd.log 2>&1 &";
  if (machine.dockerd && !machine.root) {
    return { hint: `${startByHand}   (and: sudo usermod -aG docker $USER, then log in again)` };
  }
  if (!machine.dockerd && !machine.aptGet) {
    return { hint: "install Docker: https://docs.docker.com/engine/install" };
  }
  if (!machine.root) {
    return { hint: `sudo apt-get install -y docker.io iptables && ${startByHand}` };
  }
  const start = machine.systemd ? "systemctl" : "dockerd";
  return machine.dockerd ? [start] : ["install", start];
}

export function thisMachine(): DockerMachine {
  return {
    root: process.getuid?.() === 0,
    dockerd: onPath("dockerd").length > 0,
    aptGet: onPath("apt-get").length > 0,
    // The test systemd itself documents (sd_booted): present means it is the running init system.
    systemd: existsSync("/run/systemd/system"),
  };
}

export async function startWithSystemd(say: Say): Promise<void> {
  say("starting the service docker");
  await run("systemctl", ["start", "docker"], { hint: "journalctl -u docker --no-pager | tail -30" });
  await untilReady(say, "journalctl -u docker --no-pager | tail -30", () => true);
}

/** A package's install script may have started the engine already; it then needs a moment to answer. */
function alreadyStarting(pidFile = "/var/run/docker.pid"): boolean {
  try {
    process.kill(Number(readFileSync(pidFile, "utf8")), 0);
    return true;
  } catch {
    return false;
  }
}

/** Without an init system the engine is started detached, so that it outlives this run. */
export async function startByItself(say: Say): Promise<void> {
  if (alreadyStarting()) {
    return untilReady(say, "docker version", alreadyStarting);
  }
  const log = path.join(userCache(), "dockerd.log");
  mkdirSync(path.dirname(log), { recursive: true });
  const output = openSync(log, "a");
  const child = spawn("dockerd", [], { detached: true, stdio: ["ignore", output, output] });
  closeSync(output);
  let running = true;
  child.on("error", () => {
    running = false;
  });
  child.on("exit", () => {
    running = false;
  });
  say(`starting dockerd (process ${child.pid}, log ${log}); stop it with: kill ${child.pid}`);
  await untilReady(say, `tail -30 ${log}`, () => running);
  child.unref();
}

const READY_WITHIN_MS = 60_000;

async function untilReady(say: Say, hint: string, stillRunning: () => boolean): Promise<void> {
  const stopProgress = showElapsed({ what: "waiting for the Docker engine", say });
  const deadline = Date.now() + READY_WITHIN_MS;
  try {
    while (!("version" in (await engineVersion()))) {
      if (!stillRunning()) {
        throw new EngineError("dockerd ended at once", hint);
      }
      if (Date.now() > deadline) {
        throw new EngineError(`no answer from dockerd after ${READY_WITHIN_MS / 1000} s`, hint);
      }
      await delay(250);
    }
  } finally {
    stopProgress();
  }
}
