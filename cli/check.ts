import { existsSync } from "node:fs";
import { parseArgs } from "node:util";
import { checkFile, type FileReport, isSetPair } from "../input/azure/check-file";
import { formatError, formatWarning, type SpecError, sortErrors } from "../input/documents/errors";
import { readStackFile, stackFile } from "../input/stack/config-file";
import { readStack } from "../input/stack/load";
import type { StackSpec } from "../input/stack/spec";
import { targetOf } from "../plan/targets";

const USAGE = `mlendpoints check FILE… [--set PATH=VALUE]… [--endpoint FILE] [--deployment NAME]… [--skip-script-validation] [--json]
mlendpoints check --stack NAME [--json]

Checks Azure ML online endpoint and deployment files as Azure would, and says everything that is wrong at once.

  --set PATH=VALUE           put a value in place of the file's, as az ml … --set; repeat it at will
  --endpoint FILE            the endpoint that a deployment file belongs to
  --deployment NAME          a deployment that an endpoint has; repeat it. Without it, every name in its traffic counts as known
  --skip-script-validation   do not look into the scoring script: it is not Python
  --stack NAME               check all files of a stack, as stacks/Pulumi.NAME.yaml lists them
  --json                     print the verdicts, errors, warnings and normalised fields as JSON

Exit status: 0 when every file is accepted, 1 when one is not, 2 for wrong usage.`;

/** The reports of `check --stack` have kinds of their own: the stack's config, and files that only others name. */
interface Report extends Omit<FileReport, "kind"> {
  readonly kind: FileReport["kind"] | "stack" | "other";
}

/** `mlendpoints check …`; the exit status. */
export function check(args: string[]): number {
  const options = readOptions(args);
  if (typeof options === "number") {
    return options;
  }
  const { values, positionals } = options;
  const reports: readonly Report[] =
    values.stack === undefined
      ? positionals.map((file) =>
          checkFile(file, {
            set: values.set,
            endpoint: values.endpoint,
            deployments: values.deployment,
            skipScriptValidation: values["skip-script-validation"],
          }),
        )
      : checkStack(values.stack);
  console.log(values.json === true ? JSON.stringify({ files: reports.map(toJson) }, null, 2) : formatReports(reports));
  return reports.every(({ verdict }) => verdict === "accept") ? 0 : 1;
}

function readOptions(args: string[]) {
  try {
    const parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        set: { type: "string", multiple: true },
        endpoint: { type: "string" },
        deployment: { type: "string", multiple: true },
        "skip-script-validation": { type: "boolean" },
        stack: { type: "string" },
        json: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
    if (parsed.values.help === true) {
      console.log(USAGE);
      return 0;
    }
    const fault = wrongUsage(parsed.values, parsed.positionals);
    return fault === undefined ? parsed : refuse(fault);
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error));
  }
}

function wrongUsage(
  values: {
    readonly stack?: string;
    readonly set?: string[];
    readonly endpoint?: string;
    readonly deployment?: string[];
    readonly "skip-script-validation"?: boolean;
  },
  files: readonly string[],
): string | undefined {
  const bad = values.set?.find((pair) => !isSetPair(pair));
  if (bad !== undefined) {
    return `--set takes PATH=VALUE, a dotted path with list indexes: '${bad}' is none`;
  }
  if (values.stack === undefined) {
    return files.length === 0 ? "no file given" : undefined;
  }
  if (
    files.length > 0 ||
    values.set !== undefined ||
    values.endpoint !== undefined ||
    values.deployment !== undefined ||
    values["skip-script-validation"] !== undefined
  ) {
    return "--stack takes its files and their overrides from the stack's config: give no files, --set, --endpoint, --deployment or --skip-script-validation with it";
  }
  return existsSync(stackFile(values.stack)) ? undefined : `there is no ${stackFile(values.stack)}`;
}

function refuse(message: string): number {
  console.error(`mlendpoints check: ${message}\n\n${USAGE}`);
  return 2;
}

/** Every file of a stack with what is wrong with it, what its target cannot do included. */
function checkStack(stack: string): Report[] {
  const source = readStackFile(stack);
  const { errors, warnings, spec } = readStack(source);
  const refused = spec === undefined || errors.length > 0 ? [] : refusals(spec);
  const kinds = new Map<string, Report["kind"]>([[source.file, "stack"]]);
  for (const { endpoint, deployments } of spec?.endpoints ?? []) {
    kinds.set(endpoint.file, "endpoint");
    for (const { file } of deployments) {
      kinds.set(file, "deployment");
    }
  }
  const found = sortErrors([...errors, ...refused]);
  const files = [...new Set([...kinds.keys(), ...[...found, ...warnings].map(({ file }) => file)])];
  return files.map((file) => {
    const own = found.filter((error) => error.file === file);
    return {
      file,
      kind: kinds.get(file) ?? "other",
      verdict: own.length === 0 ? "accept" : "reject",
      errors: own,
      warnings: warnings.filter((warning) => warning.file === file),
    };
  });
}

/** What the stack's target cannot carry out. */
function refusals({ config, endpoints }: StackSpec): SpecError[] {
  const target = targetOf(config);
  return endpoints.flatMap(({ endpoint, deployments }) => [
    ...target.endpointRefusals(endpoint),
    ...deployments.flatMap((deployment) => target.deploymentRefusals(deployment)),
  ]);
}

/** Every error with the same keys, so that a reader need not ask which are there. */
function toJson(report: Report): object {
  const filled = (error: SpecError): object => ({
    ...error,
    value: error.value ?? null,
    allowed: error.allowed ?? null,
  });
  return { ...report, errors: report.errors.map(filled), warnings: report.warnings.map(filled) };
}

function formatReports(reports: readonly Report[]): string {
  const count = (key: "errors" | "warnings"): number => reports.reduce((sum, report) => sum + report[key].length, 0);
  const rejected = reports.filter(({ verdict }) => verdict === "reject").length;
  const plural = (number: number, word: string): string => `${number} ${word}${number === 1 ? "" : "s"}`;
  return [
    ...reports.flatMap((report) => [...report.errors.map(formatError), ...report.warnings.map(formatWarning)]),
    `${plural(reports.length, "file")}: ${reports.length - rejected} accepted, ${rejected} rejected; ${plural(count("errors"), "error")}, ${plural(count("warnings"), "warning")}`,
  ].join("\n");
}
