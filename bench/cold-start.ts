import { spawnSync } from "node:child_process";
import path from "node:path";
import { loadWithPackage } from "./azure-ai-ml/driver";
import type { Case } from "./cases";
import { median } from "./statistics";

const CHECK_FILE = path.resolve(__dirname, "../input/azure/check-file.ts");
/** Seconds from starting a process to its end, when all it does is read one file with our reader: median of `starts`. */
export function ourColdStart(job: Case, starts: number): number {
  const program = `require(${JSON.stringify(CHECK_FILE)}).checkFile(process.argv[1])`;
  return seconds(starts, () => {
    const { status, stderr } = spawnSync(
      process.execPath,
      ["--require", require.resolve("tsx/cjs"), "--eval", program, job.file],
      { encoding: "utf8" },
    );
    if (status !== 0) {
      throw new Error(`reading ${job.file} in a process of its own ended with ${status}:\n${stderr}`);
    }
  });
}

/** The same with Microsoft's package; its import takes most of it. */
export function theirColdStart(python: string, job: Case, starts: number): number {
  return seconds(starts, () => loadWithPackage(python, [job], { warmup: 0, repetitions: 1 }));
}

function seconds(starts: number, run: () => void): number {
  return median(
    Array.from({ length: starts }, () => {
      const began = performance.now();
      run();
      return (performance.now() - began) / 1000;
    }),
  );
}
