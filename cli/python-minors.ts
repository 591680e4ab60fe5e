import { readStackFile } from "../input/stack/config-file";
import { readStack } from "../input/stack/load";

/**
 * `python-minors STACK`: the Python minors that a stack's conda files ask for, as options of engine/ensure.ts. Faults of the
 * stack are not told here: the preview tells them, all of them and better.
 */
const { spec } = readStack(readStackFile(process.argv[2] ?? "dev"));
const environments =
  spec?.endpoints.flatMap(({ deployments }) => deployments.map(({ environment }) => environment)) ?? [];
const minors = new Set(environments.flatMap((environment) => environment?.conda?.pythonMinor ?? []));
console.log([...minors].flatMap((minor) => ["--python", minor]).join(" "));
