import { check } from "./check";
import { main as plan } from "./plan";
import { schema } from "./schemas";

interface Command {
  readonly what: string;
  run(args: string[]): number | Promise<number>;
}

const COMMANDS: Readonly<Record<string, Command>> = {
  check: {
    what: "check endpoint and deployment files, or all files of a stack, without an engine",
    run: check,
  },
  plan: {
    what: "say what an update of a stack would change, without running the program",
    run: plan,
  },
  schema: {
    what: "print the JSON Schema of a file for editors, or write them all",
    run: schema,
  },
};

const USAGE = [
  "mlendpoints COMMAND …",
  "",
  ...Object.entries(COMMANDS).map(([name, { what }]) => `  ${name.padEnd(8)}${what}`),
  "",
  "mlendpoints COMMAND --help says more.",
].join("\n");

async function main(): Promise<number> {
  const [name = "", ...args] = process.argv.slice(2);
  if (["--help", "-h", "help"].includes(name)) {
    console.log(USAGE);
    return 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    console.error(`${name === "" ? "no command given" : `there is no command '${name}'`}\n\n${USAGE}`);
    return 2;
  }
  return command.run(args);
}

void main().then((code) => {
  // Not process.exit: what is still on its way to a pipe would be lost.
  process.exitCode = code;
});
