import { messageOf } from "./errors";
import type { Provider } from "./provider";
import { startProvider } from "./server";

const ORPHAN_CHECK_MILLISECONDS = 2000;

/**
 * What a plug-in program does: serve, say the port on the first line of stdout, and live until the engine ends it.
 * The engine's own address is the last argument.
 */
export function runProvider<Client>(provider: Provider<Client>, args: readonly string[] = process.argv.slice(2)): void {
  const engine = args.filter((arg) => !arg.startsWith("-")).at(-1);
  exitWithParent();
  startProvider(provider, engine).then(
    ({ port, finish }) => {
      // How the engine ends a plug-in (and kills one that is still there 5 s later). Ctrl-C may reach us too, and then
      // it is the engine that decides, with Cancel, how work in progress ends: so that work is finished first.
      process.once("SIGINT", () => finish(() => process.exit(0)));
      process.stdout.write(`${port}\n`);
    },
    (error: unknown) => {
      process.stderr.write(`pulumi-resource-${provider.name}: ${messageOf(error)}\n`);
      process.exit(1);
    },
  );
}

/** An engine that was killed cannot end its plug-ins; they notice that they were adopted by another process. */
function exitWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) {
      process.exit(0);
    }
  }, ORPHAN_CHECK_MILLISECONDS).unref();
}
