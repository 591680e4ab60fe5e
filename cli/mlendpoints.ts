import { OperationFailure } from "../operations/failure";
import { mlendpoints } from "./commands";

async function main(): Promise<number> {
  try {
    return await mlendpoints.run(process.argv.slice(2));
  } catch (error) {
    console.error(`✗ ${error instanceof Error ? error.message : String(error)}`);
    if (error instanceof OperationFailure && error.hint !== undefined) {
      console.error(`  try: ${error.hint}`);
    }
    return 1;
  }
}

void main().then((code) => {
  // Not process.exit: what is still on its way to a pipe would be lost.
  process.exitCode = code;
});
