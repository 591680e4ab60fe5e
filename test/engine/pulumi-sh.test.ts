// The wrapper with the real Pulumi command, in a project of its own.
import { execFileSync, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";

const ROOT = path.resolve(__dirname, "../..");
const TRACKED = "# by hand\nconfig:\n  mlendpoints:target: docker\n";

describe("engine/pulumi.sh", function () {
  // A dozen starts of the command, a fifth of a second each on an idle machine.
  this.timeout(60_000);

  let repo: string;
  beforeEach(() => {
    repo = mkdtempSync(path.join(tmpdir(), "mlendpoints-wrapper-"));
    mkdirSync(path.join(repo, "engine"));
    mkdirSync(path.join(repo, "stacks"));
    copyFileSync(path.join(ROOT, "engine/pulumi.sh"), path.join(repo, "engine/pulumi.sh"));
    writeFileSync(path.join(repo, "Pulumi.yaml"), "name: mlendpoints\nruntime: nodejs\nstackConfigDir: stacks\n");
    writeFileSync(path.join(repo, "stacks/Pulumi.dev.yaml"), TRACKED);
  });
  afterEach(() => rmSync(repo, { recursive: true }));

  // What this machine's own runs set must not leak in.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
  const env = (more: Record<string, string>) => ({
    ...Object.fromEntries(inherited),
    XDG_STATE_HOME: path.join(repo, "xdg"),
    PATH: `${path.join(ROOT, ".cache/pulumi/bin")}${path.delimiter}${process.env["PATH"]}`,
    ...more,
  });
  const pulumi = (args: string[], more: Record<string, string> = {}) =>
    execFileSync(path.join(repo, "engine/pulumi.sh"), args, {
      cwd: repo,
      env: env(more),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const run = (args: string[]) =>
    spawnSync(path.join(repo, "engine/pulumi.sh"), args, { cwd: repo, env: env({}), encoding: "utf8" });
  const tracked = (stack = "dev") => readFileSync(path.join(repo, `stacks/Pulumi.${stack}.yaml`), "utf8");
  const kept = (name: string) => path.join(repo, "xdg/mlendpoints", name);
  const copy = (stack = "dev") => readFileSync(path.join(repo, `.cache/stacks/Pulumi.${stack}.yaml`), "utf8");

  it("makes the stack and leaves the tracked file as it is: the salt goes into the copy", () => {
    expect(pulumi(["config", "get", "mlendpoints:target"])).to.equal("docker\n");
    expect(tracked()).to.equal(TRACKED);
    expect(copy()).to.match(/^# by hand\n(.*\n)+encryptionsalt: v1:\S+\n$/);
    expect(pulumi(["stack", "ls"])).to.include("dev*");
  });

  it("keeps the same salt from run to run, and takes edits of the tracked file over", () => {
    pulumi(["config"]);
    const salt = /^encryptionsalt:.*$/m.exec(copy())?.[0];
    writeFileSync(path.join(repo, "stacks/Pulumi.dev.yaml"), "config:\n  mlendpoints:target: kubernetes");
    expect(pulumi(["config", "get", "mlendpoints:target"])).to.equal("kubernetes\n");
    expect(copy()).to.equal(`config:\n  mlendpoints:target: kubernetes\n${salt}\n`);
  });

  it("brings `config set` back to the tracked file, without the salt", () => {
    pulumi(["config", "set", "mlendpoints:owner", "ada"]);
    expect(tracked()).to.equal(`${TRACKED}  mlendpoints:owner: ada\n`);
  });

  it("lets the salt go with a secret, which nobody could read otherwise", () => {
    pulumi(["config", "set", "--secret", "mlendpoints:token", "hush"]);
    expect(tracked())
      .to.match(/secure: v1:/)
      .and.to.match(/^encryptionsalt: v1:/m);
    expect(tracked()).not.to.include("hush");
    expect(pulumi(["config", "get", "mlendpoints:token"])).to.equal("hush\n");
  });

  it("uses a tracked file with a salt of its own as it is", () => {
    pulumi(["config", "set", "--secret", "mlendpoints:token", "hush"]);
    rmSync(path.join(repo, ".cache/stacks"), { recursive: true });
    const before = tracked();
    expect(pulumi(["config", "get", "mlendpoints:token"])).to.equal("hush\n");
    expect(tracked()).to.equal(before);
    expect(existsSync(path.join(repo, ".cache/stacks/Pulumi.dev.yaml"))).to.equal(false);
  });

  it("works for a stack without a file, named on the command line, and does not select it", () => {
    pulumi(["config", "--stack", "other"]);
    expect(existsSync(path.join(repo, "stacks/Pulumi.other.yaml"))).to.equal(false);
    expect(pulumi(["stack", "ls"]))
      .to.include("other")
      .and.not.to.include("other*");
  });

  it("removes a stack without its tracked file", () => {
    pulumi(["stack", "init", "dev"]);
    pulumi(["stack", "rm", "dev", "--yes"]);
    expect(tracked()).to.equal(TRACKED);
    expect(existsSync(path.join(repo, ".cache/stacks/Pulumi.dev.yaml"))).to.equal(false);
    expect(run(["destroy", "--remove", "--yes"]).stderr).to.include("would delete the tracked stack file");
    expect(tracked()).to.equal(TRACKED);
  });

  it("does not make a stack in order to destroy it", () => {
    const { status, stderr } = run(["destroy", "--yes", "--stack", "nope"]);
    expect(status).not.to.equal(0);
    expect(stderr).to.include("no stack named 'nope' found");
  });

  it("makes one passphrase that only the user can read, and uses the user's own when there is one", () => {
    pulumi(["config"]);
    const file = kept("passphrase");
    expect(statSync(kept(".")).mode & 0o777).to.equal(0o700);
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const first = readFileSync(file, "utf8");
    pulumi(["config"]);
    expect(readFileSync(file, "utf8")).to.equal(first);
    rmSync(kept("."), { recursive: true });
    pulumi(["config"], { PULUMI_CONFIG_PASSPHRASE: "own" });
    expect(existsSync(file)).to.equal(false);
  });

  it("works in our own home while stand-ins for plug-ins are in use, whatever PULUMI_HOME says", () => {
    const home = path.join(repo, "user-home");
    const whereIs = () => {
      pulumi(["config"], { PULUMI_HOME: home });
      return [existsSync(path.join(home, "workspaces")), existsSync(path.join(repo, ".cache/pulumi/home/workspaces"))];
    };
    mkdirSync(path.join(repo, ".cache/pulumi"), { recursive: true });
    writeFileSync(path.join(repo, ".cache/pulumi/offline"), "key");
    expect(whereIs()).to.deep.equal([false, true]);
    rmSync(path.join(repo, ".cache/pulumi/offline"));
    expect(whereIs()).to.deep.equal([true, true]);
  });

  it("keeps state, passphrase and salt where the deletion of .cache does not reach", () => {
    pulumi(["config", "set", "mlendpoints:owner", "ada"]);
    const salt = readFileSync(kept("salts/dev.yaml"), "utf8");
    rmSync(path.join(repo, ".cache"), { recursive: true });
    expect(pulumi(["config", "get", "mlendpoints:owner"])).to.equal("ada\n");
    expect(copy()).to.include(salt);
  });

  it("moves what an older clone kept in .cache, with the salt, and tells it once", () => {
    const own = path.join(repo, ".cache/pulumi");
    pulumi(["config"]);
    const salt = readFileSync(kept("salts/dev.yaml"), "utf8");
    mkdirSync(own, { recursive: true });
    renameSync(kept("state"), path.join(own, "state"));
    renameSync(kept("passphrase"), path.join(own, "passphrase"));
    rmSync(kept("."), { recursive: true });
    const first = run(["stack", "ls"]);
    expect(first.stderr.match(/moved from/g)).to.have.length(1);
    expect(first.stdout).to.include("dev");
    expect(readFileSync(kept("salts/dev.yaml"), "utf8")).to.equal(salt);
    expect(existsSync(path.join(own, "state"))).to.equal(false);
    expect(run(["config", "get", "mlendpoints:target"]).stderr).to.equal("");
  });

  it("overwrites no stacks that are there, and does not go on without those of the clone", () => {
    pulumi(["config"]);
    const passphrase = readFileSync(kept("passphrase"), "utf8");
    const own = path.join(repo, ".cache/pulumi");
    cpSync(kept("state"), path.join(own, "state"), { recursive: true });
    writeFileSync(path.join(own, "passphrase"), "older");
    const { status, stderr } = run(["stack", "ls"]);
    expect(status).to.equal(1);
    expect(stderr).to.include(`this clone has stacks in ${own}/state`);
    expect(readFileSync(kept("passphrase"), "utf8")).to.equal(passphrase);
    expect(readFileSync(path.join(own, "passphrase"), "utf8")).to.equal("older");
  });

  it("leaves the tracked file alone when the history of a stack is decrypted", () => {
    pulumi(["config"]);
    expect(pulumi(["stack", "history", "--json", "--show-secrets", "--stack", "dev"])).to.include("[]");
    expect(tracked()).to.equal(TRACKED);
  });
});
