// Two real engines side by side: whoever asks for the second one must get it, by every way of naming it, and the same one that
// the docker program gets where that program reads the same.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { stackConnection } from "../../components/docker/engine-client";
import { dockerClient } from "../../docker-connection/client";
import { resolveConnection } from "../../docker-connection/connection";
import { explainUnreachable } from "../../docker-connection/explain";
import type { DockerSettings } from "../../docker-connection/settings";
import { engineVersion } from "../../engine/docker-client";
import { dockerProvider } from "../../offline-providers/docker/provider";
import { pulumiMissing, TestProject } from "../fixtures/pulumi-project";
import { failure, ProviderClient, urn } from "../offline-providers/support/client";
import { exists, PREFIX, requireDocker } from "../offline-providers/support/docker";
import { skip } from "../support/skip";
import { DockerFolder } from "./docker-folder";
import { SecondEngine, whyNoSecondEngine } from "./second-engine";
import { SshServer } from "./ssh-server";

type Variables = Readonly<Record<string, string>>;

describe("docker connection: two real engines", function () {
  this.timeout(120_000);
  let second: SecondEngine;
  let docker: DockerFolder;
  let ssh: SshServer;
  let secondRoot: string;
  let bridgeBefore: string;

  before(async function () {
    const why = whyNoSecondEngine();
    if (why !== undefined) {
      skip(this, why);
    }
    await requireDocker(this);
    bridgeBefore = networkOfFirst();
    [second, ssh] = await Promise.all([SecondEngine.start(), SshServer.start()]);
    docker = new DockerFolder();
    docker.context("plain", second.socket);
    docker.context("tls", second.tcp, { certificates: second.certificates });
    secondRoot = await engineOf({ host: second.socket });
    expect(secondRoot).not.to.equal(await engineOf({ host: "unix:///var/run/docker.sock" }));
  });
  after(async () => {
    ssh?.stop();
    docker?.remove();
    await second?.stop();
    expect(networkOfFirst(), "the first engine's bridge").to.equal(bridgeBefore);
  });

  /** The device that the first engine's builds reach the network by. */
  const networkOfFirst = () => {
    const shown = execFileSync("ip", ["-4", "-oneline", "address", "show"], { encoding: "utf8" });
    return shown
      .split("\n")
      .filter((line) => line.includes("docker0"))
      .join("\n");
  };
  const machine = (env: Variables) => ({ env: { DOCKER_CONFIG: docker?.folder, ...env }, home: "/nowhere" });
  /** An engine is told by its folder: two on one machine share their identity. */
  async function engineOf(settings: DockerSettings, env: Variables = {}): Promise<string> {
    return ((await dockerClient(resolveConnection(settings, machine(env))).info()) as { DockerRootDir: string })
      .DockerRootDir;
  }
  /** The engine that the docker program means with the same variables. */
  function engineOfProgram(env: Variables): string {
    const given = { PATH: process.env["PATH"], HOME: "/nowhere", ...machine(env).env };
    return execFileSync("docker", ["info", "--format", "{{.DockerRootDir}}"], { env: given, encoding: "utf8" }).trim();
  }
  async function complaint(settings: DockerSettings): Promise<string> {
    const connection = resolveConnection(settings, machine({}));
    try {
      await dockerClient(connection).ping();
      return "it answers";
    } catch (error) {
      return explainUnreachable(error, connection)?.message ?? `not explained: ${String(error)}`;
    }
  }

  it("variables and contexts name the engine that the docker program takes", async () => {
    const tls = { DOCKER_HOST: second.tcp, DOCKER_TLS_VERIFY: "1", DOCKER_CERT_PATH: second.certificates };
    const cases: readonly Variables[] = [
      {},
      { DOCKER_HOST: second.socket },
      { DOCKER_CONTEXT: "plain" },
      { DOCKER_CONTEXT: "tls" },
      tls,
    ];
    for (const env of cases) {
      expect(await engineOf({}, env), JSON.stringify(env)).to.equal(engineOfProgram(env));
    }
    docker.use("tls");
    const beside: readonly Variables[] = [
      {},
      { DOCKER_HOST: "unix:///var/run/docker.sock" },
      { DOCKER_CONTEXT: "default" },
    ];
    for (const env of beside) {
      expect(await engineOf({}, env), JSON.stringify(env)).to.equal(engineOfProgram(env));
    }
    expect(await engineOf({}, {})).to.equal(secondRoot);
    docker.use("default");
  });

  it("settings of the stack name it: socket, TLS by folder and by texts, context, ssh", async () => {
    const pem = (name: string) => readFileSync(path.join(second.certificates, `${name}.pem`), "utf8");
    const texts = { caMaterial: pem("ca"), certMaterial: pem("cert"), keyMaterial: pem("key") };
    const cases: readonly DockerSettings[] = [
      { host: second.socket },
      { host: second.tcp, certPath: second.certificates },
      { host: second.tcp, ...texts },
      { host: second.tcp, certMaterial: texts.certMaterial, keyMaterial: texts.keyMaterial },
      { context: "tls" },
      { host: sshAddress(), sshOpts: ssh.options() },
    ];
    for (const settings of cases) {
      // DOCKER_HOST of another one must not shine through.
      expect(await engineOf(settings, { DOCKER_HOST: "unix:///var/run/docker.sock" })).to.equal(secondRoot);
    }
  });

  const sshAddress = () => `ssh://ada@127.0.0.1:${ssh.port}${second.socket.slice("unix://".length)}`;

  it("over ssh sends and gets, one request after the other", async () => {
    const far = dockerClient(resolveConnection({ host: sshAddress(), sshOpts: ssh.options() }));
    const name = `${PREFIX}ssh`;
    await far.createVolume({ Name: name });
    expect(await exists(dockerClient(resolveConnection({ host: second.socket })).getVolume(name))).to.equal(true);
    await far.getVolume(name).remove();
    expect(await exists(far.getVolume(name))).to.equal(false);
  });

  it("what cannot be reached is told with address, origin, reason and one hint", async () => {
    expect(await complaint({ host: "unix:///nowhere.sock" })).to.match(
      /^Docker cannot be reached at unix:\/\/\/nowhere.sock \(the stack's setting docker:host\): there is no such socket; start it/,
    );
    expect(await complaint({ host: second.tcp })).to.match(/: it speaks TLS only; give certificates/);
    const other = { host: second.tcp, certMaterial: "x", keyMaterial: "x" };
    expect(await complaint(other)).to.match(/: TLS failed: .*; compare the certificates/);
    const stranger = { host: sshAddress(), sshOpts: ssh.options("host") };
    expect(await complaint(stranger)).to.match(
      /Permission denied.*; try it by hand: ssh -p \d+ ada@127.0.0.1 docker version$/,
    );
    docker.context("gone", "tcp://127.0.0.1:1");
    expect(await complaint({ context: "gone" })).to.match(
      /tcp:\/\/127.0.0.1:1 \(the stack's setting docker:context, gone\)/,
    );
  });

  it("the offline provider works with the one that docker:host names", async () => {
    const provider = await ProviderClient.start(dockerProvider, { host: second.socket });
    const where = urn("docker:index/volume:Volume", "v");
    const name = `${PREFIX}second-${process.pid}`;
    const made = await provider.create(where, await provider.inputs(where, { name }));
    const [here, there] = [resolveConnection({}), resolveConnection({ host: second.socket })].map((connection) =>
      dockerClient(connection),
    );
    expect(await exists(there!.getVolume(name))).to.equal(true);
    expect(await exists(here!.getVolume(name))).to.equal(false);
    await provider.delete(where, made.id, made.state);
    provider.stop();
  });

  it("the offline provider tells what is wrong with the settings, in one sentence", async () => {
    const message = await failure(ProviderClient.start(dockerProvider, { host: "localhost:2375" }));
    expect(message).to.equal(
      '"localhost:2375" (from the stack\'s setting docker:host) is no address of a Docker engine; ' +
        "write unix:///path, tcp://name:port or ssh://user@name",
    );
  });

  it("the program asks the one that the stack's docker:host names, and `make ensure` that of its option", async () => {
    pulumi.runtime.setAllConfig({ "docker:host": second.socket });
    try {
      expect(((await dockerClient(stackConnection()).info()) as { DockerRootDir: string }).DockerRootDir).to.equal(
        secondRoot,
      );
    } finally {
      pulumi.runtime.setAllConfig({});
    }
    const ensure = (...args: string[]) =>
      execFileSync("node_modules/.bin/tsx", ["engine/ensure.ts", "docker", ...args], { encoding: "utf8" });
    expect(ensure("--docker-host", second.socket)).to.include(`(${second.socket})`);
    expect(ensure()).to.include("(default socket)");
    expect(await engineVersion(resolveConnection({ host: second.socket }))).to.have.property("version");
  });

  it("`pulumi up` with docker:host makes things there and nowhere else", async function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      skip(this, missing);
    }
    const name = `${PREFIX}far-${process.pid}`;
    const project = await TestProject.create(
      `const docker = require("@pulumi/docker"); new docker.Volume("v", { name: "${name}" });`,
    );
    try {
      await project.pulumi(["config", "set", "docker:host", second.socket]);
      expect(await project.operation("up")).to.deep.equal({ create: 2 });
      expect(await project.operation("preview")).to.deep.equal({ same: 2 });
      const volumes = await Promise.all(
        [{}, { host: second.socket }].map((settings) =>
          exists(dockerClient(resolveConnection(settings)).getVolume(name)),
        ),
      );
      expect(volumes).to.deep.equal([false, true]);
      await project.operation("destroy");
    } finally {
      project.remove();
    }
  });
});
