// `npx tsx bench/stack.ts`: seconds and memory that a big stack takes until its plan is known. It prints figures; nothing
// depends on them.
import { spawnSync } from "node:child_process";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import Table from "cli-table3";
import type { StackFigures } from "./stack-child";
import { type StackSize, writeStack } from "./stack-files";
import { PLAIN } from "./table";

const CHILD = path.join(__dirname, "stack-child.ts");

function measureStack(size: StackSize): StackFigures {
  // A stack of this size is above Azure's limits, even where it raises them: its quota warns.
  const stack = writeStack(size, { quota: { enforcement: "advisory" } });
  try {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      ["--require", require.resolve("tsx/cjs"), CHILD, stack.file],
      { encoding: "utf8", maxBuffer: 1 << 26 },
    );
    if (status !== 0) {
      throw new Error(`the stack cannot be read:\n${stderr}`);
    }
    return JSON.parse(stdout);
  } finally {
    stack.remove();
  }
}

function tableOf(figures: StackFigures): string {
  const table = new Table({
    head: ["", "seconds", "ms per deployment", "peak memory, MB"],
    colAligns: ["left", "right", "right", "right"],
    style: PLAIN,
  });
  const each = (seconds: number): string => ((seconds * 1000) / Math.max(1, figures.deployments)).toFixed(2);
  const { loadSeconds, planSeconds, peakMegabytes } = figures;
  table.push(
    ["before", "", "", peakMegabytes.start.toFixed(0)],
    ["load", loadSeconds.toFixed(2), each(loadSeconds), peakMegabytes.load.toFixed(0)],
    ["plan", planSeconds.toFixed(2), each(planSeconds), peakMegabytes.plan.toFixed(0)],
  );
  return table.toString();
}

function main(): void {
  const { values } = parseArgs({
    options: {
      endpoints: { type: "string", default: "1000" },
      deployments: { type: "string", default: "3" },
      json: { type: "boolean", default: false },
    },
  });
  const size = { endpoints: Number(values.endpoints), deployments: Number(values.deployments) };
  if (!Number.isInteger(size.endpoints) || size.endpoints < 1 || !Number.isInteger(size.deployments)) {
    console.error("usage: npx tsx bench/stack.ts [--endpoints 1000] [--deployments 3] [--json]");
    process.exit(2);
  }
  const figures = measureStack(size);
  if (values.json) {
    console.log(JSON.stringify(figures, undefined, 2));
    return;
  }
  console.log(
    `${figures.endpoints} endpoints, ${figures.deployments} deployments; ${os.availableParallelism()} cores, Node ${process.versions.node}, ${new Date().toISOString().slice(0, 10)}`,
  );
  console.log(tableOf(figures));
}

main();
