import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { CATALOGUE, type PolicyName } from "../../policies/catalogue";
import { CONTAINER } from "../../policies/inputs";
import { pulumiMissing, TestProject } from "../fixtures/pulumi-project";
import { skip } from "../support/skip";
import { CASES } from "./cases";
import type { Resource } from "./pack-host";
import { KINDS, resource } from "./resources";

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
const later = (name, value) => new random.RandomId(name, { byteLength: 1 }).dec.apply(() => JSON.parse(value));
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
const CONFIG = path.resolve(__dirname, "../../policies/config");

const NAMES = Object.keys(CATALOGUE) as PolicyName[];
const COMPONENT_POLICIES = NAMES.filter((name) => CASES[name].kind !== "container");

type Resources = Readonly<Record<string, Resource>>;

describe("the policy pack on the real engine", function () {
  this.timeout(240_000);
  let project: TestProject;

  before(async function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      skip(this, missing);
    }
    project = await TestProject.create(PROGRAM);
  });
  after(() => project?.remove());

  async function run(
    operation: readonly string[],
    resources: Resources,
    config?: string,
  ): Promise<{ passed: boolean; text: string }> {
    const flags = ["--policy-pack", PACK, ...(config === undefined ? [] : ["--policy-pack-config", config])];
    try {
      const text = await project.pulumi([...operation, ...flags], { RESOURCES: JSON.stringify(resources) });
      return { passed: true, text };
    } catch (error) {
      return { passed: false, text: (error as Error).message };
    }
  }
  const preview = (resources: Resources, config?: string) => run(["preview"], resources, config);

  /** A config file that the test makes up. */
  function configFile(values: Readonly<Record<string, unknown>>): string {
    const file = path.join(project.folder, "config.json");
    writeFileSync(file, JSON.stringify(values));
    return file;
  }

  /** Policies that the output tells, with their level. */
  function told(text: string): Set<string> {
    return new Set(
      [...text.matchAll(/\[(advisory|mandatory)\] \[severity: \w+\]\s+([a-z-]+)/g)].map(
        ([, level, name]) => `${name} ${level}`,
      ),
    );
  }

  const good: Resources = Object.fromEntries(
    KINDS.filter((kind) => kind !== "container").map((kind) => [kind, resource(kind)]),
  );

  /** For each policy, a resource that violates it. */
  const bad: Resources = Object.fromEntries(
    COMPONENT_POLICIES.map((name) => [name, resource(CASES[name].kind, CASES[name].fails[0]!.inputs)]),
  );
  const badConfig = Object.fromEntries(COMPONENT_POLICIES.map((name) => [name, CASES[name].fails[0]!.config ?? {}]));

  it("has nothing to say about a stack in order", async () => {
    const { passed, text } = await preview(good);
    expect(passed, text).to.equal(true);
    expect([...told(text)]).to.deep.equal([]);
  });

  it("tells every violation at its level, and refuses the mandatory ones", async () => {
    const { passed, text } = await preview(bad, configFile(badConfig));
    expect(passed).to.equal(false);
    expect(told(text)).to.include.keys(COMPONENT_POLICIES.map((name) => `${name} ${CATALOGUE[name].level}`));
    expect(text).to.include("shop/blue takes 90 % of live traffic with 1 instance, 2 are asked for");
    expect(text).to.not.include("hunter2");
  });

  it("lets a stack pass that only has advice against it", async () => {
    const advised = resource("deployment", { instanceCount: 1 });
    const { passed, text } = await preview({ advised });
    expect(passed, text).to.equal(true);
    expect([...told(text)]).to.deep.equal(["production-single-instance advisory"]);
  });

  it("takes levels and values from the config of an environment", async () => {
    const stack = { advised: resource("deployment", { instanceCount: 1 }), endpoint: resource("endpoint") };
    const { passed, text } = await preview(stack, path.join(CONFIG, "prod.json"));
    expect(passed).to.equal(false);
    expect([...told(text)]).to.have.members([
      "production-single-instance mandatory",
      "key-auth-where-tokens-required advisory",
      "required-tags mandatory",
    ]);
    for (const lenient of ["dev.json", "staging.json"]) {
      const { passed: allowed, text: said } = await preview(stack, path.join(CONFIG, lenient));
      expect(allowed, said).to.equal(true);
      expect([...told(said)]).to.deep.equal(["production-single-instance advisory"]);
    }
  });

  it("remediates a container before the provider sees it", async () => {
    const labels = { env: "prod" };
    const config = configFile({
      "container-not-hardened": "remediate",
      "container-swaps": "remediate",
      "container-without-labels": { enforcementLevel: "remediate", labels },
    });
    const bare = { type: CONTAINER, props: { name: "bare", image: "busybox", memory: 64 } };
    const { passed, text } = await run(["preview", "--diff"], { bare }, config);
    expect(passed, text).to.equal(true);
    expect(text)
      .to.match(/memorySwap +: 64/)
      .and.match(/readOnly +: true/)
      .and.match(/"no-new-privileges"/);
    expect(text)
      .to.match(/"ALL"/)
      .and.match(/label: "env"[\s\S]*value: "prod"/);
    const advice = await run(["preview", "--diff"], { bare });
    expect(advice.text).to.not.match(/memorySwap +: 64/);
    expect([...told(advice.text)]).to.deep.equal(["container-not-hardened advisory", "container-swaps advisory"]);
  });

  it("refuses a config of the wrong form", async () => {
    const { passed, text } = await preview({}, configFile({ "production-single-instance": { instances: "many" } }));
    expect(passed).to.equal(false);
    expect(text).to.match(/production-single-instance: instances: Invalid type/);
  });

  it("says of every policy that it cannot tell while a value is unknown, and lets none pass silently", async () => {
    const unknown = Object.fromEntries(
      COMPONENT_POLICIES.map((name) => [name, resource(CASES[name].kind, withUnknown(name))]),
    );
    const { passed, text } = await preview(unknown);
    expect(passed, text).to.equal(true);
    for (const name of COMPONENT_POLICIES) {
      expect(text).to.include(`can't run policy '${name}' from policy pack`);
    }
  });

  for (const name of ["quota-exceeded", "mirror-with-live", "public-access-without-limits", "wide-role"] as const) {
    it(`enforces ${name} in the update, when the value is known`, async () => {
      const resources = { [`late-${name}`]: resource(CASES[name].kind, withUnknown(name)) };
      const { passed, text } = await run(["up", "--yes", "--skip-preview"], resources);
      expect(passed).to.equal(false);
      expect([...told(text)]).to.deep.equal([`${name} mandatory`]);
    });
  }

  /** The violating inputs of a policy, to be known only in the update; where the config violates, one that it reads. */
  function withUnknown(name: PolicyName): Record<string, unknown> {
    const { inputs } = CASES[name].fails[0]!;
    const decisive = Object.keys(inputs).length > 0 ? inputs : { [DECIDING[name] ?? ""]: "late" };
    return Object.fromEntries(
      Object.entries(decisive).map(([key, value]) => [key, `unknown:${JSON.stringify(value)}`]),
    );
  }
});

/** What a policy reads whose first case is a violation by its config alone. */
const DECIDING: Readonly<Partial<Record<PolicyName, string>>> = {
  "key-auth-where-tokens-required": "authMode",
  "required-tags": "tags",
};
