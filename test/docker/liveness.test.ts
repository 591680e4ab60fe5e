import { expect } from "chai";
import { container, docker, needsDocker, removeAtEnd } from "./engine";
import { score } from "./score";
import { TestStack } from "./stack";

/** Answers, until it is asked to hang: then its only worker never answers again. */
const SCRIPT = `import time


def init():
    pass


def run(body):
    if "hang" in body:
        time.sleep(3600)
    return "alive"
`;

describe("a liveness probe", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("liveness");

  before(async () => {
    stack.copy("examples/diabetes");
    stack.write("code/blue/score.py", SCRIPT);
    stack.edit(
      "blue.yml",
      (text) => `${text}liveness_probe: { initial_delay: 1, period: 1, timeout: 1, failure_threshold: 2 }\n`,
    );
    stack.configure({
      endpoints: [{ file: stack.file("endpoint.yml"), deployments: [stack.file("blue.yml")], traffic: { blue: 100 } }],
      router: { port: 18_088 },
    });
    await stack.pulumi(["stack", "init"]);
    const { code, text } = await stack.up();
    expect(code, text).to.equal(0);
  });
  removeAtEnd(stack);

  it("that fails has the instance started anew, which then answers again", async () => {
    const { scoringUris, keys } = await stack.outputs();
    const ask = (body: string) => score(scoringUris["diabetes"]!, keys["diabetes"]!.primary, body);
    const { Id } = await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/);
    const restarts = async () => (await docker.getContainer(Id).inspect()).RestartCount;
    expect((await ask('"hello"')).status).to.equal(200);
    expect(await restarts()).to.equal(0);
    expect((await ask('"hang"')).status).to.not.equal(200);
    while ((await restarts()) === 0) {
      await docker.getContainer(Id).inspect();
    }
    while ((await ask('"hello"')).status !== 200) {
      await docker.getContainer(Id).inspect();
    }
    const log = (await docker.getContainer(Id).logs({ stdout: true, stderr: true })).toString("utf8");
    expect(log).to.match(/liveness probe: GET \/ failed 2 times in a row/);
  });
});
