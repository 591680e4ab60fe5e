import { type CheckOptions, checkFile, type FileReport } from "../input/azure/check-file";
import type { Rounds } from "./azure-ai-ml/driver";
import type { Case } from "./cases";

export interface OwnAnswer {
  readonly file: string;
  readonly report: FileReport;
  /** Milliseconds of each repetition. */
  readonly ms: readonly number[];
}

function checkOptions(job: Case): CheckOptions {
  return {
    set: Object.entries(job.overrides).map(
      ([path, value]) => `${path}=${typeof value === "string" ? value : JSON.stringify(value)}`,
    ),
    endpoint: job.endpoint,
    deployments: job.deployments,
    skipScriptValidation: job.skipScriptValidation,
  };
}

export function check(job: Case): FileReport {
  return checkFile(job.file, checkOptions(job));
}

/** Reads all files in whole rounds, so that no file is measured fresh from its own last run. */
export function measureOurs(cases: readonly Case[], { warmup, repetitions }: Rounds): OwnAnswer[] {
  for (let round = 0; round < warmup; round++) {
    cases.forEach(check);
  }
  const answers = cases.map((job) => ({ file: job.file, report: check(job), ms: [] as number[] }));
  for (let round = 0; round < repetitions; round++) {
    for (const [index, job] of cases.entries()) {
      const began = performance.now();
      check(job);
      answers[index]?.ms.push(performance.now() - began);
    }
  }
  return answers;
}
