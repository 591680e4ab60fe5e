// Keeps `.cache/hostcfg/` in step with the host's settings.
import path from "node:path";
import { writeHostConfig } from "../scoring-image/hostcfg";
import { repoCache } from "./cache";
import type { Outcome, Step } from "./step";

export const hostcfgStep: Step = {
  name: "hostcfg",
  why: "pip and uv inside image builds must reach the package registries this machine reaches",
  needs: [],
  async check(): Promise<Outcome> {
    const files = writeHostConfig(path.join(repoCache, "hostcfg"));
    return { detail: files.size === 0 ? "nothing special" : [...files.keys()].join(", "), source: "host settings" };
  },
  async make() {
    return this.check() as Promise<Outcome>;
  },
};
