import { readFileSync } from "node:fs";
import { expect } from "chai";
import { container, containersOf, docker, leftovers, needsDocker, removeAtEnd } from "./engine";
import { score } from "./score";
import { TestStack } from "./stack";

/** The README's example, from nothing to an answer and back to nothing. */
describe("the example stack on a Docker host", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("first");
  let scoringUri = "";
  let keys = { primary: "", secondary: "" };

  before(async () => {
    stack.copy("examples/diabetes");
    stack.configure({
      endpoints: [
        {
          file: stack.file("endpoint.yml"),
          deployments: [stack.file("blue.yml"), stack.file("green.yml")],
          traffic: { blue: 90, green: 10 },
        },
      ],
      quota: { total: 64 },
      router: { port: 18_080 },
    });
    await stack.pulumi(["stack", "init"]);
  });
  removeAtEnd(stack);

  it("is previewed without touching the host", async () => {
    const { code, text, seconds } = await stack.preview();
    expect(code, text).to.equal(0);
    expect(text).to.match(/\+ \d+ to create/);
    console.log(`      preview: ${seconds.toFixed(1)} s, ${/\+ (\d+) to create/.exec(text)?.[1]} resources`);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });

  it("comes up and answers", async () => {
    const { code, text, seconds } = await stack.up();
    expect(code, text).to.equal(0);
    console.log(`      up: ${seconds.toFixed(1)} s`);
    const outputs = await stack.outputs();
    scoringUri = outputs.scoringUris["diabetes"]!;
    keys = outputs.keys["diabetes"]!;
    const answer = await score(scoringUri, keys.primary, readFileSync("examples/diabetes/sample-request.json"));
    expect(answer.status, answer.text).to.equal(200);
    expect(answer.json).to.be.an("array");
  });

  it("has nothing to change the second time", async () => {
    const { code, text } = await stack.up();
    expect(code, text).to.equal(0);
    expect(text).to.match(/Resources:\s+\d+ unchanged\n/);
  });

  it("keeps both keys out of state, logs, labels, inspection and preview", async () => {
    const places: [string, string][] = [
      ["state", await stack.state()],
      ["preview", (await stack.preview("--diff")).text],
    ];
    for (const info of await containersOf(stack.stack)) {
      const name = info.Names[0]!;
      const handle = docker.getContainer(info.Id);
      places.push([`inspect ${name}`, JSON.stringify(await handle.inspect())]);
      places.push([`logs ${name}`, (await handle.logs({ stdout: true, stderr: true })).toString("utf8")]);
    }
    expect(places.length).to.be.greaterThan(7);
    for (const [place, text] of places) {
      for (const key of [keys.primary, keys.secondary]) {
        expect(key).to.have.length(64);
        expect(text.includes(key), place).to.equal(false);
        expect(text.includes(Buffer.from(key).toString("base64")), `${place}, base64`).to.equal(false);
      }
    }
  });

  it("runs containers that may do no more than they need", async () => {
    for (const ending of [/-router$/, /\.blue\.[0-9a-f]+\.1$/, /\.green\.[0-9a-f]+\.1$/]) {
      const { HostConfig, Config } = await docker.getContainer((await container(stack.stack, ending)).Id).inspect();
      expect(HostConfig.ReadonlyRootfs, String(ending)).to.equal(true);
      expect(HostConfig.CapDrop).to.deep.equal(["ALL"]);
      expect(HostConfig.SecurityOpt).to.include("no-new-privileges");
      expect(Config.User.split(":")[0]).to.match(/^(1001|65534)$/);
      expect(Object.keys(HostConfig.PortBindings ?? {})).to.have.length(ending.source === "-router$" ? 1 : 0);
    }
  });

  it("makes no volume that has no name, and so no owner", async () => {
    for (const info of await containersOf(stack.stack)) {
      const names = info.Mounts.filter(({ Type }) => Type === "volume").map(({ Name }) => Name);
      expect(
        names.filter((name) => !name?.startsWith("mlendpoints-")),
        info.Names[0],
      ).to.deep.equal([]);
    }
  });

  it("sees that somebody stopped a container, or edited one, and mends it", async () => {
    const stopped = await container(stack.stack, /\.green\.[0-9a-f]+\.1$/);
    const edited = await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/);
    await docker.getContainer(stopped.Id).stop({ t: 0 });
    await docker.getContainer(edited.Id).update({ CpuShares: 2 });
    const refresh = await stack.pulumi(["refresh", "--yes", "--skip-preview"]);
    expect(refresh.code, refresh.text).to.equal(0);
    expect(refresh.text).to.match(/~ 2 updated/);
    expect(refresh.text).to.include("mustRun");
    const up = await stack.up();
    expect(up.code, up.text).to.equal(0);
    expect((await docker.getContainer(stopped.Id).inspect()).State.Running).to.equal(true);
    expect((await docker.getContainer(edited.Id).inspect()).HostConfig.CpuShares).to.equal(4096);
    const again = await stack.preview();
    expect(again.text).to.match(/Resources:\s+\d+ unchanged\n/);
  });

  it("leaves nothing behind", async () => {
    expect(await leftovers(stack.stack)).to.not.deep.equal([]);
    const { code, text } = await stack.pulumi(["destroy", "--yes", "--skip-preview"]);
    expect(code, text).to.equal(0);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });
});
