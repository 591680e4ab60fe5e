import { check } from "./check";
import { type Command, group } from "./frame";
import { main as plan } from "./plan";
import { schema } from "./schemas";

/**
 * Read when it is used: Pulumi's library takes a second, and `check` answers in less. `require`, because tsx reads TypeScript for
 * it alone.
 */
const late = (what: string, load: () => Command): Command => ({
  what,
  run: (args) => load().run(args),
});

export const mlendpoints = group("mlendpoints", "", {
  up: late(
    "create or update the endpoints of a stack: report, policies, question, update",
    () => (require("./up") as typeof import("./up")).up,
  ),
  preview: late(
    "what `up` would change, and what the policies say about it",
    () => (require("./up") as typeof import("./up")).preview,
  ),
  down: late("delete everything of a stack", () => (require("./down") as typeof import("./down")).down),
  clean: late(
    "delete what this clone's stacks have on their engines",
    () => (require("./clean") as typeof import("./clean")).clean,
  ),
  status: late(
    "which endpoints of a stack answer, and where",
    () => (require("./read") as typeof import("./read")).status,
  ),
  call: late("how to call the endpoints of a stack", () => (require("./read") as typeof import("./read")).call),
  credentials: late(
    "both keys of an endpoint, as JSON",
    () => (require("./read") as typeof import("./read")).credentials,
  ),
  key: late("one key of an endpoint, for $(…) in a command", () => (require("./read") as typeof import("./read")).key),
  check: { what: "check endpoint and deployment files, or all files of a stack, without an engine", run: check },
  plan: { what: "say what an update of a stack would change, without running the program", run: plan },
  schema: { what: "print the JSON Schema of a file for editors, or write them all", run: schema },
});
