import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { ownValues } from "../../input/stack/config";
import { loadStack } from "../../input/stack/load";
import type { DeployedStack } from "../../plan/deployed";
import type { PlanContext } from "../../plan/plan-context";
import { changeReport, type ReportData } from "../../plan/report/data";
import { type Examination, examineStack } from "../../plan/stack-plan";
import { stackFolder } from "../fixtures/stack";

export const NOW = "2026-01-01T00:00:00.000Z";
export const LATER = "2026-02-02T00:00:00.000Z";

type Files = Readonly<Record<string, string | undefined>>;

/** A stack of the fixture's folder, examined. `config` stands beside what the fixture's config file says. */
export function examine(
  files: Files = {},
  config: Readonly<Record<string, unknown>> = {},
  context: Partial<PlanContext> = {},
): Examination {
  const folder = stackFolder(files);
  try {
    const values = ownValues<unknown>(parse(readFileSync(folder.file, "utf8")).config);
    const spec = loadStack({ file: folder.file, values: { ...values, ...config } });
    return examineStack(spec, {
      stack: "test",
      localImages: {},
      recipes: { environment: "e", deployment: "d", router: "r" },
      now: NOW,
      ...context,
    });
  } finally {
    folder.remove();
  }
}

/** The report of a change from one state of the folder to another. */
export function reportOf(
  before: { readonly files?: Files; readonly config?: Readonly<Record<string, unknown>> } | undefined,
  files: Files = {},
  config: Readonly<Record<string, unknown>> = {},
): ReportData {
  const deployed: DeployedStack | undefined =
    before === undefined ? undefined : examine(before.files, before.config).plan.deployed;
  return changeReport({ stack: "test", ...examine(files, config, { deployed, now: LATER }) }, { stack: deployed });
}
