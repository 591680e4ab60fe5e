// The wrapper with the real Pulumi command, in a project of its own.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";

const ROOT = path.resolve(__dirname, "../..");
const TRACKED = "# by hand\nconfig:\n  mlendpoints:target: docker\n";

describe("engine/pulumi.sh", function () {
  // A dozen starts of the command, a fifth of a second each on an idle machine.
  this.timeout(60_000);

  let folder: string;
  let repo: string;
  let kept: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-wrapper-"));
    kept = path.join(folder, "user/mlendpoints");
    repo = clone("repo");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function clone(name: string): string {
    const made = path.join(folder, name);
    mkdirSync(path.join(made, "stacks"), { recursive: true });
    mkdirSync(path.join(made, "engine"));
    for (const file of ["pulumi.sh", "move-state.ts", "stack-lock.ts", "cache.ts"]) {
      copyFileSync(path.join(ROOT, "engine", file), path.join(made, "engine", file));
    }
    symlinkSync(path.join(ROOT, "node_modules"), path.join(made, "node_modules"));
    writeFileSync(path.join(made, "Pulumi.yaml"), "name: mlendpoints\nruntime: nodejs\nstackConfigDir: stacks\n");
    writeFileSync(path.join(made, "stacks/Pulumi.dev.yaml"), TRACKED);
    return made;
  }

  // What this machine's own runs set must not leak in.
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith("PULUMI_"));
  const env = (more: Record<string, string>) => ({
    ...Object.fromEntries(inherited),
    PATH: `${path.join(ROOT, ".cache/pulumi/bin")}${path.delimiter}${process.env["PATH"]}`,
    XDG_STATE_HOME: path.join(folder, "user"),
    ...more,
  });
  const pulumi = (args: string[], more: Record<string, string> = {}, at = repo) =>
    execFileSync(path.join(at, "engine/pulumi.sh"), args, {
      cwd: at,
      env: env(more),
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  const failing = (args: string[]) =>
    spawnSync(path.join(repo, "engine/pulumi.sh"), args, { cwd: repo, env: env({}), encoding: "utf8" });
  const tracked = (stack = "dev") => readFileSync(path.join(repo, `stacks/Pulumi.${stack}.yaml`), "utf8");
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

  it("makes a stack without selecting it, when told so", () => {
    pulumi(["stack", "init", "other", "--no-select"]);
    expect(pulumi(["stack", "ls"]))
      .to.include("other")
      .and.not.to.include("other*");
  });

  it("removes a stack without its tracked file", () => {
    pulumi(["stack", "init", "dev"]);
    pulumi(["stack", "rm", "dev", "--yes"]);
    expect(tracked()).to.equal(TRACKED);
    expect(existsSync(path.join(repo, ".cache/stacks/Pulumi.dev.yaml"))).to.equal(false);
    expect(existsSync(path.join(kept, "salts/dev.yaml"))).to.equal(false);
    expect(failing(["destroy", "--remove", "--yes"]).stderr).to.include("would delete the tracked stack file");
    expect(tracked()).to.equal(TRACKED);
  });

  it("does not make a stack in order to destroy it", () => {
    const { status, stderr } = failing(["destroy", "--yes", "--stack", "nope"]);
    expect(status).not.to.equal(0);
    expect(stderr).to.include("no stack named 'nope' found");
  });

  it("keeps state and salts where only the user can read them, and not in the clone", () => {
    pulumi(["config"]);
    expect(statSync(kept).mode & 0o777).to.equal(0o700);
    expect(existsSync(path.join(kept, "state/.pulumi/stacks/mlendpoints/dev.json"))).to.equal(true);
    const salt = /^encryptionsalt:.*\n/m.exec(copy())?.[0];
    expect(readFileSync(path.join(kept, "salts/dev.yaml"), "utf8")).to.equal(salt);
    rmSync(path.join(repo, ".cache"), { recursive: true });
    pulumi(["config"]);
    expect(copy()).to.include(salt);
  });

  it("shows every clone of the user the same stack, each with its own config", () => {
    pulumi(["config"]);
    const other = clone("other");
    writeFileSync(path.join(other, "stacks/Pulumi.dev.yaml"), TRACKED.replace("docker", "kubernetes"));
    expect(pulumi(["stack", "ls"], {}, other)).to.include("dev");
    expect(pulumi(["config", "get", "mlendpoints:target"], {}, other)).to.equal("kubernetes\n");
    expect(pulumi(["config", "get", "mlendpoints:target"])).to.equal("docker\n");
  });

  it("makes one passphrase that only the user can read, and uses the user's own when there is one", () => {
    pulumi(["config"]);
    const file = path.join(kept, "passphrase");
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    const first = readFileSync(file, "utf8");
    pulumi(["config"]);
    expect(readFileSync(file, "utf8")).to.equal(first);
    rmSync(kept, { recursive: true });
    rmSync(path.join(repo, ".cache"), { recursive: true });
    pulumi(["config"], { PULUMI_CONFIG_PASSPHRASE: "own" });
    expect(existsSync(file)).to.equal(false);
  });

  describe("in a clone that has its state in .cache", () => {
    /** Brings a stack with a secret in its state up to where an older version kept it. */
    function old(at: string, stack = "dev"): void {
      pulumi(["stack", "init", stack], { XDG_STATE_HOME: path.join(at, "old") }, at);
      const from = path.join(at, "old/mlendpoints");
      mkdirSync(path.join(at, ".cache/pulumi"), { recursive: true });
      for (const name of ["state", "passphrase"]) {
        cpSync(path.join(from, name), path.join(at, ".cache/pulumi", name), { recursive: true });
      }
      rmSync(path.join(at, "old"), { recursive: true });
      const file = stateFile(path.join(at, ".cache/pulumi/state"), stack);
      const state = JSON.parse(readFileSync(file, "utf8"));
      state.checkpoint.latest = { ...state.checkpoint.latest, resources: [root(stack)] };
      writeFileSync(file, JSON.stringify(state));
    }

    const stateFile = (state: string, stack: string) => path.join(state, `.pulumi/stacks/mlendpoints/${stack}.json`);
    const root = (stack: string) => ({
      urn: `urn:pulumi:${stack}::mlendpoints::pulumi:pulumi:Stack::mlendpoints-${stack}`,
      custom: false,
      type: "pulumi:pulumi:Stack",
      outputs: { answer: 42 },
    });
    const answer = (stack: string, at = repo) => pulumi(["stack", "output", "answer", "--stack", stack], {}, at).trim();

    it("moves state, passphrase and salts on first use, and says so in one line", () => {
      old(repo);
      const passphrase = readFileSync(path.join(repo, ".cache/pulumi/passphrase"), "utf8");
      const salt = /^encryptionsalt:.*\n/m.exec(copy())?.[0];
      const { status, stdout, stderr } = failing(["stack", "output", "answer", "--stack", "dev"]);
      expect([status, stdout]).to.deep.equal([0, "42\n"]);
      expect(stderr).to.equal(
        `moved the state of dev and the passphrase from .cache to ${kept}, which outlives \`make clean\` (docs/state.md)\n`,
      );
      expect(readFileSync(path.join(kept, "passphrase"), "utf8")).to.equal(passphrase);
      expect(statSync(path.join(kept, "passphrase")).mode & 0o777).to.equal(0o600);
      expect(readFileSync(path.join(kept, "salts/dev.yaml"), "utf8")).to.equal(salt);
      expect(existsSync(path.join(repo, ".cache/pulumi/state"))).to.equal(false);
      expect(existsSync(path.join(repo, ".cache/pulumi/passphrase"))).to.equal(false);
      expect(failing(["stack", "output", "answer", "--stack", "dev"]).stderr).to.equal("");
    });

    it("overwrites no stack of the same name: it stops and says what to do", () => {
      old(repo);
      answer("dev");
      const other = clone("other");
      old(other);
      const before = readFileSync(stateFile(path.join(kept, "state"), "dev"), "utf8");
      writeFileSync(
        stateFile(path.join(kept, "state"), "dev"),
        before.replace(/("answer":\s*"?)42/, (_, key: string) => `${key}43`),
      );
      repo = other;
      const { status, stderr } = failing(["stack", "output", "answer", "--stack", "dev"]);
      expect(status).to.equal(1);
      expect(stderr).to.include(
        `dev: a stack of that name is in ${kept}/state and another one in ${other}/.cache/pulumi/state`,
      );
      expect(stderr).to.include(`mv ${other}/.cache/pulumi/state ${other}/.cache/pulumi/state.unused`);
      expect(existsSync(stateFile(path.join(other, ".cache/pulumi/state"), "dev"))).to.equal(true);
      // The second thing it says to do.
      const command = /PULUMI_BACKEND_URL=(\S+) PULUMI_CONFIG_PASSPHRASE_FILE=(\S+) engine\/pulumi\.sh (.*)/.exec(
        stderr,
      )!;
      pulumi(command[3]!.split(" "), { PULUMI_BACKEND_URL: command[1]!, PULUMI_CONFIG_PASSPHRASE_FILE: command[2]! });
      expect(answer("dev-2")).to.equal("42");
      expect(answer("dev")).to.equal("43");
    });

    it("moves a second clone's stacks beside the first's, with their own passphrase", () => {
      old(repo);
      answer("dev");
      const other = clone("other");
      writeFileSync(path.join(other, "stacks/Pulumi.prod.yaml"), TRACKED);
      old(other, "prod");
      const passphrase = readFileSync(path.join(other, ".cache/pulumi/passphrase"), "utf8");
      expect(answer("prod", other)).to.equal("42");
      expect(answer("dev", other)).to.equal("42");
      expect(readFileSync(path.join(kept, "passphrases/prod"), "utf8")).to.equal(passphrase);
      // A salt that does not fit the passphrase would be refused here.
      pulumi(["config", "set", "--secret", "mlendpoints:token", "hush", "--stack", "prod"], {}, other);
      expect(pulumi(["config", "get", "mlendpoints:token", "--stack", "prod"], {}, other)).to.equal("hush\n");
      pulumi(["config", "set", "--secret", "mlendpoints:token", "hush", "--stack", "dev"]);
    });

    it("leaves everything where it is while an update works with it, or when the user has settings of their own", () => {
      old(repo);
      const locks = path.join(repo, ".cache/pulumi/state/.pulumi/locks/organization/mlendpoints/dev");
      mkdirSync(locks, { recursive: true });
      const sleeper = spawn(fakePulumi(), ["600"]);
      try {
        writeFileSync(path.join(locks, "one.json"), JSON.stringify(lock(sleeper.pid!)));
        const { status, stderr } = failing(["stack", "ls"]);
        expect(status).to.equal(1);
        expect(stderr).to.include(`process ${sleeper.pid} is working with it`);
      } finally {
        sleeper.kill();
      }
      const state = path.join(folder, "own-state");
      mkdirSync(state);
      pulumi(["stack", "ls"], { PULUMI_BACKEND_URL: `file://${state}`, PULUMI_CONFIG_PASSPHRASE: "own" });
      expect(existsSync(stateFile(path.join(repo, ".cache/pulumi/state"), "dev"))).to.equal(true);
      expect(existsSync(path.join(repo, ".cache/pulumi/passphrase"))).to.equal(true);
    });

    /** A program called pulumi that only waits. */
    function fakePulumi(): string {
      const file = path.join(folder, "bin/pulumi");
      mkdirSync(path.dirname(file), { recursive: true });
      copyFileSync("/bin/sleep", file);
      return file;
    }

    const lock = (pid: number) => ({
      pid,
      username: "ada",
      hostname: hostname(),
      timestamp: new Date(Date.now() + 60_000).toISOString(),
    });
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

  it("leaves the tracked file alone when the history of a stack is decrypted", () => {
    pulumi(["config"]);
    expect(pulumi(["stack", "history", "--json", "--show-secrets", "--stack", "dev"])).to.include("[]");
    expect(tracked()).to.equal(TRACKED);
  });
});
