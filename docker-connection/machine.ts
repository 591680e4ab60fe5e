import { homedir } from "node:os";
import path from "node:path";

/** What of this machine decides which engine is meant. Plain data, so that the choice can be tested. */
export interface Machine {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export function thisMachine(): Machine {
  return { env: process.env, home: homedir() };
}

/** A variable that is set to something; an empty one counts as unset, as in the docker program. */
export function variable({ env }: Machine, name: string): string | undefined {
  const value = env[name];
  return value === "" ? undefined : value;
}

/** Folder of the docker program's own files: `DOCKER_CONFIG`, else `~/.docker`. */
export function dockerFolder(machine: Machine): string {
  return variable(machine, "DOCKER_CONFIG") ?? path.join(machine.home, ".docker");
}
