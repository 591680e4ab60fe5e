import { createServer } from "node:net";
import { expect } from "chai";
import { container, containersOf, docker, leftovers, needsDocker, removeAtEnd } from "./engine";
import { score } from "./score";
import { TestStack } from "./stack";

const PORT = 18_083;

/** What people meet when something is wrong. Each must be told clearly, and leave nothing half made. */
describe("a stack that cannot come up", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("failures");

  function configure(extra: Readonly<Record<string, unknown>> = {}): void {
    stack.configure({
      endpoints: [{ file: stack.file("endpoint.yml"), deployments: [stack.file("blue.yml")], traffic: { blue: 100 } }],
      router: { port: PORT },
      ...extra,
    });
  }

  before(async () => {
    stack.copy("examples/diabetes");
    configure();
    await stack.pulumi(["stack", "init"]);
  });
  removeAtEnd(stack);

  function expectNoTrace(text: string): void {
    expect(text).to.not.match(/^\s+at .*\(.*:\d+:\d+\)/m);
    expect(text).to.not.match(/Running program .* failed|error serializing/);
  }

  it("says in preview which quota is exceeded, with the ledger", async () => {
    configure({ quota: { total: 7, families: { standardDSv2Family: 4 } } });
    const { code, text } = await stack.preview();
    expect(code).to.not.equal(0);
    // The report breaks long lines.
    const said = text.replace(/\s+/g, " ");
    expect(said).to.include("OutOfQuota: quota.total: the stack needs 8 cores, 1 more than its quota");
    expect(text).to.match(/Pulumi\.test-failures\.yaml:\d+:\d+ OutOfQuota: quota\.families\.standardDSv2Family/);
    expect(text).to.match(/diabetes\/blue.*STANDARD_DS3_V2.*1.*2.*4.*8/);
    expect(said).to.include("raise mlendpoints:quota.total to 8");
    expectNoTrace(text);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
    configure();
  });

  it("says where a file is wrong", async () => {
    stack.edit("blue.yml", (text) =>
      text.replace("instance_count: 1", "instance_cuont: 1").replace("model/blue/model.joblib", "model/none"),
    );
    const { code, text } = await stack.up();
    expect(code).to.not.equal(0);
    expect(text).to.match(/blue\.yml:\d+:1 UnknownField: instance_cuont/);
    expect(text).to.include("did you mean 'instance_count'?");
    expectNoTrace(text);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
    stack.edit("blue.yml", (body) => body.replace("instance_cuont: 1", "instance_count: 1"));
    const second = await stack.up();
    expect(second.text).to.match(/blue\.yml:\d+:9 FileNotFound: model\.path/);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
    stack.edit("blue.yml", (body) => body.replace("model/none", "model/blue/model.joblib"));
  });

  it("says that no Docker engine answers", async () => {
    const { code, text } = await stack.pulumi(["up", "--yes", "--skip-preview"], {
      DOCKER_HOST: "unix:///nonexistent/docker.sock",
    });
    expect(code).to.not.equal(0);
    expect(text).to.include("/nonexistent/docker.sock");
    expect(text).to.match(/DOCKER_HOST|systemctl start docker/);
    expectNoTrace(text);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });

  it("says that the router's port is in use, and comes up when it is free", async () => {
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(PORT, "127.0.0.1", resolve));
    // Closed whatever happens: a server that is left open keeps the whole run alive.
    const { code, text } = await stack.up().finally(() => new Promise((resolve) => holder.close(resolve)));
    expect(code).to.not.equal(0);
    expect(text).to.match(new RegExp(`port.*${PORT}|${PORT}.*in use`, "i"));
    expectNoTrace(text);
    const again = await stack.up();
    expect(again.code, again.text).to.equal(0);
  });

  it("shows why a broken script does not start, and goes on serving the version before", async () => {
    const { scoringUris, keys } = await stack.outputs();
    const ask = () => score(scoringUris["diabetes"]!, keys["diabetes"]!.primary, '{"data": [[1,2,3,4,5,6,7,8,9,10]]}');
    expect((await ask()).status).to.equal(200);
    const serving = (await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/)).Id;

    stack.edit("code/blue/score.py", (text) => text.replace("import joblib", "import joblib\nimport no_such_package"));
    const { code, text, seconds } = await stack.up();
    expect(code).to.not.equal(0);
    console.log(`      told after ${seconds.toFixed(1)} s`);
    expect(text).to.include("ResourceNotReady: diabetes/blue did not become ready");
    expect(text).to.include("No module named 'no_such_package'");
    expectNoTrace(text);
    expect((await ask()).status).to.equal(200);
    expect((await docker.getContainer(serving).inspect()).State.Running).to.equal(true);

    stack.edit("code/blue/score.py", (body) => body.replace("import joblib\nimport no_such_package", "import joblib"));
    const mended = await stack.up();
    expect(mended.code, mended.text).to.equal(0);
    expect((await ask()).status).to.equal(200);
    const instances = (await containersOf(stack.stack)).filter(({ Names }) =>
      Names.some((name) => /\.diabetes\.blue\.[0-9a-f]+\.\d+$/.test(name)),
    );
    expect(instances).to.have.length(1);
  });

  it("lets a second stack run beside the first", async () => {
    const second = new TestStack("second");
    try {
      second.copy("examples/diabetes");
      second.configure({
        endpoints: [
          { file: second.file("endpoint.yml"), deployments: [second.file("green.yml")], traffic: { green: 100 } },
        ],
        router: { port: PORT + 1 },
      });
      await second.pulumi(["stack", "init"]);
      const { code, text } = await second.up();
      expect(code, text).to.equal(0);
      const [mine, other] = [await stack.outputs(), await second.outputs()];
      const body = '{"data": [[1,2,3,4,5,6,7,8,9,10]]}';
      const ask = (of: typeof mine, key: string) => score(of.scoringUris["diabetes"]!, key, body);
      expect((await ask(mine, mine.keys["diabetes"]!.primary)).headers.get("azureml-model-deployment")).to.equal(
        "blue",
      );
      expect((await ask(other, other.keys["diabetes"]!.primary)).headers.get("azureml-model-deployment")).to.equal(
        "green",
      );
      expect((await ask(other, mine.keys["diabetes"]!.primary)).status).to.equal(401);
    } finally {
      await second.remove();
    }
    expect(await leftovers(second.stack)).to.deep.equal([]);
    const { scoringUris, keys } = await stack.outputs();
    expect(
      (await score(scoringUris["diabetes"]!, keys["diabetes"]!.primary, '{"data": [[1,2,3,4,5,6,7,8,9,10]]}')).status,
    ).to.equal(200);
  });
});
