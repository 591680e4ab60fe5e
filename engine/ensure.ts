// `npx tsx engine/ensure.ts [step…] [--python X.Y]… [--docker-host ADDRESS] [--json]`: makes sure that this machine has what
// `pulumi up` needs. The docker options are a stack's docker:host, docker:context and docker:certPath.
import { parseArgs } from "node:util";
import { type DockerConnection, resolveConnection } from "../docker-connection/connection";
import { dockerStep } from "./docker-step";
import { imagesStep } from "./images";
import { pluginsStep } from "./plugins";
import { pulumiStep } from "./pulumi";
import { stopCommands } from "./run";
import { EngineError, type Outcome, type Step } from "./step";

/** Figures of one step, printed by `--json`. */
interface Report extends Outcome {
  readonly step: string;
  readonly made: boolean;
  readonly seconds: number;
}

function allSteps(pythons: readonly string[], connection: DockerConnection): readonly Step[] {
  return [pulumiStep, pluginsStep(), dockerStep(connection), imagesStep(pythons, connection)];
}

/** The steps asked for and those they need, in table order; all when none is named. */
export function selectSteps(table: readonly Step[], names: readonly string[]): readonly Step[] {
  const wanted = new Set<string>();
  const add = (name: string): void => {
    const step = table.find((candidate) => candidate.name === name);
    if (step === undefined) {
      throw new EngineError(
        `there is no step "${name}"`,
        `choose from: ${table.map((known) => known.name).join(", ")}`,
      );
    }
    wanted.add(name);
    step.needs.forEach(add);
  };
  for (const name of names.length > 0 ? names : table.map((step) => step.name)) {
    add(name);
  }
  return table.filter((step) => wanted.has(step.name));
}

async function runStep(step: Step, tell: (line: string) => void): Promise<Report> {
  const began = performance.now();
  let found = await step.check();
  const made = found === undefined;
  if (found === undefined) {
    tell(`… ${step.name}: ${step.why}`);
    found = await step.make((text) => tell(`  ${step.name}: ${text}`));
  }
  const seconds = Math.round((performance.now() - began) / 100) / 10;
  tell(`✓ ${step.name} ${found.detail} (${found.source}) ${seconds} s`);
  if (found.warning !== undefined) {
    tell(`⚠ ${step.name}: ${found.warning}`);
  }
  return { step: step.name, made, seconds, ...found };
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      python: { type: "string", multiple: true, default: [] },
      "docker-host": { type: "string" },
      "docker-context": { type: "string" },
      "docker-cert-path": { type: "string" },
      json: { type: "boolean", default: false },
    },
  });
  const connection = resolveConnection({
    host: values["docker-host"],
    context: values["docker-context"],
    certPath: values["docker-cert-path"],
  });
  // With --json stdout holds the figures only.
  const tell = (line: string): void => void (values.json ? process.stderr : process.stdout).write(`${line}\n`);
  const reports: Report[] = [];
  for (const step of selectSteps(allSteps(values.python, connection), positionals)) {
    try {
      reports.push(await runStep(step, tell));
    } catch (error) {
      throw error instanceof EngineError ? new EngineError(`${step.name}: ${error.message}`, error.hint) : error;
    }
  }
  if (values.json) {
    process.stdout.write(`${JSON.stringify(reports, null, 2)}\n`);
  }
}

/** Exit codes as a shell gives them: 128 + number of the signal. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

if (require.main === module) {
  for (const [signal, code] of Object.entries(SIGNALS)) {
    process.once(signal, () => {
      stopCommands();
      process.stderr.write("✗ interrupted; nothing is half done, run it again to go on\n");
      process.exit(code);
    });
  }
  main().catch((error: unknown) => {
    process.stderr.write(`✗ ${error instanceof Error ? error.message : String(error)}\n`);
    if (error instanceof EngineError) {
      process.stderr.write(`  try: ${error.hint}\n`);
    }
    process.exitCode = 1;
  });
}
