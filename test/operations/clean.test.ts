import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";

const ROOT = path.resolve(__dirname, "../..");
const STACK = "test-clean";
const TRACKED = path.join(ROOT, `stacks/Pulumi.${STACK}.yaml`);

/** The command in front of a real state. What it deletes is decided elsewhere; here it must delete nothing. */
describe("make clean", function () {
  this.timeout(60_000);
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-clean-"));
    writeFileSync(TRACKED, "config: {}\n");
    run("engine/pulumi.sh", ["stack", "init", STACK]);
  });
  after(() => {
    rmSync(TRACKED);
    rmSync(path.join(ROOT, `.cache/stacks/Pulumi.${STACK}.yaml`), { force: true });
    rmSync(folder, { recursive: true });
  });

  function run(program: string, args: readonly string[], input = ""): SpawnSyncReturns<string> {
    return spawnSync(path.join(ROOT, program), args, {
      cwd: ROOT,
      encoding: "utf8",
      input,
      env: {
        ...process.env,
        XDG_STATE_HOME: folder,
        PULUMI_BACKEND_URL: `file://${folder}`,
        PULUMI_CONFIG_PASSPHRASE: "test",
      },
    });
  }

  const clean = (...args: string[]) => run("bin/mlendpoints", ["clean", ...args]);
  const stateFile = () => path.join(folder, `.pulumi/stacks/mlendpoints/${STACK}.json`);

  it("asks before it deletes state, and does not where nobody can answer", () => {
    const { status, stderr } = clean("--state");
    expect(status).to.equal(1);
    expect(stderr).to.equal(
      `✗ this would delete the state of ${STACK}, and nobody can be asked here\n  try: make clean STATE=1 YES=1\n`,
    );
    expect(readFileSync(stateFile(), "utf8")).to.include("checkpoint");
  });

  it("refuses when the engine that holds the containers cannot be reached", () => {
    const urn = (type: string, name: string) => `urn:pulumi:${STACK}::mlendpoints::${type}::${name}`;
    const provider = "pulumi:providers:docker";
    const id = "4b7d4f0a-6a0c-4f5e-9a77-6f1b0a3c9f10";
    const host = `unix://${folder}/no-docker.sock`;
    const resources = [
      { urn: urn(provider, "default"), type: provider, custom: true, id, inputs: { host }, outputs: { host } },
      {
        urn: urn("docker:index/container:Container", "router"),
        type: "docker:index/container:Container",
        custom: true,
        id: "router-id",
        provider: `${urn(provider, "default")}::${id}`,
      },
    ];
    const exported = JSON.parse(run("engine/pulumi.sh", ["stack", "export", "--stack", STACK]).stdout);
    const next = { ...exported, deployment: { ...exported.deployment, resources } };
    const { status: imported, stderr: why } = run(
      "engine/pulumi.sh",
      ["stack", "import", "--stack", STACK],
      JSON.stringify(next),
    );
    expect(imported, why).to.equal(0);
    const { status, stdout, stderr } = clean();
    expect(status).to.equal(1);
    expect(stdout).to.equal("");
    expect(stderr).to.include(`the Docker engine that holds the containers of ${STACK} cannot be reached`);
    expect(stderr).to.include(`engine/pulumi.sh stack rm --yes --force --stack ${STACK}`);
  });

  it("refuses while an update may be going on", () => {
    const lock = path.join(folder, `.pulumi/locks/organization/mlendpoints/${STACK}/other.json`);
    const taken = { pid: 1, username: "ada", hostname: `not-${hostname()}`, timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(lock, JSON.stringify(taken));
    const { status, stderr } = clean();
    rmSync(lock);
    expect(status).to.equal(1);
    expect(stderr).to.include(`an update of ${STACK} goes on, so nothing is deleted`);
  });
});
