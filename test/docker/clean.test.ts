import { expect } from "chai";
import { cleanableStacks, cleanStack } from "../../operations/clean";
import { heal } from "../../operations/heal";
import { labelsOf, networkName, runVolumeName } from "../../plan/docker/names";
import { docker, leftovers, needsDocker } from "./engine";
import { score } from "./score";
import { TestStack, testBackend } from "./stack";

const PORT = 18_098;
const PATIENTS = '{"data": [[1,2,3,4,5,6,7,8,9,10]]}';

describe("make clean on a real engine", function () {
  this.timeout(300_000);
  needsDocker();
  const stack = new TestStack("cleaned");
  /** Its name begins alike. */
  const other = `${stack.stack}-eu`;
  const own = { ...process.env };

  before(async () => {
    Object.assign(process.env, testBackend());
    stack.copy("examples/diabetes");
    stack.configure({
      endpoints: [{ file: stack.file("endpoint.yml"), deployments: [stack.file("blue.yml")], traffic: { blue: 100 } }],
      router: { port: PORT },
    });
    await stack.pulumi(["stack", "init"]);
    await docker.createNetwork({ Name: networkName(other), Labels: { ...labelsOf(other, "network") } });
    await docker.createVolume({ Name: runVolumeName(other), Labels: { ...labelsOf(other, "run") } });
  });
  after(async () => {
    await stack.remove();
    await docker.getNetwork(networkName(other)).remove();
    await docker.getVolume(runVolumeName(other)).remove();
    process.env = own;
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });

  it("deletes all of a stack and nothing of another; the next update brings it back with the same keys", async () => {
    const first = await stack.up();
    expect(first.code, first.text).to.equal(0);
    const before = await stack.outputs();
    const cleaned = (await cleanableStacks()).find((each) => each.stack === stack.stack)!;
    const events = await cleanStack(cleaned);
    expect(events.filter(({ kind }) => kind === "stays")).to.deep.equal([]);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
    expect(await leftovers(other)).to.deep.equal([networkName(other), runVolumeName(other)]);

    expect(await heal(stack.stack)).to.deep.equal({ events: [], free: true, stale: true });
    const again = await stack.up("--refresh");
    expect(again.code, again.text).to.equal(0);
    const { scoringUris, keys } = await stack.outputs();
    expect(keys).to.deep.equal(before.keys);
    expect((await score(scoringUris["diabetes"]!, keys["diabetes"]!.primary, PATIENTS)).status).to.equal(200);
  });
});
