import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { belongsTo } from "../../engine/clean";
import { dockerHost } from "../../engine/docker-client";
import { type DockerMachine, planDocker } from "../../engine/docker-start";

describe("engine: how a Docker engine is started", () => {
  const debian: DockerMachine = { root: true, address: undefined, dockerd: false, aptGet: true, systemd: false };

  it("installs and starts it by itself on a bare Debian without systemd", () => {
    expect(planDocker(debian)).to.deep.equal(["install", "dockerd"]);
  });

  it("uses systemd where it runs, and installs nothing that is there", () => {
    expect(planDocker({ ...debian, systemd: true })).to.deep.equal(["install", "systemctl"]);
    expect(planDocker({ ...debian, dockerd: true })).to.deep.equal(["dockerd"]);
  });

  it("starts nothing when the user named an engine elsewhere", () => {
    expect(planDocker({ ...debian, address: "tcp://10.0.0.5:2375" }))
      .to.have.property("hint")
      .that.includes("10.0.0.5");
  });

  it("tells someone who is not root the command, and does nothing", () => {
    expect(planDocker({ ...debian, root: false }))
      .to.have.property("hint")
      .that.includes("sudo apt-get install -y docker.io");
    expect(planDocker({ ...debian, root: false, dockerd: true, systemd: true }))
      .to.have.property("hint")
      .that.includes("sudo systemctl start docker");
  });

  it("names the documentation on a system without apt", () => {
    expect(planDocker({ ...debian, aptGet: false }))
      .to.have.property("hint")
      .that.includes("docs.docker.com");
  });
});

describe("engine: which Docker engine the user means", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(path.join(tmpdir(), "mlendpoints-docker-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  function context(name: string, address: string): void {
    const folder = path.join(home, ".docker/contexts/meta", createHash("sha256").update(name).digest("hex"));
    mkdirSync(folder, { recursive: true });
    writeFileSync(
      path.join(folder, "meta.json"),
      JSON.stringify({ Name: name, Endpoints: { docker: { Host: address } } }),
    );
    writeFileSync(path.join(home, ".docker/config.json"), JSON.stringify({ currentContext: name }));
  }

  it("is the default socket when nothing is said", () => {
    expect(dockerHost({}, home)).to.equal(undefined);
    expect(dockerHost({ DOCKER_HOST: "" }, home)).to.equal(undefined);
  });

  it("is the current context of the docker command", () => {
    context("factory", "tcp://10.0.0.7:2375");
    expect(dockerHost({}, home)).to.equal("tcp://10.0.0.7:2375");
    expect(dockerHost({ DOCKER_CONTEXT: "default" }, home)).to.equal(undefined);
  });

  it("is DOCKER_HOST before any context", () => {
    context("factory", "tcp://10.0.0.7:2375");
    expect(dockerHost({ DOCKER_HOST: "unix:///run/other.sock" }, home)).to.equal("unix:///run/other.sock");
  });
});

describe("engine: what `make clean` deletes", () => {
  it("takes names of this clone's stacks only", () => {
    expect(belongsTo(["dev"], "mlendpoints-dev")).to.equal(true);
    expect(belongsTo(["dev"], "mlendpoints-dev-router-config")).to.equal(true);
    expect(belongsTo(["dev"], "mlendpoints-devil")).to.equal(false);
    expect(belongsTo(["dev"], "mlendpoints-prod")).to.equal(false);
    expect(belongsTo([], "mlendpoints-dev")).to.equal(false);
  });
});
