import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { EngineEvent, OpMap } from "@pulumi/pulumi/automation";
import type { ReportData } from "../plan/report/data";
import type { Tell } from "./events";
import { POLICY_PACK, type PolicyFinding, policyConfig, policyFinding, undecidedMandatory } from "./policies";
import { engineFailure, findStack, openStack } from "./workspace";

/** What an update would do, and whether it may. */
export interface Preview {
  readonly stack: string;
  /** One for each `InferenceStack` of the program. */
  readonly reports: readonly ReportData[];
  /** Number of resources by what happens to them. */
  readonly changes: OpMap;
  readonly policies: readonly PolicyFinding[];
  /** Mandatory policies that need a value which only the update knows. */
  readonly undecided: readonly string[];
  /** Why it cannot be carried out: a fault of a file, or a mandatory policy. Absent when it can. */
  readonly refused?: string;
}

/** Reads the stack once, by its own program, and has the policies check the result. Touches nothing, and needs no Docker engine. */
export async function preview(name: string, tell: Tell): Promise<Preview> {
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-report-"));
  const file = path.join(folder, "reports.jsonl");
  const policies: PolicyFinding[] = [];
  const display: string[] = [];
  let changes: OpMap = {};
  let reports: readonly ReportData[] = [];
  // The report comes first, as soon as the program has written it; what the engine has shown meanwhile waits.
  const flush = (): void => {
    if (reports.length === 0 && existsSync(file)) {
      reports = readReports(file);
      reports.forEach((report) => void tell({ kind: "report", report }));
    }
    if (reports.length > 0) {
      display.splice(0).forEach((text) => void tell({ kind: "display", text }));
    }
  };
  const onEvent = ({ policyEvent, summaryEvent }: EngineEvent): void => {
    if (policyEvent !== undefined) {
      policies.push(policyFinding(policyEvent));
    }
    changes = summaryEvent?.resourceChanges ?? changes;
  };
  try {
    const existed = (await findStack(name)) !== undefined;
    const stack = await openStack(name, { MLENDPOINTS_REPORT: file });
    const refused = await stack
      .preview({
        policyPacks: [POLICY_PACK],
        policyPackConfigs: policyConfig(name),
        suppressOutputs: true,
        color: process.stdout.isTTY ? "always" : "never",
        onEvent,
        onOutput: (text) => {
          display.push(text);
          flush();
        },
      })
      .then(
        () => undefined,
        (error: unknown) => engineFailure(name, error).message,
      );
    if (!existed && refused !== undefined) {
      await stack.workspace.removeStack(name);
    }
    flush();
    display.forEach((text) => void tell({ kind: "display", text }));
    return { stack: name, reports, changes, policies, undecided: undecidedMandatory(policies, name), refused };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function readReports(file: string): ReportData[] {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ReportData);
}

/**
 * Whether something that stands would change: then people are asked. A first deployment, a new endpoint and a new version beside
 * those that serve are no such things; neither is the container that brings the router its routes, which every update makes anew.
 */
export function touchesWhatStands({ reports, changes }: Pick<Preview, "reports" | "changes">): boolean {
  if (reports.length > 0 && reports.every(({ before }) => before === "nothing")) {
    return false;
  }
  const known = reports.filter(({ before }) => before === "known");
  const told = known.some(({ endpoints, router }) => router !== undefined || endpoints.some(changesWhatStands));
  const { delete: deleted = 0, replace = 0 } = changes;
  return (
    told || deleted > 0 || replace > reports.length || (known.length < reports.length && (changes.update ?? 0) > 0)
  );
}

function changesWhatStands({ change, changes }: ReportData["endpoints"][number]): boolean {
  switch (change) {
    case "changed":
      return changes.some((each) => each.what !== "deployment" || each.change !== "new");
    case "removed":
      return true;
    case "new":
    case "unchanged":
      return false;
    default:
      return change satisfies never;
  }
}
