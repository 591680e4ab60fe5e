import path from "node:path";
import {
  CommandError,
  ConcurrentUpdateError,
  type EngineEvent,
  LocalWorkspace,
  PulumiCommand,
  Stack,
  StackNotFoundError,
} from "@pulumi/pulumi/automation";
import { connectionVariables, resolveConnection } from "../docker-connection/connection";
import { hint } from "../plan/hints";
import { restoreCheckpoint } from "./checkpoint";
import type { Tell } from "./events";
import { OperationFailure } from "./failure";

export const ROOT = path.resolve(__dirname, "..");

/**
 * A workspace of Pulumi's Automation API on this folder. The command that it starts is engine/pulumi.sh, which knows where state,
 * passphrase and salt are, and keeps the salt out of the tracked stack file.
 */
async function workspace(env: Readonly<Record<string, string>>): Promise<LocalWorkspace> {
  const pulumiCommand = await PulumiCommand.get({ root: path.join(ROOT, "engine") });
  // The plug-in knows no current context of the Docker client: it is told which engine that is.
  const docker = connectionVariables(resolveConnection());
  return LocalWorkspace.create({ workDir: ROOT, pulumiCommand, envVars: { ...docker, ...env } });
}

/** A stack that is there, or a new one. */
export async function openStack(name: string, env: Readonly<Record<string, string>> = {}): Promise<Stack> {
  restoreCheckpoint(name);
  const place = await workspace(env);
  return Stack.createOrSelect(name, place);
}

/** A stack, if it is there. */
export async function findStack(name: string): Promise<Stack | undefined> {
  const place = await workspace({});
  try {
    return await Stack.select(name, place);
  } catch (error) {
    if (error instanceof StackNotFoundError) {
      return undefined;
    }
    throw error;
  }
}

/** @throws OperationFailure when there is no such stack */
export async function requireStack(name: string): Promise<Stack> {
  const stack = await findStack(name);
  if (stack === undefined) {
    throw new OperationFailure(`there is no stack '${name}'`, hint("up", name));
  }
  return stack;
}

/** The engine's own words: what they were about has been told as events. */
export function engineFailure(stack: string, error: unknown): OperationFailure {
  if (error instanceof ConcurrentUpdateError) {
    return new OperationFailure(
      `another update of '${stack}' is running, or its process on another machine has died`,
      `wait for it; if it is dead: ${hint("unlock", stack)}`,
    );
  }
  if (error instanceof CommandError) {
    return new OperationFailure(lastLines(error.message));
  }
  throw error;
}

function lastLines(text: string): string {
  const stderr = /stderr: ([\s\S]*?)(?:\n\s*err\?:|$)/.exec(text)?.[1] ?? text;
  return stderr.trim();
}

/** Nothing happens, or `replace` tells it. */
const QUIET: ReadonlySet<string> = new Set(["same", "refresh", "create-replacement", "delete-replaced"]);

/** Of the engine's events, those that people read. */
export function tellEvents(tell: Tell): (event: EngineEvent) => void {
  return ({ diagnosticEvent, resOutputsEvent, resOpFailedEvent }) => {
    if (diagnosticEvent !== undefined && diagnosticEvent.ephemeral !== true) {
      const { severity, message } = diagnosticEvent;
      if (severity === "warning" || severity === "error") {
        tell({ kind: "message", severity, text: plain(message) });
      }
    }
    const done = resOutputsEvent ?? resOpFailedEvent;
    if (done !== undefined && (resOpFailedEvent !== undefined || !QUIET.has(done.metadata.op))) {
      const { op, type, urn } = done.metadata;
      tell({ kind: "resource", op, type, name: urn.split("::").at(-1) ?? urn, ok: resOpFailedEvent === undefined });
    }
  };
}

/** Without the engine's marks for colours, such as `<{%fg 1%}>`. */
function plain(text: string): string {
  return text.replace(/<\{%[^%]*%\}>/g, "").trimEnd();
}
