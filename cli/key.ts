import { stackOutputs } from "./outputs";

/** `key STACK ENDPOINT [primary|secondary]`: prints one key, for `$(…)` in a command. */
const [stack, endpoint, which = "primary"] = process.argv.slice(2);
if (stack === undefined || endpoint === undefined || (which !== "primary" && which !== "secondary")) {
  console.error("usage: npx tsx cli/key.ts STACK ENDPOINT [primary|secondary]");
  process.exit(2);
}
const keys = stackOutputs(stack, "with keys").keys[endpoint];
if (keys === undefined) {
  console.error(`the stack '${stack}' has no endpoint '${endpoint}'`);
  process.exit(1);
}
process.stdout.write(`${keys[which]}\n`);
