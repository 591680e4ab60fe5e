// Reads and plans one stack, and prints what that took. bench/stack.ts starts it as a process of its own: what was loaded
// and compiled before would count otherwise.
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { SpecErrors } from "../input/documents/errors";
import { ownValues } from "../input/stack/config";
import { loadStack } from "../input/stack/load";
import { planStack } from "../plan/stack-plan";

export interface StackFigures {
  readonly endpoints: number;
  readonly deployments: number;
  readonly loadSeconds: number;
  readonly planSeconds: number;
  /** Peak resident memory of the process, before anything is read, after the reading and after the planning. */
  readonly peakMegabytes: { readonly start: number; readonly load: number; readonly plan: number };
}

const CONTEXT = {
  stack: "bench",
  localImages: {},
  recipes: { environment: "environment", deployment: "deployment", router: "router" },
  now: "2026-01-01T00:00:00.000Z",
};

function measure(file: string): StackFigures {
  const values = ownValues<unknown>(parse(readFileSync(file, "utf8")).config);
  const start = peakMegabytes();
  const began = performance.now();
  const spec = loadStack({ file, values });
  const loaded = performance.now();
  const load = peakMegabytes();
  const plan = planStack(spec, CONTEXT);
  const planned = performance.now();
  return {
    endpoints: plan.endpoints.length,
    deployments: plan.endpoints.reduce((count, endpoint) => count + endpoint.deployments.length, 0),
    loadSeconds: (loaded - began) / 1000,
    planSeconds: (planned - loaded) / 1000,
    peakMegabytes: { start, load, plan: peakMegabytes() },
  };
}

/** `maxRSS` is in KiB. */
function peakMegabytes(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}

try {
  console.log(JSON.stringify(measure(process.argv[2] ?? "")));
} catch (error) {
  // The first few say what is wrong; a thousand endpoints can have thousands.
  console.error(error instanceof SpecErrors ? error.message.split("\n").slice(0, 20).join("\n") : error);
  process.exitCode = 1;
}
