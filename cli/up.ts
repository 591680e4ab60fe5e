import { createInterface } from "node:readline/promises";
import { apply } from "../operations/apply";
import { type Preview, preview as previewOf, touchesWhatStands } from "../operations/preview";
import { command, need } from "./frame";
import { callText } from "./read";
import { show, silent, undecidedText } from "./show";

export const preview = command({
  what: "what `up` would change, and what the policies say about it",
  usage: `mlendpoints preview STACK [--json]

Reads the stack by its own program and says what changes: the report for callers, Pulumi's diff, the policies.

  --json   report, changes and policies as JSON

Exit status: 0 when the update may be carried out, 1 when not, 2 for wrong usage.`,
  options: { json: { type: "boolean" } },
  run: async (values, positionals) => {
    const [stack = ""] = need(positionals, "STACK");
    const json = values.json === true;
    const seen = await previewOf(stack, json ? silent : show);
    if (json) {
      console.log(JSON.stringify(seen, null, 2));
      return mayGoOn(seen) ? 0 : 1;
    }
    return allowed(seen, false) ? 0 : 1;
  },
});

export const up = command({
  what: "create or update the endpoints of a stack",
  usage: `mlendpoints up STACK [--yes] [--decide-in-update]

Previews, checks the policies, asks when something that stands would change, and updates. Mandatory policies bind.

  --yes                do not ask; so do YES=1 and an input that is no terminal
  --decide-in-update   policies that the preview could not decide are checked during the update, and may stop it half-way

Exit status: 0 when everything is as planned and every endpoint answers, 1 when not, 2 for wrong usage.`,
  options: { yes: { type: "boolean" }, "decide-in-update": { type: "boolean" } },
  run: async (values, positionals) => {
    const [stack = ""] = need(positionals, "STACK");
    const later = values["decide-in-update"] === true;
    const seen = await previewOf(stack, show);
    if (!allowed(seen, later)) {
      return 1;
    }
    if (touchesWhatStands(seen) && !(await confirmed(values.yes === true))) {
      console.log("nothing is changed");
      return 1;
    }
    const { failed, answers } = await apply(stack, show);
    for (const { endpoint, uri, answers: answering, problem } of answers) {
      console.log(
        answering ? `✓ ${endpoint} answers at ${uri}` : `✗ ${endpoint} does not answer at ${uri}: ${problem}`,
      );
    }
    if (failed !== undefined) {
      console.error(
        `✗ not everything is as planned; what failed is said above, and \`make up STACK=${stack}\` tries it again`,
      );
      return 1;
    }
    console.log(callText(stack, Object.fromEntries(answers.map(({ endpoint, uri }) => [endpoint, uri]))));
    return answers.every((each) => each.answers) ? 0 : 1;
  },
});

function mayGoOn({ refused, undecided }: Preview): boolean {
  return refused === undefined && undecided.length === 0;
}

/** Says why not. */
function allowed({ stack, refused, undecided, policies }: Preview, later: boolean): boolean {
  if (refused !== undefined) {
    const names = [
      ...new Set(policies.filter(({ level }) => level === "mandatory").map(({ policy }) => policy)),
    ].sort();
    const forbidden = names.length > 0 ? `: ${names.join(", ")} forbids it` : "";
    console.error(`✗ nothing is changed${forbidden}\n${refused}`);
    return false;
  }
  if (undecided.length > 0 && !later) {
    console.error(`✗ ${undecidedText(undecided, stack, policies)}`);
    return false;
  }
  return true;
}

async function confirmed(yes: boolean): Promise<boolean> {
  if (yes || process.env["YES"] === "1" || !process.stdin.isTTY) {
    return true;
  }
  const lines = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return /^y(es)?$/i.test((await lines.question("Something that stands would change. Go on? [y/N] ")).trim());
  } finally {
    lines.close();
  }
}
