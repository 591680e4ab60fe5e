// Where plug-ins end up, with the real Pulumi command and a real download server on this machine.
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { type PluginPlaces, pluginPlaces, pluginsStep } from "../../engine/plugins";
import { installOfflineProvider } from "../../offline-providers/install";
import { pulumiMissing } from "../fixtures/pulumi-project";
import { skip } from "../support/skip";

const FOLDERS = ["resource-docker-v5.2.0", "resource-random-v4.21.2"];

describe("engine: provider plug-ins", function () {
  this.timeout(60_000);
  let folder: string;
  let servers: Server[];

  before(function () {
    const missing = pulumiMissing();
    if (missing !== undefined) {
      skip(this, missing);
    }
  });
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-plugins-"));
    servers = [];
  });
  afterEach(() => {
    for (const server of servers) {
      server.close();
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const silent = () => undefined;
  function places(downloads: string, more: Partial<PluginPlaces> = {}): PluginPlaces {
    return {
      home: path.join(folder, "user"),
      ownHome: path.join(folder, "own"),
      marker: path.join(folder, "offline"),
      downloads,
      server: downloads,
      ...more,
    };
  }
  const plugins = (home: string) => {
    const dir = path.join(folder, home, "plugins");
    return existsSync(dir) ? readdirSync(dir).filter((name) => FOLDERS.includes(name)) : [];
  };
  const program = (home: string) =>
    readFileSync(path.join(folder, home, "plugins", FOLDERS[0]!, "pulumi-resource-docker"), "utf8");

  /** A place that releases of plug-ins can be downloaded from. */
  async function releases(): Promise<string> {
    const server = createServer(({ url = "/" }, response) => {
      const name = /pulumi-resource-(docker|random)-v[\d.]+-\w+-\w+\.tar\.gz$/.exec(url)?.[1];
      response.end(name === undefined ? "" : release(name));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  function release(name: string): Buffer {
    const work = mkdtempSync(path.join(folder, "release-"));
    writeFileSync(path.join(work, `pulumi-resource-${name}`), "#!/bin/sh\necho released\n");
    chmodSync(path.join(work, `pulumi-resource-${name}`), 0o755);
    return execFileSync("tar", ["-C", work, "-czf", "-", `pulumi-resource-${name}`]);
  }
  /** Nothing listens on this port of the loopback device. */
  const nowhere = (path_: string) => `http://127.0.0.1:1/${path_}`;

  it("offline: stand-ins come into our own home, and nothing into the user's", async () => {
    const step = pluginsStep(places(nowhere("a")));
    expect(await step.check()).to.equal(undefined);
    expect((await step.make(silent)).source).to.equal("offline providers");
    expect(plugins("own")).to.deep.equal(FOLDERS);
    expect(plugins("user")).to.deep.equal([]);
    expect((await step.check())?.source).to.equal("offline providers, cached");
  });

  it("back online: the next run replaces the stand-ins by what Pulumi publishes", async () => {
    await pluginsStep(places(nowhere("b"))).make(silent);
    const here = places(await releases());
    // Also where the user has no home of his own, so that both would lie in one folder.
    for (const again of [here, { ...here, home: here.ownHome }]) {
      const step = pluginsStep(again);
      expect(await step.check()).to.equal(undefined);
      expect((await step.make(silent)).source).to.equal("official");
      expect(program(path.basename(again.home))).to.include("released");
      expect((await step.check())?.source).to.equal("official");
    }
    expect(existsSync(here.marker)).to.equal(false);
    expect(existsSync(path.join(folder, "own/plugins", FOLDERS[0]!, "provider.js"))).to.equal(false);
  });

  it("official ones that the user has are used and never touched, online or not", async () => {
    for (const [index, name] of ["docker", "random"].entries()) {
      const dir = path.join(folder, "user/plugins", FOLDERS[index]!);
      mkdirSync(dir, { recursive: true });
      writeFileSync(path.join(dir, `pulumi-resource-${name}`), "official");
    }
    writeFileSync(path.join(folder, "offline"), "from before");
    expect((await pluginsStep(places(nowhere("c"))).check())?.source).to.equal("official");
    expect(existsSync(path.join(folder, "offline"))).to.equal(false);
    expect(program("user")).to.equal("official");
  });

  it("a stand-in that an earlier version left in the user's home is taken away", async () => {
    await installOfflineProvider("docker", path.join(folder, "user"));
    const step = pluginsStep(places(nowhere("d")));
    expect(await step.check()).to.equal(undefined);
    await step.make(silent);
    expect(plugins("user")).to.deep.equal([]);
    expect(plugins("own")).to.deep.equal(FOLDERS);
  });

  it("the user's home is PULUMI_HOME; without it there is only ours", () => {
    expect(pluginPlaces({ PULUMI_HOME: "/home/ada/.pulumi" }).home).to.equal("/home/ada/.pulumi");
    expect(pluginPlaces({ PULUMI_HOME: "/home/ada/.pulumi" }).ownHome).to.match(/\.cache\/pulumi\/home$/);
    const { home, ownHome } = pluginPlaces({ PULUMI_HOME: "" });
    expect(home).to.equal(ownHome);
  });
});
