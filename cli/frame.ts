import { type ParseArgsConfig, parseArgs } from "node:util";

/** One verb: what it does, and how it is used. A verb may hold others, as in `mlendpoints online-endpoint show`. */
export interface Command {
  readonly what: string;
  /** The exit status: 0 done, 1 refused or failed, 2 for wrong usage. */
  run(args: string[]): number | Promise<number>;
}

type Options = NonNullable<ParseArgsConfig["options"]>;

/** Wrong usage: the message, then how it is meant; exit status 2. */
export class UsageError extends Error {}

type Parsed<T extends Options> = ReturnType<
  typeof parseArgs<{ options: T & { help: { type: "boolean"; short: "h" } }; allowPositionals: true }>
>;

/**
 * A verb with options, as `node:util` parses them; `--help` prints the usage.
 *
 * @param usage its first line is the form of the command, as in `mlendpoints up STACK`
 */
export function command<const T extends Options>(definition: {
  readonly what: string;
  readonly usage: string;
  readonly options: T;
  readonly run: (values: Parsed<T>["values"], positionals: string[]) => number | Promise<number>;
}): Command {
  const { what, usage, options } = definition;
  const name = /^mlendpoints [a-z-]+(?: [a-z-]+)?/.exec(usage)?.[0] ?? "mlendpoints";
  return {
    what,
    run: async (args) => {
      try {
        const { values, positionals } = parsed(args, options);
        if ((values as { help?: boolean }).help === true) {
          console.log(usage);
          return 0;
        }
        return await definition.run(values, positionals);
      } catch (error) {
        if (error instanceof UsageError) {
          console.error(`${name}: ${error.message}\n\n${usage}`);
          return 2;
        }
        throw error;
      }
    },
  };
}

function parsed<T extends Options>(args: string[], options: T): Parsed<T> {
  try {
    const help = { type: "boolean", short: "h" } as const;
    return parseArgs({ args, allowPositionals: true, options: { ...options, help } }) as Parsed<T>;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

/** A verb of verbs. @param name what is typed up to here, as in `mlendpoints` */
export function group(name: string, what: string, commands: Readonly<Record<string, Command>>): Command {
  const width = Math.max(...Object.keys(commands).map((each) => each.length)) + 2;
  const usage = [
    `${name} COMMAND …`,
    "",
    ...Object.entries(commands).map(([each, { what: does }]) => `  ${each.padEnd(width)}${does}`),
    "",
    `${name} COMMAND --help says more.`,
  ].join("\n");
  return {
    what,
    run: ([first = "", ...args]) => {
      if (["--help", "-h", "help"].includes(first)) {
        console.log(usage);
        return 0;
      }
      const found = Object.hasOwn(commands, first) ? commands[first] : undefined;
      if (found === undefined) {
        console.error(`${first === "" ? "no command given" : `there is no command '${first}'`}\n\n${usage}`);
        return 2;
      }
      return found.run(args);
    },
  };
}

/** The positional arguments that a verb needs, by name. @throws UsageError when one lacks, or there are more */
export function need(positionals: readonly string[], ...names: readonly string[]): string[] {
  const lacking = names[positionals.length];
  if (lacking !== undefined) {
    throw new UsageError(`no ${lacking} given`);
  }
  if (positionals.length > names.length) {
    throw new UsageError(`'${positionals[names.length]}' is one too many`);
  }
  return [...positionals];
}
