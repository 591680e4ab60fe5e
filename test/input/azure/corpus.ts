import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import Table from "cli-table3";
import { checkFile, type FileReport } from "../../../input/azure/check-file";

/** Files with verdicts that were written for this project; its README says what the index means. */
const OWN = path.join("test", "fixtures", "corpus");

/** Azure's own example files with verdicts, of the same form. They may stand beside the project and are no part of it. */
export const NEIGHBOUR = process.env["MLENDPOINTS_CORPUS"] ?? path.join("..", "shared", "corpus");

/** How the ids of Azure's own files begin; what else the neighbour has is among ours. */
const UPSTREAM = "up-";

export interface CorpusCase {
  /** The folder that `main` and the other files are below. */
  readonly folder: string;
  readonly id: string;
  readonly kind: "endpoint" | "deployment";
  readonly main: string;
  readonly files: readonly string[];
  readonly verdict: "accept" | "reject";
  readonly field?: string;
  readonly stage?: string;
  readonly contested?: boolean;
  readonly features: readonly string[];
  readonly expect?: Readonly<Record<string, unknown>>;
  readonly overrides?: Readonly<Record<string, string>>;
  readonly context?: { readonly deployments?: readonly string[]; readonly endpoint?: string };
  readonly skip_script_validation?: boolean;
  /** Requests with the answers that the real inference server gave. */
  readonly e2e?: { readonly calls: readonly CorpusCall[] };
}

interface CorpusCall {
  readonly body?: string;
  readonly body_file?: string;
  readonly expect: { readonly status: number; readonly json?: unknown };
}

/** Our own cases, and Azure's where they are. */
export function corpusCases(): CorpusCase[] {
  return [...casesOf(OWN), ...casesOf(NEIGHBOUR).filter(({ id }) => id.startsWith(UPSTREAM))];
}

function casesOf(corpus: string): CorpusCase[] {
  const index = path.join(corpus, "cases.json");
  const cases = existsSync(index) ? (JSON.parse(readFileSync(index, "utf8")) as Omit<CorpusCase, "folder">[]) : [];
  return cases.map((each) => ({ ...each, folder: path.join(corpus, each.id) }));
}

export function mainFile({ folder, main }: CorpusCase): string {
  return path.join(folder, main);
}

/** Checks a case the way its index says it is to be checked: overrides, context and flags are the command's own options. */
export function checkCase(each: CorpusCase): FileReport {
  const endpoint = each.context?.endpoint;
  return checkFile(mainFile(each), {
    set: Object.entries(each.overrides ?? {}).map(([key, value]) => `${key}=${value}`),
    deployments: each.context?.deployments,
    endpoint: endpoint === undefined ? undefined : path.join(each.folder, endpoint),
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
