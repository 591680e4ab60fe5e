// A Docker engine that answers.
import { aptInstall } from "./apt";
import { dockerHost, engineVersion } from "./docker-client";
import { planDocker, startByItself, startWithSystemd, thisMachine } from "./docker-start";
import { EngineError, type Outcome, type Step } from "./step";

const PACKAGES = ["docker.io", "iptables"];

export const dockerStep: Step = {
  name: "docker",
  why: "endpoints run as containers, and images are built with it",
  needs: [],
  async check() {
    const engine = await engineVersion();
    return "version" in engine ? { detail: engine.version, source: dockerHost() ?? "default socket" } : undefined;
  },
  async make(say): Promise<Outcome> {
    const engine = await engineVersion();
    const plan = planDocker(thisMachine(dockerHost()));
    if ("hint" in plan) {
      throw new EngineError(
        `no Docker engine answers (${"problem" in engine ? engine.problem : "it just came up"})`,
        plan.hint,
      );
    }
    for (const action of plan) {
      if (action === "install") {
        await aptInstall(PACKAGES, say);
      } else if (action === "systemctl") {
        await startWithSystemd(say);
      } else {
        await startByItself(say);
      }
    }
    const started = await engineVersion();
    return {
      detail: "version" in started ? started.version : "",
      source: plan.includes("install") ? "installed by apt" : "started",
    };
  },
};
