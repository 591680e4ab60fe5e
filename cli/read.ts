import { existsSync } from "node:fs";
import path from "node:path";
import { readStackFile } from "../input/stack/config-file";
import { readStack } from "../input/stack/load";
import { askEndpoints } from "../operations/answers";
import { credentials as credentialsOf, scoringUris } from "../operations/outputs";
import { hint } from "../plan/hints";
import { command, need, UsageError } from "./frame";

export const status = command({
  what: "which endpoints of a stack answer",
  usage: `mlendpoints status STACK [--json]

Calls each endpoint without a key: a router that routes it refuses that.

Exit status: 0 when all answer, 1 when one does not, 2 for wrong usage.`,
  options: { json: { type: "boolean" } },
  run: async (values, positionals) => {
    const [stack = ""] = need(positionals, "STACK");
    const answers = await askEndpoints(stack, await scoringUris(stack));
    console.log(
      values.json === true
        ? JSON.stringify(answers, null, 2)
        : answers
            .map(({ endpoint, uri, problem }) =>
              problem === undefined ? `✓ ${endpoint} ${uri}` : `✗ ${endpoint} ${uri}: ${problem}`,
            )
            .join("\n"),
    );
    return answers.every((each) => each.answers) ? 0 : 1;
  },
});

export const call = command({
  what: "how to call the endpoints of a stack",
  usage: `mlendpoints call STACK

Prints a curl for each endpoint. The keys themselves are not printed.

Exit status: 0, or 1 when there is no such stack, 2 for wrong usage.`,
  options: {},
  run: async (_values, positionals) => {
    const [stack = ""] = need(positionals, "STACK");
    console.log(callText(stack, await scoringUris(stack)));
    return 0;
  },
});

export const credentials = command({
  what: "both keys of an endpoint, as JSON",
  usage: `mlendpoints credentials STACK ENDPOINT

Prints primaryKey and secondaryKey, as az ml online-endpoint get-credentials does.

Exit status: 0, or 1 when there is no such endpoint, 2 for wrong usage.`,
  options: {},
  run: async (_values, positionals) => {
    const [stack = "", endpoint = ""] = need(positionals, "STACK", "ENDPOINT");
    const { primary, secondary } = await credentialsOf(stack, endpoint);
    console.log(JSON.stringify({ primaryKey: primary, secondaryKey: secondary }, null, 2));
    return 0;
  },
});

export const key = command({
  what: "one key of an endpoint",
  usage: `mlendpoints key STACK ENDPOINT [primary|secondary]

Prints one key (default: primary), for $(…) in a command.

Exit status: 0, or 1 when there is no such endpoint, 2 for wrong usage.`,
  options: {},
  run: async (_values, [stack, endpoint, which = "primary", ...more]) => {
    if (which !== "primary" && which !== "secondary") {
      throw new UsageError(`'${which}' is neither primary nor secondary`);
    }
    const [ofStack = "", name = ""] = need(
      [stack, endpoint, ...more].filter((each) => each !== undefined),
      "STACK",
      "ENDPOINT",
    );
    console.log((await credentialsOf(ofStack, name))[which]);
    return 0;
  },
});

/** What to type to call each endpoint. */
export function callText(stack: string, uris: Readonly<Record<string, string>>): string {
  return Object.entries(uris)
    .map(
      ([endpoint, uri]) => `
${endpoint}

  curl ${uri} \\
    -H "Authorization: Bearer $(${hint("key", stack, endpoint)})" \\
    -H "Content-Type: application/json" -d @${sampleRequest(stack, endpoint) ?? "REQUEST.json"}`,
    )
    .join("\n");
}

/**
 * A request to try, where the endpoint's folder has one: `sample-request.json`, as Azure's examples call it. The reader of the
 * files knows the endpoint's name as it is used, not as it is written: `Diabetes` is `diabetes`.
 */
export function sampleRequest(stack: string, endpoint: string): string | undefined {
  const { spec } = readStack(readStackFile(stack));
  const file = spec?.endpoints.find((each) => each.endpoint.name === endpoint)?.endpoint.file;
  const request = file === undefined ? undefined : path.join(path.dirname(file), "sample-request.json");
  return request !== undefined && existsSync(request) ? request : undefined;
}
