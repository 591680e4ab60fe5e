import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { stackOutputs } from "./outputs";

/** `how-to-call STACK`: what to type to call each endpoint. The keys themselves are not printed. */
const stack = process.argv[2];
if (stack === undefined) {
  console.error("usage: npx tsx cli/how-to-call.ts STACK");
  process.exit(2);
}
for (const [endpoint, uri] of Object.entries(stackOutputs(stack, "without keys").scoringUris)) {
  console.log(`
${endpoint} answers at ${uri}

  curl ${uri} \\
    -H "Authorization: Bearer $(npx tsx cli/key.ts ${stack} ${endpoint})" \\
    -H "Content-Type: application/json" -d @${sampleRequest(stack, endpoint) ?? "REQUEST.json"}`);
}

/** A request to try, where the endpoint's folder has one: `sample-request.json`, as Azure's examples call it. */
function sampleRequest(ofStack: string, endpoint: string): string | undefined {
  const file = `stacks/Pulumi.${ofStack}.yaml`;
  const entries: { file: string }[] = parse(readFileSync(file, "utf8"))?.config?.["mlendpoints:endpoints"] ?? [];
  return entries
    .map((entry) => path.join("stacks", entry.file))
    .filter((yaml) => existsSync(yaml) && parse(readFileSync(yaml, "utf8"))?.name === endpoint)
    .map((yaml) => path.join(path.dirname(yaml), "sample-request.json"))
    .find((request) => existsSync(request));
}
