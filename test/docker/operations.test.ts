import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { configVolumeName } from "../../plan/docker/names";
import { type CommandResult, command } from "./command";
import { container, containersOf, docker, leftovers, needsDocker, removeAtEnd } from "./engine";
import { TestStack, testBackend } from "./stack";

const ROOT = path.resolve(__dirname, "../..");

/** What `make up` and its sisters are faces of, as people type it. */
describe("bin/mlendpoints up", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("operations");
  const policies = path.join(ROOT, `policies/config/${stack.stack}.json`);
  removeAtEnd(stack);

  const run = (...args: string[]): Promise<CommandResult> =>
    command(path.join(ROOT, "bin/mlendpoints"), [...args, stack.stack], { env: testBackend() });

  before(() => {
    stack.copy("examples/diabetes");
    stack.configure({
      endpoints: [{ file: stack.file("endpoint.yml"), deployments: [stack.file("blue.yml")], traffic: { blue: 100 } }],
      router: { port: 18_090 },
    });
  });
  after(() => rmSync(policies, { force: true }));

  it("touches nothing when a mandatory policy forbids it, not even the list of stacks", async () => {
    writeFileSync(policies, JSON.stringify({ "latest-image-tag": "mandatory" }));
    const { code, text } = await run("up");
    expect(code, text).to.equal(1);
    expect(text).to.include("nothing is changed: latest-image-tag forbids it");
    expect(await leftovers(stack.stack)).to.deep.equal([]);
    const { text: stacks } = await stack.pulumi(["stack", "ls", "--json"]);
    expect(stacks).to.not.include(stack.stack);
    rmSync(policies);
  });

  it("shows the report first, brings the stack up, and says that each endpoint answers", async () => {
    const { code, text } = await run("up");
    expect(code, text).to.equal(0);
    expect(text).to.match(/^Stack test-operations, first deployment: 1 endpoint is new/);
    expect(text).to.include("✓ diabetes answers at http://127.0.0.1:18090/api/v1/endpoint/diabetes/score");
    // Bookkeeping is for the next update, not for people.
    expect(text).to.not.include("maxInstances");
  });

  it("changes nothing in a second run", async () => {
    const { code, text } = await run("up");
    expect(code, text).to.equal(0);
    expect(text).to.match(/\d+ unchanged/);
    expect(text).to.not.match(/^✓ (create|update|replace|delete)/m);
  });

  it("says what does not answer, and brings back what is gone", async () => {
    for (const { Id } of await containersOf(stack.stack)) {
      await docker.getContainer(Id).remove({ force: true });
    }
    const gone = await run("status");
    expect(gone.code).to.equal(1);
    expect(gone.text).to.match(/✗ diabetes/);
    const { code, text } = await run("up");
    expect(code, text).to.equal(0);
    expect(text).to.include("✓ diabetes answers at");
    expect((await run("status")).code).to.equal(0);
  });

  it("gives a router that has lost its volume its routes back", async () => {
    for (const name of [/-router$/, /-router-apply$/]) {
      await docker.getContainer((await container(stack.stack, name)).Id).remove({ force: true });
    }
    await docker.getVolume(configVolumeName(stack.stack)).remove();
    const { code, text } = await run("up");
    expect(code, text).to.equal(0);
    expect(text).to.include("✓ diabetes answers at");
  });

  it("deletes all of it", async () => {
    const { code, text } = await run("down");
    expect(code, text).to.equal(0);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });
});
