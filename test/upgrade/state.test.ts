import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { TestStack } from "../docker/stack";
import { pulumiMissing } from "../fixtures/pulumi-project";
import { skip } from "../support/skip";
import { ALLOWED, allowedBy } from "./allowed";
import { type Backend, backend, COMMIT, fixtureStack, STATE } from "./support";

interface Step {
  readonly op: string;
  readonly urn: string;
}

/** What the engine would do with a stack whose files are what they were, when only the program is another. */
describe(`the state that ${COMMIT} left, previewed by today's program`, function () {
  this.timeout(120_000);
  let own: Backend;
  let stack: TestStack | undefined;
  let steps: readonly Step[] = [];

  before(async function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      skip(this, missing);
    }
    own = await backend();
    stack = fixtureStack(own.env);
    for (const args of [
      ["stack", "init"],
      ["stack", "import", "--file", STATE],
    ]) {
      const { code, text } = await stack.pulumi(args);
      expect(code, text).to.equal(0);
    }
    const { code, text, stdout } = await stack.preview("--json", "--show-sames");
    expect(code, text).to.equal(0);
    steps = (JSON.parse(stdout) as { steps: Step[] }).steps;
  });
  after(() => {
    stack?.discard();
    own?.remove();
  });

  it("is read: the engine looks at every resource of it", () => {
    const { deployment } = JSON.parse(readFileSync(STATE, "utf8")) as { deployment: { resources: { type: string }[] } };
    const standing = deployment.resources.filter(({ type }) => !type.startsWith("pulumi:providers:"));
    expect(steps.length).to.be.at.least(standing.length);
    for (const { type } of standing) {
      expect(
        steps.some(({ urn }) => typeOf(urn) === type),
        type,
      ).to.equal(true);
    }
  });

  it("is changed only where this is allowed, with a reason", () => {
    const changes = steps.filter(({ op }) => op !== "same");
    const others = changes.filter(({ op, urn }) => allowedBy(op, urn) === undefined);
    expect(others.map(({ op, urn }) => `${op} ${urn}`)).to.deep.equal([]);
    // An entry that nothing needs any more goes.
    const idle = ALLOWED.filter((each) => !changes.some(({ op, urn }) => allowedBy(op, urn) === each));
    expect(idle.map(({ why }) => why)).to.deep.equal([], "allowed, and does not happen");
  });
});

/** The last of the types in `urn:pulumi:stack::project::parent$type::name`. */
function typeOf(urn: string): string {
  return urn.split("::")[2]!.split("$").at(-1)!;
}
