import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export type Kind = "endpoint" | "deployment";
export type Verdict = "accept" | "reject";

/** A file to read, and all that has to be known besides it. */
export interface Case {
  readonly name: string;
  readonly file: string;
  readonly kind: Kind;
  /** Path to value, as `az ml … --set`. */
  readonly overrides: Readonly<Record<string, unknown>>;
  readonly skipScriptValidation: boolean;
  /** Deployments that the endpoint has besides its file; undefined when nothing is known of them. */
  readonly deployments?: readonly string[];
  /** The endpoint file that a deployment belongs to. */
  readonly endpoint?: string;
  /** What Azure's documents say of it, where somebody has looked that up. */
  readonly documented?: Verdict;
  /** The documents contradict each other or say nothing. */
  readonly contested?: boolean;
}

/** An entry of a corpus' `cases.json`, as far as it is needed here. */
interface CorpusCase {
  readonly id: string;
  readonly kind: Kind;
  readonly main: string;
  readonly verdict: Verdict;
  readonly contested?: boolean;
  readonly overrides?: Readonly<Record<string, unknown>>;
  readonly skip_script_validation?: boolean;
  readonly context?: { readonly deployments?: readonly string[]; readonly endpoint?: string };
}

/** All cases of a folder with a `cases.json` and one folder for each case. */
export function corpusCases(folder: string): Case[] {
  const entries: readonly CorpusCase[] = JSON.parse(readFileSync(path.join(folder, "cases.json"), "utf8"));
  return entries.map((entry) => ({
    name: entry.id,
    file: path.resolve(folder, entry.id, entry.main),
    kind: entry.kind,
    overrides: entry.overrides ?? {},
    skipScriptValidation: entry.skip_script_validation ?? false,
    deployments: entry.context?.deployments,
    endpoint:
      entry.context?.endpoint === undefined ? undefined : path.resolve(folder, entry.id, entry.context.endpoint),
    documented: entry.verdict,
    contested: entry.contested ?? false,
  }));
}

/** The files below a folder that name Azure's schema of an endpoint or a deployment. */
export function exampleCases(folder: string): Case[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => path.join(folder, name))
    .filter((file) => SCHEMA.test(readFileSync(file, "utf8")))
    .map(fileCase);
}

export function fileCase(file: string): Case {
  return {
    name: path.relative(process.cwd(), file),
    file: path.resolve(file),
    kind: kindOf(readFileSync(file, "utf8")),
    overrides: {},
    skipScriptValidation: false,
  };
}

const SCHEMA = /^\$schema:.*online(endpoint|deployment)\.schema\.json/im;

/** By the schema that the file names; else by a key that only deployments have. */
function kindOf(text: string): Kind {
  const named = SCHEMA.exec(text)?.[1]?.toLowerCase();
  if (named === "endpoint" || named === "deployment") {
    return named;
  }
  return /^(endpoint_name|instance_type|instance_count|model|environment)\s*:/m.test(text) ? "deployment" : "endpoint";
}
