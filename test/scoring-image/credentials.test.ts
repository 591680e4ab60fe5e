// Nothing on the engine may hold the password of a package index, whether a build has ended well or not.
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { Readable } from "node:stream";
import { expect } from "chai";
import { removeBuildStages } from "../../docker-connection/build-stages";
import { dockerProvider } from "../../offline-providers/docker/provider";
import type { PythonEnvironment } from "../../plan/python-environment";
import { writeEnvironmentContext } from "../../scoring-image/context";
import { hostNetwork, writeHostConfig } from "../../scoring-image/hostcfg";
import { hostPipSettings } from "../../scoring-image/pip-settings";
import { failure, ProviderClient, urn } from "../offline-providers/support/client";
import { docker, exists, requireDocker } from "../offline-providers/support/docker";
import { baseImage } from "./docker";

const PASSWORD = `hush-${process.pid}-${"x".repeat(12)}`;
const NAME = `mlep-scor-test-${process.pid}-credentials`;

describe("index credentials", function () {
  this.timeout(300_000);
  let work: string;
  let index: Server;
  let asked: string[];
  let provider: ProviderClient;
  let standing: ReadonlySet<string>;

  before(async function () {
    await requireDocker(this);
    work = mkdtempSync(path.join(tmpdir(), "mlendpoints-credentials-"));
    asked = [];
    // A private index that has no package at all, so that the next one is asked.
    index = createServer(({ headers }, response) => {
      const given = headers.authorization?.replace("Basic ", "");
      if (given === undefined) {
        response.writeHead(401, { "www-authenticate": "Basic" }).end();
        return;
      }
      asked.push(Buffer.from(given, "base64").toString("utf8"));
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => index.listen(0, "0.0.0.0", resolve));
    provider = await ProviderClient.start(dockerProvider);
  });
  beforeEach(async () => {
    await removeBuildStages(docker);
    standing = new Set(await imageIds());
  });
  after(async () => {
    provider?.stop();
    index?.close();
    await docker
      .getImage(`${NAME}:1`)
      .remove({ force: true })
      .catch(() => undefined);
    await removeBuildStages(docker);
    rmSync(work, { recursive: true, force: true });
  });

  const imageIds = async () => (await docker.listImages({ all: true })).map(({ Id }) => Id);

  /** A build context as the program writes it, on a machine whose settings name an index with a password. */
  async function context(name: string, requirement: string): Promise<string> {
    const host = await bridgeAddress();
    const { port } = index.address() as AddressInfo;
    const settings = hostPipSettings();
    const more = {
      "extra-index-url": `http://ada:${PASSWORD}@${host}:${port}/simple`,
      "trusted-host": [settings["trusted-host"], host].filter((value) => value !== undefined).join(" "),
    };
    const dir = path.join(work, name);
    const environment: PythonEnvironment = { pythonMinor: "3.12", requirements: `${requirement}\n`, key: name };
    await writeEnvironmentContext(dir, environment, (overlay) =>
      writeHostConfig(overlay, { ...hostNetwork(), pip: { ...settings, ...more } }),
    );
    return dir;
  }

  const buildArgs = () => ({ BASE: baseImage(), PYTHON_MINOR: "3.12", STAGE: "secret" });
  const imageUrn = urn("docker:index/remoteImage:RemoteImage", "environment");
  async function build(dir: string): Promise<void> {
    const news = { name: `${NAME}:1`, keepLocally: true, build: { context: dir, buildArgs: buildArgs() } };
    await provider.create(imageUrn, await provider.inputs(imageUrn, news));
  }

  /** The images made since the test began, finished or not, in whose files, history or settings the password stands. */
  async function whereItIs(): Promise<string[]> {
    const made = (await imageIds()).filter((id) => !standing.has(id));
    const found: string[] = [];
    for (const id of made) {
      const image = docker.getImage(id);
      const words = JSON.stringify([await image.inspect(), await image.history()]);
      if (words.includes(PASSWORD) || (await holds((await image.get()) as Readable, PASSWORD))) {
        found.push(id);
      }
    }
    return found;
  }

  it("are used by a build, and are nowhere when it has ended", async () => {
    await build(await context("good", "six==1.17.0"));
    expect(asked).to.include(`ada:${PASSWORD}`);
    expect(await exists(docker.getImage(`${NAME}:1`))).to.equal(true);
    expect(await whereItIs()).to.deep.equal([]);
  });

  it("are nowhere when it has failed", async () => {
    const message = await failure(build(await context("bad", "six==0.0.0.dev99")));
    expect(message).to.include("six");
    expect(message).not.to.include(PASSWORD);
    expect(await whereItIs()).to.deep.equal([]);
  });

  it("would be found by this search, and go with the stages that another program left", async () => {
    const tar = execFileSync("tar", ["-C", await context("left", "six==0.0.0.dev98"), "-cf", "-", "."], {
      maxBuffer: 1 << 26,
    });
    const stream = await docker.buildImage(Readable.from([tar]), {
      t: `${NAME}:2`,
      buildargs: buildArgs(),
      forcerm: true,
    });
    await new Promise<void>((resolve) => docker.modem.followProgress(stream, () => resolve()));
    expect(await whereItIs()).not.to.deep.equal([]);
    expect(await removeBuildStages(docker)).to.equal(true);
    expect(await whereItIs()).to.deep.equal([]);
  });
});

/** The address of this machine that a build reaches it by. */
async function bridgeAddress(): Promise<string> {
  const { Options } = (await docker.getNetwork("bridge").inspect()) as { Options: Record<string, string> };
  const device = Options["com.docker.network.bridge.name"] ?? "docker0";
  // Node lists no device that nothing is connected to.
  const shown = execFileSync("ip", ["-4", "-oneline", "address", "show", device], { encoding: "utf8" });
  const address = /inet ([\d.]+)\//.exec(shown)?.[1];
  if (address === undefined) {
    throw new Error("the engine's bridge has no address on this machine");
  }
  return address;
}

/** Layers lie in a saved image as they are, so that a text in a file is a text in the stream. */
async function holds(stream: Readable, text: string): Promise<boolean> {
  const wanted = Buffer.from(text);
  let tail: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    const piece = Buffer.concat([tail, chunk as Buffer]);
    if (piece.includes(wanted)) {
      stream.destroy();
      return true;
    }
    tail = piece.subarray(Math.max(0, piece.length - wanted.length));
  }
  return false;
}
