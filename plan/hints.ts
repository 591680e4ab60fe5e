/** Commands that messages recommend, as they work in this house. A test runs each of them. */
const COMMANDS = {
  up: (stack: string) => `make up STACK=${stack}`,
  unlock: (stack: string) => `engine/pulumi.sh cancel --yes --stack ${stack}`,
  python: (minor: string) => `npx tsx engine/ensure.ts --python ${minor}`,
  /** Without the value: Pulumi asks for it, and encrypts it. `stack` may be a name only, so the key comes last. */
  secret: (stack: string, key: string) => `engine/pulumi.sh config set --stack ${stack} --secret --path '${key}'`,
  logs: (container: string) => `docker logs ${container}`,
  engine: () => "docker version",
  status: (stack: string) => `bin/mlendpoints status ${stack}`,
  key: (stack: string, endpoint: string) => `bin/mlendpoints key ${stack} ${endpoint}`,
} as const;

export type HintName = keyof typeof COMMANDS;

/** The command that mends something. */
export function hint<Name extends HintName>(name: Name, ...args: Parameters<(typeof COMMANDS)[Name]>): string {
  const command = COMMANDS[name] as (...values: string[]) => string;
  return command(...args);
}
