import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { CATALOGUE, type PolicyName } from "../../policies/catalogue";
import { CONTAINER } from "../../policies/inputs";
import { CASES } from "./cases";
import { policyProject, type Resources, told } from "./engine-run";
import { KINDS, resource } from "./resources";

const CONFIG = path.resolve(__dirname, "../../policies/config");

const COMPONENT_POLICIES = (Object.keys(CATALOGUE) as PolicyName[]).filter((name) => CASES[name].kind !== "container");

describe("the policy pack on the real engine", function () {
  this.timeout(240_000);
  const project = policyProject();
  const preview = (resources: Resources, config?: string) => project.run(["preview"], resources, config);

  /** A config file that the test makes up. */
  function configFile(values: Readonly<Record<string, unknown>>): string {
    const file = path.join(project.folder, "config.json");
    writeFileSync(file, JSON.stringify(values));
    return file;
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
    const { passed, text } = await project.run(["preview", "--diff"], { bare }, config);
    expect(passed, text).to.equal(true);
    expect(text)
      .to.match(/memorySwap +: 64/)
      .and.match(/readOnly +: true/)
      .and.match(/"no-new-privileges"/);
    expect(text)
      .to.match(/"ALL"/)
      .and.match(/label: "env"[\s\S]*value: "prod"/);
    const advice = await project.run(["preview", "--diff"], { bare });
    expect(advice.text).to.not.match(/memorySwap +: 64/);
    expect([...told(advice.text)]).to.deep.equal(["container-not-hardened advisory", "container-swaps advisory"]);
  });

  it("refuses a config of the wrong form", async () => {
    const { passed, text } = await preview({}, configFile({ "production-single-instance": { instances: "many" } }));
    expect(passed).to.equal(false);
    expect(text).to.match(/production-single-instance: instances: Invalid type/);
  });
});
