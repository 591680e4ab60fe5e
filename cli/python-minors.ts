import { packageSettings, readStackFile } from "../input/stack/config-file";
import { readStack } from "../input/stack/load";

/**
 * `python-minors STACK`: the Python minors that a stack's conda files ask for and the Docker engine that it names, as options
 * of engine/ensure.ts. Faults of the stack are not told here: the preview tells them, all of them and better.
 */
const stack = process.argv[2] ?? "dev";
const { spec } = readStack(readStackFile(stack));
const environments =
  spec?.endpoints.flatMap(({ deployments }) => deployments.map(({ environment }) => environment)) ?? [];
const minors = new Set(environments.flatMap((environment) => environment?.conda?.pythonMinor ?? []));
const { host, context, certPath } = packageSettings(stack, "docker");
const docker = { "--docker-host": host, "--docker-context": context, "--docker-cert-path": certPath };
console.log(
  [
    ...[...minors].flatMap((minor) => ["--python", minor]),
    ...Object.entries(docker).flatMap(([option, value]) => (value === undefined ? [] : [option, value])),
  ].join(" "),
);
