import { spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { installOfflineProvider } from "../../offline-providers/install";

describe("offline providers: installation", function () {
  this.timeout(60_000);
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "offline-provider-"));
  });
  afterEach(() => rmSync(home, { recursive: true, force: true }));

  it("installs under the official name and version, starts from anywhere, and says its port", async () => {
    for (const [name, version] of [
      ["docker", "5.2.0"],
      ["random", "4.21.2"],
    ] as const) {
      const folder = await installOfflineProvider(name, home);
      expect(folder).to.equal(join(home, "plugins", `resource-${name}-v${version}`));
      expect(await firstLine(join(folder, `pulumi-resource-${name}`))).to.match(/^\d+$/);
    }
  });

  it("does nothing the second time, and repairs what was changed", async () => {
    const folder = await installOfflineProvider("random", home);
    const { mtimeMs, ino } = statSync(folder);
    await installOfflineProvider("random", home);
    expect(statSync(folder)).to.include({ mtimeMs, ino });
    writeFileSync(join(folder, "provider.js"), "broken");
    await installOfflineProvider("random", home);
    expect(await firstLine(join(folder, "pulumi-resource-random"))).to.match(/^\d+$/);
    expect(readdirSync(join(home, "plugins")), "leftovers").to.deep.equal(["resource-random-v4.21.2"]);
  });

  it("leaves an official plug-in alone", async () => {
    const folder = join(home, "plugins", "resource-random-v4.21.2");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "pulumi-resource-random"), "official");
    expect(await installOfflineProvider("random", home)).to.equal(folder);
    expect(existsSync(join(folder, "provider.js"))).to.equal(false);
  });
});

function firstLine(program: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, ["127.0.0.1:1"], { cwd: tmpdir(), stdio: ["ignore", "pipe", "inherit"] });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}`)));
    child.stdout.once("data", (data: Buffer) => {
      resolve(data.toString("utf8").split("\n")[0] ?? "");
      child.kill("SIGKILL");
    });
  });
}
