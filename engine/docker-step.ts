// A Docker engine that answers.
import type { DockerConnection } from "../docker-connection/connection";
import { aptInstall } from "./apt";
import { engineVersion } from "./docker-client";
import { type DockerAction, planDocker, startByItself, startWithSystemd, thisMachine } from "./docker-start";
import { EngineError, type Outcome, type Say, type Step } from "./step";

const PACKAGES = ["docker.io", "iptables"];

export function dockerStep(connection: DockerConnection): Step {
  const named = connection.source.kind !== "default";
  return {
    name: "docker",
    why: "endpoints run as containers, and images are built with it",
    needs: [],
    async check() {
      const engine = await engineVersion(connection);
      return "version" in engine
        ? { detail: engine.version, source: named ? connection.address : "default socket" }
        : undefined;
    },
    async make(say): Promise<Outcome> {
      const engine = await engineVersion(connection);
      if (named && "problem" in engine) {
        // Whoever names an engine wants that one, and it is not this machine's to start.
        throw new EngineError(engine.problem.reason, engine.problem.hint);
      }
      const plan = planDocker(thisMachine());
      if ("hint" in plan) {
        throw new EngineError(
          "problem" in engine ? engine.problem.reason : "the Docker engine just came up: try again",
          plan.hint,
        );
      }
      return start(plan, say);
    },
  };
}

async function start(plan: readonly DockerAction[], say: Say): Promise<Outcome> {
  for (const action of plan) {
    switch (action) {
      case "install":
        await aptInstall(PACKAGES, say);
        break;
      case "systemctl":
        await startWithSystemd(say);
        break;
      case "dockerd":
        await startByItself(say);
        break;
      default: {
        const never: never = action;
        return never;
      }
    }
  }
  const started = await engineVersion();
  return {
    detail: "version" in started ? started.version : "",
    source: plan.includes("install") ? "installed by apt" : "started",
  };
}
