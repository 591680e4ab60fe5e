import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { readStackFile, stackFile } from "../input/stack/config-file";
import { readStack } from "../input/stack/load";
import type { Former } from "../plan/deployed";
import type { PlanContext } from "../plan/plan-context";
import { changeReport, type ReportData } from "../plan/report/data";
import { formatJson } from "../plan/report/json";
import { formatMarkdown } from "../plan/report/markdown";
import { formatText } from "../plan/report/text";
import { examineStack } from "../plan/stack-plan";
import { routerRecipe } from "../router/recipe";
import { localImages } from "../scoring-image/local-images";
import { deploymentRecipe, environmentRecipe } from "../scoring-image/recipe";
import { deployedOfFile } from "./deployed";
import { withUnknownSecrets } from "./unknown-secrets";

const USAGE = `mlendpoints plan --stack NAME [--text | --markdown | --json] [--deployed FILE | --deployed none]

Says what an update of a stack would change for those who call its endpoints, with quota, cost and roles: what
a preview prints first, without running the program.

  --stack NAME       the stack: stacks/Pulumi.NAME.yaml and the files that it lists
  --text             for a terminal (default)
  --markdown         for a comment in a code review
  --json             for programs
  --deployed FILE    compare with this instead of with what is deployed: the JSON that
                     'pulumi stack output deployed --json' prints; 'none' for nothing

Exit status: 0 when the change can be made, 1 when there are errors, 2 for wrong usage.`;

const FORMATS: Readonly<Record<string, (report: ReportData) => string>> = {
  text: formatText,
  markdown: formatMarkdown,
  json: formatJson,
};

interface Options {
  readonly stack: string;
  readonly format: (report: ReportData) => string;
  readonly deployed?: string;
}

/** `mlendpoints plan …`; the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  const options = readOptions(argv);
  if (typeof options === "number") {
    return options;
  }
  const before = await readDeployed(options);
  if (before.unknown !== undefined && options.deployed !== undefined) {
    return refuse(`--deployed ${options.deployed}: ${before.unknown}`);
  }
  if (before.unknown !== undefined) {
    note(`what is deployed is not known, so that everything is shown as new: ${before.unknown}`);
  }
  const report = reportOf(options.stack, before);
  console.log(options.format(report));
  return report.errors.length > 0 ? 1 : 0;
}

function reportOf(stack: string, before: Former): ReportData {
  const source = readStackFile(stack);
  for (const key of source.encrypted) {
    note(
      key === "connections" || key === "vaults"
        ? `mlendpoints:${key} is encrypted as a whole: it counts as holding all that is asked of it`
        : `mlendpoints:${key} is encrypted as a whole: it counts as absent`,
    );
  }
  const { spec, ...read } = readStack(source);
  const { plan, errors, warnings } =
    spec === undefined || read.errors.length > 0
      ? { ...read, plan: undefined }
      : examineStack(withUnknownSecrets(spec, source.encrypted), contextOf(stack, before));
  return changeReport({ stack, plan, errors, warnings }, before);
}

/** What the host has is only asked by the program: without it the ledger has no account of it. */
function contextOf(stack: string, before: Former): PlanContext {
  return {
    stack,
    localImages: localImages(),
    recipes: {
      environment: environmentRecipe().digest,
      deployment: deploymentRecipe().digest,
      router: routerRecipe(),
    },
    deployed: before.stack,
    now: new Date().toISOString(),
  };
}

async function readDeployed({ stack, deployed }: Options): Promise<Former> {
  switch (deployed) {
    case undefined: {
      // Pulumi's library takes a second to read.
      const { deployed: deployedOf } = require("../operations/outputs") as typeof import("../operations/outputs");
      return deployedOf(stack);
    }
    case "none":
      return {};
    default:
      return deployedOfFile(deployed);
  }
}

function readOptions(argv: readonly string[]): Options | number {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        stack: { type: "string" },
        text: { type: "boolean" },
        markdown: { type: "boolean" },
        json: { type: "boolean" },
        deployed: { type: "string" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (values.help === true) {
      console.log(USAGE);
      return 0;
    }
    const formats = (["text", "markdown", "json"] as const).filter((name) => values[name] === true);
    if (values.stack === undefined) {
      return refuse("no stack given");
    }
    if (formats.length > 1) {
      return refuse(`--${formats.join(" and --")} exclude each other`);
    }
    if (!existsSync(stackFile(values.stack))) {
      return refuse(`there is no ${stackFile(values.stack)}`);
    }
    return { stack: values.stack, format: FORMATS[formats[0] ?? "text"] ?? formatText, deployed: values.deployed };
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

/** To the error output: what stands on the other one may be JSON. */
function note(message: string): void {
  console.error(`mlendpoints plan: ${message}`);
}

function refuse(message: string): number {
  console.error(`mlendpoints plan: ${message}\n\n${USAGE}`);
  return 2;
}
