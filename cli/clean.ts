import { createInterface } from "node:readline/promises";
import { forget } from "../operations/apply";
import { clean as cleanStacks, knownStacks } from "../operations/clean";
import { command, need } from "./frame";
import { show } from "./show";

export const clean = command({
  what: "delete what this clone's stacks have on their engines",
  usage: `mlendpoints clean

Deletes containers, networks, volumes and images that carry the label of a stack this clone has worked with. Their state is
deleted after a question on a terminal, or with YES=1; otherwise it stays, and the next up makes everything again.

Exit status: 0, or 1 when an engine does not answer (nothing is deleted then), 2 for wrong usage.`,
  options: {},
  run: async (_values, positionals) => {
    need(positionals);
    const stacks = knownStacks();
    await cleanStacks(stacks, show);
    for (const stack of stacks) {
      if (await yes(`Delete the state of ${stack} too? Its endpoints get new keys then. [y/N] `)) {
        await forget(stack);
        console.log(`✓ deleted the state of ${stack}`);
      }
    }
    return 0;
  },
});

async function yes(question: string): Promise<boolean> {
  if (process.env["YES"] === "1" || !process.stdin.isTTY) {
    return process.env["YES"] === "1";
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question(question)).trim());
  } finally {
    lines.close();
  }
}
