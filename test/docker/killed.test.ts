import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { heal, healText } from "../../operations/heal";
import { networkName, ROLE_LABEL, STACK_LABEL } from "../../plan/docker/names";
import { containersOf, docker, leftovers, needsDocker } from "./engine";
import { score } from "./score";
import { TestStack, testBackend } from "./stack";

const PORT = 18_097;
const ROOT = path.resolve(__dirname, "../..");
const PATIENTS = '{"data": [[1,2,3,4,5,6,7,8,9,10]]}';

/** An update that is killed in the middle, with no chance to say goodbye. */
describe("an update that was killed", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("killed");
  const own = { ...process.env };
  let environments: readonly string[] = [];

  before(async () => {
    Object.assign(process.env, testBackend());
    environments = await environmentImages();
    stack.copy("examples/diabetes");
    // Packages that no run before had: the environment is really built.
    stack.edit("conda.yml", (text) => text.replace("- joblib", `- six!=0.0.${Date.now()}\n      - joblib`));
    stack.configure({
      endpoints: [{ file: stack.file("endpoint.yml"), deployments: [stack.file("blue.yml")], traffic: { blue: 100 } }],
      router: { port: PORT },
    });
    await stack.pulumi(["stack", "init"]);
  });
  after(async () => {
    await stack.remove();
    for (const image of (await environmentImages()).filter((name) => !environments.includes(name))) {
      await docker.getImage(image).remove();
    }
    process.env = own;
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });

  async function environmentImages(): Promise<string[]> {
    const images = await docker.listImages();
    return images.flatMap(({ RepoTags }) => RepoTags ?? []).filter((tag) => tag.startsWith("mlendpoints/environment:"));
  }

  type Moment = Readonly<Record<"type" | "event" | "label" | "network", readonly string[]>>;

  const starts = (...label: string[]): Partial<Moment> => ({ type: ["container"], event: ["start"], label });

  /** Listens from now on; what it gives resolves when the engine tells of such a thing. */
  async function listen(moment: Partial<Moment>): Promise<() => Promise<void>> {
    const events = await docker.getEvents({ filters: JSON.stringify(moment) });
    const first = once(events, "data");
    return async () => {
      await first;
      (events as unknown as { destroy(): void }).destroy();
    };
  }

  /** Starts an update and kills it, with all that it has started in its process group, at such a moment. */
  async function killedWhen(what: Partial<Moment>): Promise<void> {
    const moment = await listen(what);
    const up = spawn(
      path.join(ROOT, "engine/pulumi.sh"),
      ["up", "--refresh", "--yes", "--skip-preview", "--non-interactive", "--stack", stack.stack],
      { cwd: ROOT, env: { ...process.env, ...testBackend() }, detached: true, stdio: ["ignore", "pipe", "pipe"] },
    );
    const said = told(up);
    const ended = once(up, "exit");
    await Promise.race([moment(), ended]);
    expect(up.exitCode, `it came to its end before: ${said()}`).to.equal(null);
    process.kill(-up.pid!, "SIGKILL");
    await ended;
    // The program of the update sees that its engine has gone, and ends too.
    while (programs(stack.stack).length > 0) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** Processes that run a program for a stack. */
  function programs(name: string): string[] {
    return readdirSync("/proc").filter((pid) => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
        return command.includes("--monitor") && command.includes(name);
      } catch {
        return false;
      }
    });
  }

  function told(child: ChildProcess): () => string {
    const parts: string[] = [];
    child.stdout?.on("data", (chunk) => parts.push(String(chunk)));
    child.stderr?.on("data", (chunk) => parts.push(String(chunk)));
    return () => parts.join("");
  }

  async function expectHealed(): Promise<void> {
    const { events, free } = await heal(stack.stack);
    const lines = events.map(healText);
    console.log(lines.map((line) => `      ${line}`).join("\n"));
    expect(free).to.equal(true);
    expect(lines[0]).to.match(/^released the lock of an update that has ended/);
    const { code, text } = await stack.up("--refresh");
    expect(code, text).to.equal(0);
    const { scoringUris, keys } = await stack.outputs();
    expect((await score(scoringUris["diabetes"]!, keys["diabetes"]!.primary, PATIENTS)).status).to.equal(200);
    const again = await stack.up("--refresh");
    expect(again.code, again.text).to.equal(0);
    expect(again.text)
      .to.match(/\d+ unchanged/)
      .and.not.match(/created|updated|replaced|deleted|pending/);
    expect(await heal(stack.stack)).to.deep.equal({ events: [], free: true, stale: false });
    const roles = (await containersOf(stack.stack)).map(({ Labels }) => Labels[ROLE_LABEL]).sort();
    expect(roles).to.deep.equal(["apply", "gate", "instance", "router"]);
    expect((await leftovers(stack.stack)).filter((name) => name.includes(":"))).to.have.length(1);
  }

  const label = (role: string) => [`${STACK_LABEL}=${stack.stack}`, `${ROLE_LABEL}=${role}`];

  it("while an image is built: the next one brings the stack up", async () => {
    await killedWhen(starts("mlendpoints.stage=build"));
    await expectHealed();
  });

  it("while the gate waits", async () => {
    stack.edit("code/blue/score.py", (text) =>
      text
        .replace("import os\n", "import os\nimport time\n")
        .replace("    global model", "    global model\n    time.sleep(10)"),
    );
    await killedWhen(starts(...label("gate")));
    await expectHealed();
  });

  it("while the router takes its configuration over", async () => {
    stack.edit("code/blue/score.py", (text) => text.replace("time.sleep(10)", "time.sleep(0)"));
    await killedWhen(starts(...label("apply")));
    await expectHealed();
  });

  it("while the network is made", async () => {
    expect((await stack.pulumi(["destroy", "--yes", "--skip-preview"])).code).to.equal(0);
    await killedWhen({ type: ["network"], event: ["create"], network: [networkName(stack.stack)] });
    await expectHealed();
  });
});
