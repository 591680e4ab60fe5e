import path from "node:path";
import { pulumiMissing, TestProject } from "../fixtures/pulumi-project";
import { skip } from "../support/skip";
import type { Resource } from "./pack-host";

/**
 * A program that is none of ours: it registers the components' types with the inputs that a policy reads. Where an input is
 * `unknown:` and a value, it is an output that nobody knows before the first update, and that value afterwards.
 */
const PROGRAM = `
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");
const docker = require("@pulumi/docker");
class Component extends pulumi.ComponentResource {
  constructor(type, name, inputs) {
    super(type, name, inputs);
  }
}
const later = (name, value) => new random.RandomPassword(name, { length: 1 }).id.apply(() => JSON.parse(value));
for (const [name, { type, props }] of Object.entries(JSON.parse(process.env.RESOURCES))) {
  const inputs = Object.entries(props).map(([key, value]) => [
    key,
    String(value).startsWith("unknown:") ? later(name + "-" + key, value.slice("unknown:".length)) : value,
  ]);
  if (type.startsWith("docker:")) {
    new docker.Container(name, Object.fromEntries(inputs), { parent: new Component("mlendpoints:index:Instances", "of-" + name, {}) });
  } else {
    new Component(type, name, Object.fromEntries(inputs));
  }
}
`;

const PACK = path.resolve(__dirname, "../../policies/run.sh");

export type Resources = Readonly<Record<string, Resource>>;

export interface PolicyRun {
  readonly passed: boolean;
  readonly text: string;
}

/** A project that runs with the policy pack on the real engine. */
export interface PolicyProject {
  /** Where a test may put a config file. */
  readonly folder: string;
  run(operation: readonly string[], resources: Resources, config?: string): Promise<PolicyRun>;
}

/** The project of a suite; it is there from the first test on. */
export function policyProject(): PolicyProject {
  let project: TestProject;
  before(async function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      skip(this, missing);
    }
    project = await TestProject.create(PROGRAM);
  });
  after(() => project?.remove());
  return {
    get folder() {
      return project.folder;
    },
    async run(operation, resources, config) {
      const flags = ["--policy-pack", PACK, ...(config === undefined ? [] : ["--policy-pack-config", config])];
      try {
        const text = await project.pulumi([...operation, ...flags], { RESOURCES: JSON.stringify(resources) });
        return { passed: true, text };
      } catch (error) {
        return { passed: false, text: (error as Error).message };
      }
    },
  };
}

/** Policies that the output tells, with their level. */
export function told(text: string): Set<string> {
  return new Set(
    [...text.matchAll(/\[(advisory|mandatory)\] \[severity: \w+\]\s+([a-z-]+)/g)].map(
      ([, level, name]) => `${name} ${level}`,
    ),
  );
}
