import { expect } from "chai";
import { levelOf, policyFinding, undecidedMandatory } from "../../operations/policies";
import { CATALOGUE, type PolicyName } from "../../policies/catalogue";
import { CASES } from "./cases";
import { policyProject, told } from "./engine-run";
import { resource } from "./resources";

const COMPONENT_POLICIES = (Object.keys(CATALOGUE) as PolicyName[]).filter((name) => CASES[name].kind !== "container");

describe("the policy pack on the real engine, with values that only the update knows", function () {
  this.timeout(240_000);
  const project = policyProject();

  it("says of every policy that it cannot tell while a value is unknown, and lets none pass silently", async () => {
    const unknown = Object.fromEntries(
      COMPONENT_POLICIES.map((name) => [name, resource(CASES[name].kind, withUnknown(name))]),
    );
    const { passed, text } = await project.run(["preview"], unknown);
    expect(passed, text).to.equal(true);
    for (const name of COMPONENT_POLICIES) {
      expect(text).to.include(`can't run policy '${name}' from policy pack`);
    }
    // What `make up` makes of the engine's words: the mandatory ones stop it.
    const said = [...text.matchAll(/can't run policy '([^']+)' from policy pack '[^']*' during preview/g)];
    const findings = said.map(([message, policyName]) =>
      policyFinding({ policyName: policyName!, enforcementLevel: "advisory", message }),
    );
    const mandatory = COMPONENT_POLICIES.filter((name) => levelOf(name, {}) === "mandatory");
    expect(mandatory.length).to.be.greaterThan(2);
    expect(undecidedMandatory(findings, "no-settings-of-its-own")).to.deep.equal(mandatory.sort());
  });

  for (const name of ["quota-exceeded", "mirror-with-live", "public-access-without-limits", "wide-role"] as const) {
    it(`enforces ${name} in the update, when the value is known`, async () => {
      const resources = { [`late-${name}`]: resource(CASES[name].kind, withUnknown(name)) };
      const { passed, text } = await project.run(["up", "--yes", "--skip-preview"], resources);
      expect(passed).to.equal(false);
      expect([...told(text)]).to.deep.equal([`${name} mandatory`]);
    });
  }
});

/** The violating inputs of a policy, to be known only in the update; where the config violates, one that it reads. */
function withUnknown(name: PolicyName): Record<string, unknown> {
  const { inputs } = CASES[name].fails[0]!;
  const decisive = Object.keys(inputs).length > 0 ? inputs : { [DECIDING[name] ?? ""]: "late" };
  return Object.fromEntries(Object.entries(decisive).map(([key, value]) => [key, `unknown:${JSON.stringify(value)}`]));
}

/** What a policy reads whose first case is a violation by its config alone. */
const DECIDING: Readonly<Partial<Record<PolicyName, string>>> = {
  "key-auth-where-tokens-required": "authMode",
  "required-tags": "tags",
};
