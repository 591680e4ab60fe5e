import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Table from "cli-table3";
import { checkFile, type FileReport } from "../../../input/azure/check-file";

/** Azure's own example files with verdicts. It stands beside the project and is no part of it. */
export const CORPUS = path.join("..", "shared", "corpus");

export const WHY_SKIPPED = existsSync(CORPUS) ? undefined : "the acceptance corpus is not on this machine";

export interface CorpusCase {
  readonly id: string;
  readonly kind: "endpoint" | "deployment";
  readonly main: string;
  readonly verdict: "accept" | "reject";
  readonly field?: string;
  readonly stage?: string;
  readonly contested?: boolean;
  readonly features: readonly string[];
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly overrides?: Readonly<Record<string, string>>;
  readonly context?: { readonly deployments?: readonly string[]; readonly endpoint?: string };
  readonly skip_script_validation?: boolean;
}

export function corpusCases(): CorpusCase[] {
  return JSON.parse(readFileSync(path.join(CORPUS, "cases.json"), "utf8")) as CorpusCase[];
}

export function mainFile(each: CorpusCase): string {
  return path.join(CORPUS, each.id, each.main);
}

/** Checks a case the way its index says it is to be checked: overrides, context and flags are the command's own options. */
export function checkCase(each: CorpusCase): FileReport {
  const endpoint = each.context?.endpoint;
  return checkFile(mainFile(each), {
    set: Object.entries(each.overrides ?? {}).map(([key, value]) => `${key}=${value}`),
    deployments: each.context?.deployments,
    endpoint: endpoint === undefined ? undefined : path.join(CORPUS, each.id, endpoint),
    skipScriptValidation: each.skip_script_validation,
  });
}

/** The index compares values of environment variables as text: their form in Azure is not documented. */
export function comparable(value: Readonly<Record<string, unknown>> | undefined): unknown {
  const variables = value?.environment_variables as Readonly<Record<string, unknown>> | undefined;
  return variables === undefined
    ? value
    : {
        ...value,
        environment_variables: Object.fromEntries(Object.entries(variables).map(([key, text]) => [key, String(text)])),
      };
}

/** Cases and agreement by feature of the index. */
export function featureTable(results: readonly { readonly each: CorpusCase; readonly agrees: boolean }[]): string {
  const table = new Table({
    head: ["feature", "accept", "reject", "agree"],
    colAligns: ["left", "right", "right", "right"],
    style: { head: [], border: [], compact: true },
  });
  const features = [...new Set(results.flatMap(({ each }) => each.features))].sort();
  const row = (name: string, rows: typeof results): void => {
    const accepted = rows.filter(({ each }) => each.verdict === "accept").length;
    table.push([
      name,
      accepted,
      rows.length - accepted,
      `${rows.filter(({ agrees }) => agrees).length}/${rows.length}`,
    ]);
  };
  for (const feature of features) {
    row(
      feature,
      results.filter(({ each }) => each.features.includes(feature)),
    );
  }
  row("all", results);
  return table.toString();
}
