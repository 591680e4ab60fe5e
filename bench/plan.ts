// `npx tsx bench/plan.ts`: seconds and memory of a big stack's way from files to its change report: all of it new, then an edit
// that moves traffic and changes every version. It prints figures; nothing depends on them.
import { readFileSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import { parse } from "yaml";
import { ownValues } from "../input/stack/config";
import { loadStack } from "../input/stack/load";
import type { DeployedStack } from "../plan/deployed";
import { changeReport } from "../plan/report/data";
import { formatJson } from "../plan/report/json";
import { formatMarkdown } from "../plan/report/markdown";
import { formatText } from "../plan/report/text";
import { examineStack } from "../plan/stack-plan";
import { type StackFiles, type StackSize, writeStack } from "./stack-files";
import { PLAIN } from "./table";

const STACK = "bench";

interface Step {
  readonly name: string;
  readonly seconds: number;
  /** Characters of what came out; absent for data. */
  readonly size?: number;
  /** Peak resident memory of the process so far. */
  readonly peakMegabytes: number;
}

/** From the files to each form of the report. */
function steps(files: StackFiles, deployed: DeployedStack | undefined): { steps: Step[]; deployed: DeployedStack } {
  const all: Step[] = [];
  const take = <T>(name: string, work: () => T): T => {
    const began = performance.now();
    const result = work();
    const seconds = (performance.now() - began) / 1000;
    const size = typeof result === "string" ? result.length : undefined;
    all.push({ name, seconds, size, peakMegabytes: peakMegabytes() });
    return result;
  };
  const values = ownValues<unknown>(parse(readFileSync(files.file, "utf8")).config);
  const spec = take("load", () => loadStack({ file: files.file, values }));
  const examined = take("plan, with ledger, cost, roles", () =>
    examineStack(spec, {
      stack: STACK,
      localImages: {},
      recipes: { environment: "environment", deployment: "deployment", router: "router" },
      deployed,
      now: "2026-01-01T00:00:00.000Z",
    }),
  );
  const report = take("report", () => changeReport({ stack: STACK, ...examined }, { stack: deployed }));
  take("report as text", () => formatText(report));
  take("report as Markdown", () => formatMarkdown(report));
  take("report as JSON", () => formatJson(report));
  return { steps: all, deployed: examined.plan.deployed };
}

/** `maxRSS` is in KiB. */
function peakMegabytes(): number {
  return (process.resourceUsage().maxRSS * 1024) / 1e6;
}

function tableOf(all: readonly Step[]): string {
  const table = new Table({
    head: ["", "seconds", "characters", "peak memory, MB"],
    colAligns: ["left", "right", "right", "right"],
    style: PLAIN,
  });
  for (const { name, seconds, size, peakMegabytes: peak } of all) {
    table.push([name, seconds.toFixed(3), size ?? "", peak.toFixed(0)]);
  }
  return table.toString();
}

/** Another script is another version of every deployment; the traffic of every endpoint moves to its last one. */
function edit(files: StackFiles, size: StackSize): void {
  const root = path.resolve(path.dirname(files.file), "..");
  const script = path.join(root, "app/code/score.py");
  writeFileSync(script, `${readFileSync(script, "utf8")}# another version\n`);
  for (let index = 1; index <= size.endpoints; index++) {
    const file = path.join(root, `app/endpoint-${index}/endpoint.yml`);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replace("deployment-1: 100", `deployment-${size.deployments}: 100`));
  }
}

function main(): void {
  const { values } = parseArgs({
    options: {
      endpoints: { type: "string", default: "1000" },
      deployments: { type: "string", default: "3" },
    },
  });
  const size = { endpoints: Number(values.endpoints), deployments: Number(values.deployments) };
  if (!(Number.isInteger(size.endpoints) && size.endpoints > 0 && Number.isInteger(size.deployments))) {
    console.error("usage: npx tsx bench/plan.ts [--endpoints 1000] [--deployments 3]");
    process.exit(2);
  }
  const files = writeStack(size, { quota: { enforcement: "advisory" }, prices: { Standard_DS3_v2: 0.229 } });
  try {
    const cpus = os.availableParallelism();
    console.log(
      `${size.endpoints} endpoints × ${size.deployments} deployments; ${cpus} cores, Node ${process.versions.node}; ${peakMegabytes().toFixed(0)} MB before`,
    );
    const first = steps(files, undefined);
    console.log(`\nall of it new\n${tableOf(first.steps)}`);
    edit(files, size);
    console.log(`\nevery version and all traffic changes\n${tableOf(steps(files, first.deployed).steps)}`);
    console.log(`\nnothing changes\n${tableOf(steps(files, steps(files, first.deployed).deployed).steps)}`);
  } finally {
    files.remove();
  }
}

main();
