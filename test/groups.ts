/** Tests that need the same things run together, so that each can run where those things are. */
export interface Group {
  readonly name: string;
  /** What must be on the machine. */
  readonly needs: string;
  /** Its files, or patterns with stars. The first group takes what no other asks for. */
  readonly files: readonly string[];
  /** Whether its files may run at the same time: then nothing of theirs is on the engine. */
  readonly parallel: boolean;
}

const UNIT = "unit";

const CLAIMED: readonly Group[] = [
  {
    name: "process",
    needs: "Node: it starts commands of ours, and the policy pack, as processes",
    files: [
      "test/cli/*.test.ts",
      "test/bench/*.test.ts",
      "test/policies/policies.test.ts",
      "test/policies/components.test.ts",
      "test/policies/remediation.test.ts",
      "test/offline-providers/install.test.ts",
    ],
    parallel: true,
  },
  {
    name: "engine",
    needs: "a Pulumi engine with its plug-ins",
    files: [
      "test/policies/pack*.test.ts",
      "test/engine/pulumi-sh.test.ts",
      "test/engine/plugins.test.ts",
      "test/operations/clean.test.ts",
    ],
    parallel: true,
  },
  {
    name: "router",
    needs: "Envoy",
    files: [
      "test/router/apply.test.ts",
      "test/router/feature.test.ts",
      "test/router/gate.test.ts",
      "test/router/routing.test.ts",
    ],
    parallel: false,
  },
  {
    name: "docker",
    needs: "a Docker engine; a Pulumi engine with its plug-ins",
    files: [
      "test/docker/*.test.ts",
      "test/docker-connection/engines.test.ts",
      "test/offline-providers/container.test.ts",
      "test/offline-providers/images.test.ts",
      "test/offline-providers/network-volume.test.ts",
      "test/offline-providers/pulumi.test.ts",
      "test/scoring-image/credentials.test.ts",
      "test/scoring-image/image*.test.ts",
    ],
    parallel: false,
  },
  {
    name: "upgrade",
    needs: "a Docker engine; a Pulumi engine with its plug-ins; the repository's history",
    files: ["test/upgrade/*.test.ts"],
    parallel: false,
  },
];

/** All groups, the quick ones first: a misspelt name should not wait for containers. */
export const GROUPS: readonly Group[] = [
  { name: UNIT, needs: "Node", files: ["test/**/*.test.ts"], parallel: true },
  ...CLAIMED,
];

/** What mocha is told to run a group; its workers are as many as the machine has cores for. */
export function mochaArguments({ name, files, parallel }: Group, cores: number): string[] {
  const ignored = name === UNIT ? CLAIMED.flatMap((group) => group.files) : [];
  return [
    ...(parallel && cores > 1 ? ["--parallel", "--jobs", String(Math.min(cores, 4))] : []),
    ...ignored.flatMap((pattern) => ["--ignore", pattern]),
    ...files,
  ];
}
