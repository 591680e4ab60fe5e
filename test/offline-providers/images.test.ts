import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import type { Props } from "../../offline-providers/common/values";
import { dockerProvider } from "../../offline-providers/docker/provider";
import { failure, ProviderClient, urn } from "./support/client";
import { docker, exists, IMAGE, PREFIX, requireDocker, sweep } from "./support/docker";

describe("docker RemoteImage against a real engine", function () {
  this.timeout(120_000);
  let provider: ProviderClient;
  let folder: string;
  let count = 0;

  before(async function () {
    await requireDocker(this);
    provider = await ProviderClient.start(dockerProvider);
  });
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), PREFIX));
    mkdirSync(join(folder, "app", "secret"), { recursive: true });
    writeFileSync(join(folder, "app", "run.sh"), "#!/bin/sh\necho hello\n");
    chmodSync(join(folder, "app", "run.sh"), 0o755);
    writeFileSync(join(folder, "app", "secret", "key"), "hidden");
    writeFileSync(join(folder, ".dockerignore"), "# not for the image\n**/secret\n");
    writeFileSync(join(folder, "Dockerfile"), dockerfile());
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true, force: true });
    await sweep();
  });
  after(() => provider?.stop());

  const dockerfile = (step = "true"): string =>
    `FROM ${IMAGE} AS base\nARG GREETING=none\nCOPY app /app\nRUN ["sh", "-c", "${step}"]\nENV GREETING=$GREETING\n` +
    'FROM base AS last\nLABEL stage=last\nCMD ["/app/run.sh"]\n';
  const remoteUrn = urn("docker:index/remoteImage:RemoteImage", "image");
  const fresh = (): string => `${PREFIX}built:${process.pid}-${count++}`;

  async function make(where: string, news: Props): Promise<{ id: string; state: Props; inputs: Props }> {
    const inputs = await provider.inputs(where, news);
    return { ...(await provider.create(where, inputs)), inputs };
  }

  it("builds a target with arguments and labels, without the ignored files", async () => {
    const name = fresh();
    const build = {
      context: folder,
      target: "base",
      buildArgs: { GREETING: "hi" },
      labels: { a: "1" },
      tags: [fresh()],
    };
    const made = await make(remoteUrn, { name, build, triggers: { digest: "1" } });
    const image = await docker.getImage(name).inspect();
    expect(made.id).to.equal(`${image.Id}${name}`);
    expect(made.state["imageId"]).to.equal(image.Id);
    expect(image.Config.Env).to.include("GREETING=hi");
    expect(image.Config.Labels).to.deep.equal({ a: "1" });
    expect(await exists(docker.getImage(String(build.tags[0])))).to.equal(true);
    const container = await docker.createContainer({ name: `${PREFIX}files`, Image: name, Cmd: ["ls", "/app"] });
    await container.start();
    await container.wait();
    expect(String(await container.logs({ stdout: true })))
      .to.include("run.sh")
      .and.not.to.include("secret");
    await container.remove();
    expect((await provider.diff(remoteUrn, made.state, made.inputs)).changes).to.deep.equal({});
    const seen = await provider.read(remoteUrn, made.id, made.state, made.inputs);
    expect(seen.state).to.deep.equal(made.state);
    await provider.delete(remoteUrn, made.id, made.state);
    expect(await exists(docker.getImage(name))).to.equal(false);
  });

  it("a change of triggers or of anything in build replaces; keepLocally is a plain update", async () => {
    const name = fresh();
    const made = await make(remoteUrn, { name, build: { context: folder }, triggers: { digest: "1", "a.b": "x" } });
    const changesFor = async (news: Props): Promise<Record<string, string>> =>
      (await provider.diff(remoteUrn, made.state, await provider.inputs(remoteUrn, { ...made.inputs, ...news })))
        .changes;
    expect(await changesFor({ triggers: { digest: "2" } })).to.deep.equal({
      "triggers.digest": "UPDATE_REPLACE",
      'triggers["a.b"]': "DELETE_REPLACE",
    });
    expect(await changesFor({ build: { context: folder, tags: ["x:1"] } })).to.deep.equal({
      "build.tags[0]": "ADD_REPLACE",
    });
    expect(await changesFor({ keepLocally: true })).to.deep.equal({ keepLocally: "ADD" });
    const kept = await provider.inputs(remoteUrn, { ...made.inputs, keepLocally: true });
    const state = await provider.update(remoteUrn, made.id, made.state, kept);
    await provider.delete(remoteUrn, made.id, state);
    expect(await exists(docker.getImage(name))).to.equal(true);
  });

  it("takes an image that is on this machine, and says when one is nowhere", async () => {
    const made = await make(remoteUrn, { name: IMAGE, keepLocally: true });
    expect(made.state["imageId"]).to.equal((await docker.getImage(IMAGE).inspect()).Id);
    const message = await failure(make(remoteUrn, { name: "localhost:1/nowhere:1" }));
    expect(message).to.match(/^image localhost:1\/nowhere:1 is not on this machine and cannot be pulled: /);
  });

  it("an image in use is not removed, and the message says what to do", async () => {
    const name = fresh();
    const made = await make(remoteUrn, { name, build: { context: folder } });
    await docker.createContainer({ name: `${PREFIX}user`, Image: name });
    expect(await failure(provider.delete(remoteUrn, made.id, made.state))).to.include("Set keepLocally");
  });

  it("a failed build shows the end of its output and leaves no image", async () => {
    writeFileSync(join(folder, "Dockerfile"), dockerfile("echo no such package: numpyy; exit 9"));
    const name = fresh();
    const message = await failure(make(remoteUrn, { name, build: { context: folder } }));
    expect(message)
      .to.include("no such package: numpyy")
      .and.to.include("returned a non-zero code: 9")
      .and.to.include("Step 4/");
    expect(await exists(docker.getImage(name))).to.equal(false);
  });

  it("a missing Dockerfile or context is named with its full path", async () => {
    const missing = join(folder, "nothing");
    expect(await failure(make(remoteUrn, { name: fresh(), build: { context: missing } }))).to.include(missing);
    const build = { context: folder, dockerfile: "Other" };
    expect(await failure(make(remoteUrn, { name: fresh(), build }))).to.include(join(folder, "Other"));
  });

  it("a Dockerfile outside the context is sent along", async () => {
    const build = { context: join(folder, "app"), dockerfile: "../Outside" };
    writeFileSync(join(folder, "Outside"), `FROM ${IMAGE}\nCOPY run.sh /run.sh\n`);
    await make(remoteUrn, { name: fresh(), build });
  });
});
