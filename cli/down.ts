import { destroy } from "../operations/apply";
import { command, need } from "./frame";
import { show } from "./show";

export const down = command({
  what: "delete everything of a stack",
  usage: `mlendpoints down STACK

Deletes the stack's containers, networks, volumes and images, and its state. Its file in stacks/ stays.

Exit status: 0, or 1 when something could not be deleted, 2 for wrong usage.`,
  options: {},
  run: async (_values, positionals) => {
    const [stack = ""] = need(positionals, "STACK");
    if (!(await destroy(stack, show))) {
      console.log(`there is no stack ${stack}: nothing to delete`);
    }
    return 0;
  },
});
