import { createInterface } from "node:readline/promises";
import { type CleanEvent, cleanableStacks, cleanCaches, cleanStack, deleteState } from "../operations/clean";
import { engineOf } from "../operations/docker-things";
import { OperationFailure } from "../operations/failure";
import { command, need } from "./frame";

export const clean = command({
  what: "delete what this clone's stacks have on their engines; their state only when asked",
  usage: `mlendpoints clean [--state] [--yes]

Deletes containers, networks, volumes and images that carry the label of a stack of this clone, and images that stacks share
and no container needs. State, which nobody can make again, stays.

  --state   delete the state of these stacks too, with the keys in it; asks before
  --yes     do not ask

Exit status: 0, or 1 when an engine that holds containers does not answer (nothing is deleted then), 2 for wrong usage.`,
  options: { state: { type: "boolean" }, yes: { type: "boolean" } },
  run: async (values, positionals) => {
    need(positionals);
    await cleanAll(values.state === true, values.yes === true);
    return 0;
  },
});

async function cleanAll(state: boolean, yes: boolean): Promise<void> {
  const stacks = await cleanableStacks();
  const names = stacks.map(({ stack }) => stack);
  const withState = state && names.length > 0;
  if (withState && !yes) {
    await confirm(names);
  }
  for (const stack of stacks) {
    (await cleanStack(stack)).forEach(show);
  }
  const engines = stacks.length === 0 ? [engineOf({})] : stacks.map(({ docker }) => docker);
  for (const docker of new Set(engines)) {
    (await cleanCaches(docker).catch(unreachable)).forEach(show);
  }
  for (const stack of withState ? names : []) {
    show(await deleteState(stack));
  }
  if (!withState && names.length > 0) {
    console.log(`the state of ${names.join(", ")} stays, and the keys in it: make clean STATE=1 deletes it`);
  }
}

/** Caches on an engine that does not answer are no reason to stop: no stack has anything there. */
function unreachable(error: Error): CleanEvent[] {
  return [{ kind: "stays", thing: "what Docker has", reason: error.message }];
}

async function confirm(stacks: readonly string[]): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new OperationFailure(
      `this would delete the state of ${stacks.join(", ")}, and nobody can be asked here`,
      "make clean STATE=1 YES=1",
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal
    .question(`Delete the state of ${stacks.join(", ")} too? Its keys cannot be made again. [y/N] `)
    .finally(() => terminal.close());
  if (!/^y(es)?$/i.test(answer.trim())) {
    throw new OperationFailure("nothing was deleted", "make clean   (keeps the state)");
  }
}

function show(event: CleanEvent): void {
  console.log(event.kind === "deleted" ? `✓ deleted ${event.thing}` : `✗ ${event.thing} stays: ${event.reason}`);
}
