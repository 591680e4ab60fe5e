import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { ownValues } from "../spec/stack/config";
import { loadStack } from "../spec/stack/load";

/**
 * `python-minors STACK`: the Python minors that a stack's conda files ask for, as options of engine/ensure.ts. Prints nothing
 * when the stack has faults: the preview tells them, all of them and better.
 */
const file = path.join("stacks", `Pulumi.${process.argv[2] ?? "dev"}.yaml`);
const minors = new Set<string>();
try {
  const config: Record<string, unknown> = existsSync(file) ? (parse(readFileSync(file, "utf8"))?.config ?? {}) : {};
  const stack = loadStack({ file, values: ownValues(config) });
  for (const { deployments } of stack.endpoints) {
    for (const { environment } of deployments) {
      if (environment?.conda !== undefined) {
        minors.add(environment.conda.pythonMinor);
      }
    }
  }
} catch {
  // See above.
}
console.log([...minors].flatMap((minor) => ["--python", minor]).join(" "));
