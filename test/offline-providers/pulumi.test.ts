import { mkdirSync, writeFileSync } from "node:fs";
import { expect } from "chai";
import { pulumiMissing, TestProject } from "../fixtures/pulumi-project";
import { skip } from "../support/skip";
import { docker, exists, IMAGE, PREFIX, requireDocker, sweep } from "./support/docker";

const NAME = `${PREFIX}up-${process.pid}`;

// Environment variables stand for the person's edits between two runs.
const PROGRAM = `
const docker = require("@pulumi/docker");
const random = require("@pulumi/random");
const name = "${NAME}";
const edit = process.env;
const key = new random.RandomPassword("key", { length: 32, special: false });
const network = new docker.Network("net", { name });
const volume = new docker.Volume("data", { name });
const image = new docker.RemoteImage("image", {
  name: name + ":1",
  keepLocally: true,
  build: { context: "./context", labels: { from: "test" } },
});
const container = new docker.Container("web", {
  name,
  image: image.imageId,
  command: ["sleep", edit.SECONDS ?? "600"],
  envs: [key.result.apply((value) => "KEY=" + value)],
  labels: [{ label: "app", value: "web" }],
  networksAdvanced: [{ name: network.id, aliases: ["web"] }],
  volumes: [{ volumeName: volume.name, containerPath: "/data" }],
  memory: Number(edit.MEMORY ?? "64"),
  memorySwap: Number(edit.MEMORY ?? "64"),
  restart: "no",
});
if (edit.IMPORT) new docker.Network("imported", { name: name + "-old" }, { import: edit.IMPORT });
exports.key = key.result;
exports.id = container.id;
`;

describe("offline providers under the real Pulumi engine", function () {
  this.timeout(300_000);
  let project: TestProject;

  before(async function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      skip(this, missing);
    }
    await requireDocker(this);
    project = await TestProject.create(PROGRAM);
    mkdirSync(`${project.folder}/context`);
    writeFileSync(`${project.folder}/context/Dockerfile`, `FROM ${IMAGE}\n`);
  });
  after(async () => {
    if (project === undefined) {
      return;
    }
    await sweep();
    project.remove();
  });

  const inspect = () => docker.getContainer(NAME).inspect();

  it("preview of a new stack, up, and then nothing left to do", async () => {
    // Six resources: the stack itself and the five of the program.
    expect(await project.operation("preview")).to.deep.equal({ create: 6 });
    expect(await exists(docker.getContainer(NAME))).to.equal(false);
    expect(await project.operation("up")).to.deep.equal({ create: 6 });
    expect(await project.operation("preview")).to.deep.equal({ same: 6 });
    const { key } = await project.outputs();
    expect((await inspect()).Config.Env).to.include(`KEY=${String(key)}`);
    expect(await project.pulumi(["stack", "export"]), "the key in the clear").not.to.include(String(key));
  });

  it("a changed command replaces the container, a changed size does not", async () => {
    const before = await inspect();
    expect(await project.operation("up", { MEMORY: "32" })).to.deep.equal({ update: 1, same: 5 });
    const resized = await inspect();
    expect(resized.Id).to.equal(before.Id);
    expect(resized.HostConfig.Memory).to.equal(32 * 1024 * 1024);
    expect(await project.operation("up", { SECONDS: "500" })).to.deep.equal({ replace: 1, same: 5 });
    expect((await inspect()).Id).not.to.equal(before.Id);
  });

  it("refresh sees a container stopped by hand, and up starts it again", async () => {
    const { Id } = await inspect();
    await docker.getContainer(NAME).stop({ t: 0 });
    const edit = { SECONDS: "500" };
    expect(await project.operation("refresh", edit)).to.deep.equal({ update: 1, same: 5 });
    expect(await project.pulumi(["stack", "export"])).to.match(/"exitCode": 137/);
    expect(await project.operation("up", edit)).to.deep.equal({ update: 1, same: 5 });
    expect((await inspect()).State.Running).to.equal(true);
    expect((await inspect()).Id).to.equal(Id);
  });

  it("refresh sees a container removed by hand, and up makes it again", async () => {
    await docker.getContainer(NAME).remove({ force: true });
    const edit = { SECONDS: "500" };
    expect(await project.operation("refresh", edit)).to.deep.equal({ delete: 1, same: 5 });
    expect(await project.operation("up", edit)).to.deep.equal({ create: 1, same: 5 });
  });

  it("takes over a network made by hand", async () => {
    const { id } = await docker.createNetwork({ Name: `${NAME}-old` });
    const edit = { SECONDS: "500", IMPORT: id };
    expect(await project.operation("up", edit)).to.deep.equal({ import: 1, same: 6 });
    expect(await project.operation("preview", edit)).to.deep.equal({ same: 7 });
  });

  it("destroy leaves nothing but the image that was to be kept", async () => {
    await project.operation("destroy");
    expect(await exists(docker.getContainer(NAME))).to.equal(false);
    expect(await exists(docker.getVolume(NAME))).to.equal(false);
    expect(await docker.listNetworks({ filters: { name: [NAME] } })).to.deep.equal([]);
    expect(await exists(docker.getImage(`${NAME}:1`))).to.equal(true);
  });
});
