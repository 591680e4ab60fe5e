import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { OpMap } from "@pulumi/pulumi/automation";
import { type Answer, askEndpoints } from "./answers";
import type { Tell } from "./events";
import { OperationFailure } from "./failure";
import { heal, healText } from "./heal";
import { POLICY_PACK, policyConfig } from "./policies";
import { engineFailure, findStack, openStack, tellEvents } from "./workspace";

export interface Applied {
  readonly stack: string;
  /** Number of resources by what happened to them. */
  readonly changes: OpMap;
  readonly answers: readonly Answer[];
  /** Why not all of it was brought to what is planned. */
  readonly failed?: string;
}

/**
 * Brings a stack to what its files say. What an update left that was killed is mended first, and what has gone from the engine
 * comes back. The policies bind here too: the files are read again, and somebody may have edited them since the preview.
 */
export async function apply(name: string, tell: Tell): Promise<Applied> {
  const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-report-"));
  try {
    // The report of this run has been shown by the preview.
    const stack = await openStack(name, { MLENDPOINTS_REPORT: path.join(folder, "reports.jsonl") });
    await clearUp(name, tell);
    let changes: OpMap = {};
    const tellEvent = tellEvents(tell);
    const failed = await stack
      .up({
        refresh: true,
        // An image that cannot be built is one endpoint's trouble: the others go on, and the program fails at its end.
        continueOnError: true,
        suppressOutputs: true,
        policyPacks: [POLICY_PACK],
        policyPackConfigs: policyConfig(name),
        onEvent: (event) => {
          changes = event.summaryEvent?.resourceChanges ?? changes;
          tellEvent(event);
        },
      })
      .then(
        () => undefined,
        (error: unknown) => engineFailure(name, error).message,
      );
    const uris = (await stack.outputs())["scoringUris"]?.value as Record<string, string> | undefined;
    return { stack: name, changes, failed, answers: await askEndpoints(name, uris ?? {}) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What an update left that was killed. @throws OperationFailure when another update of the stack goes on */
async function clearUp(name: string, tell: Tell): Promise<void> {
  const { events, free } = await heal(name);
  if (!free) {
    throw new OperationFailure(events.map(healText).join("\n"));
  }
  for (const event of events) {
    tell({ kind: "healed", what: healText(event) });
  }
}

/** Deletes everything of a stack, and the stack. `false`: there was none. */
export async function destroy(name: string, tell: Tell): Promise<boolean> {
  const stack = await findStack(name);
  if (stack === undefined) {
    return false;
  }
  await clearUp(name, tell);
  try {
    await stack.destroy({ refresh: true, onEvent: tellEvents(tell) });
    await stack.workspace.removeStack(name);
  } catch (error) {
    throw engineFailure(name, error);
  }
  return true;
}
