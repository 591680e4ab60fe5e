import { expect } from "chai";
import { type DockerMachine, planDocker } from "../../engine/docker-start";

describe("engine: how a Docker engine is started", () => {
  const debian: DockerMachine = { root: true, dockerd: false, aptGet: true, systemd: false };

  it("installs and starts it by itself on a bare Debian without systemd", () => {
    expect(planDocker(debian)).to.deep.equal(["install", "dockerd"]);
  });

  it("uses systemd where it runs, and installs nothing that is there", () => {
    expect(planDocker({ ...debian, systemd: true })).to.deep.equal(["install", "systemctl"]);
    expect(planDocker({ ...debian, dockerd: true })).to.deep.equal(["dockerd"]);
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
