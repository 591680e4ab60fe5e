import { createServer } from "node:net";
import { expect } from "chai";
import { isObject, type Props, Secret, UNKNOWN } from "../../offline-providers/common/values";
import { dockerProvider } from "../../offline-providers/docker/provider";
import { failure, ProviderClient, urn } from "./support/client";
import { docker, exists, IMAGE, PREFIX, requireDocker, sweep } from "./support/docker";

const TYPE = "docker:index/container:Container";

describe("docker Container against a real engine", function () {
  this.timeout(60_000);
  let provider: ProviderClient;
  let count = 0;

  before(async function () {
    await requireDocker(this);
    provider = await ProviderClient.start(dockerProvider);
  });
  afterEach(sweep);
  after(() => provider?.stop());

  const fresh = (): string => `${PREFIX}${process.pid}-${count++}`;

  async function create(news: Props): Promise<{ id: string; state: Props; inputs: Props; urn: string; name: string }> {
    const name = fresh();
    const where = urn(TYPE, name);
    const inputs = await provider.inputs(where, { name, image: IMAGE, command: ["sleep", "600"], ...news });
    return { ...(await provider.create(where, inputs)), inputs, urn: where, name };
  }

  it("creates, reports what the engine chose, and is unchanged at the next preview", async () => {
    const made = await create({
      memory: 64,
      memorySwap: 64,
      cpus: "0.5",
      envs: ["A=1"],
      labels: [{ label: "x", value: "y" }],
      capabilities: { drops: ["ALL"] },
      healthcheck: { tests: ["CMD", "true"], interval: "1m30s" },
      tmpfs: { "/tmp": "size=1m" },
      ulimits: [{ name: "nofile", soft: 100, hard: 200 }],
      securityOpts: ["no-new-privileges"],
      destroyGraceSeconds: 1,
      restart: "on-failure",
      maxRetryCount: 3,
      logDriver: "json-file",
      logOpts: { "max-size": "1m" },
    });
    const { Config, HostConfig, State } = await docker.getContainer(made.id).inspect();
    expect(State.Running).to.equal(true);
    expect(Config.Env).to.include("A=1");
    expect(Config.Labels).to.deep.equal({ x: "y" });
    expect(HostConfig.NanoCpus).to.equal(500_000_000);
    expect(HostConfig.Memory).to.equal(64 * 1024 * 1024);
    expect(HostConfig.CapDrop).to.deep.equal(["ALL"]);
    expect(made.state).to.include({ bridge: "", exitCode: null, mustRun: true, __meta: '{"schema_version":"2"}' });
    expect(made.state["hostname"]).to.equal(made.id.slice(0, 12));
    expect(made.state["networkDatas"]).to.have.length(1);
    expect((await provider.diff(made.urn, made.state, made.inputs)).changes).to.deep.equal({});
    const seen = await provider.read(made.urn, made.id, made.state, made.inputs);
    expect(seen.inputs).to.deep.equal(made.inputs);
    expect((await provider.diff(made.urn, seen.state, made.inputs)).changes).to.deep.equal({});
    await provider.delete(made.urn, made.id, made.state);
    expect(await exists(docker.getContainer(made.id))).to.equal(false);
  });

  it("copies uploads before the start, and connects networks with their aliases only", async () => {
    const network = await docker.createNetwork({ Name: fresh() });
    const made = await create({
      networksAdvanced: [{ name: network.id, aliases: ["blue"] }],
      uploads: [
        {
          file: "/etc/app/run.sh",
          content: "#!/bin/sh\ncat /etc/app/b; stat -c %a:%u /etc/app/*",
          permissions: "0755",
        },
        { file: "/etc/app/b", contentBase64: Buffer.from("héllo\n").toString("base64"), owner: "7" },
      ],
      command: ["/etc/app/run.sh"],
      attach: true,
      logs: true,
      mustRun: false,
    });
    expect(made.state["containerLogs"]).to.equal("héllo\n644:7\n755:0\n");
    expect(made.state["exitCode"]).to.equal(0);
    const { NetworkSettings } = await docker.getContainer(made.id).inspect();
    const names = Object.keys(NetworkSettings.Networks);
    expect(names).to.have.length(1);
    expect(NetworkSettings.Networks[names[0]!]?.Aliases).to.include("blue");
    expect((await provider.diff(made.urn, made.state, made.inputs)).changes).to.deep.equal({});
  });

  it("a failing program with attach and mustRun false reports its exit code and all it wrote", async () => {
    const command = ["sh", "-c", "echo out; echo err >&2; exit 3"];
    const made = await create({ command, attach: true, logs: true, mustRun: false });
    expect(made.state["exitCode"]).to.equal(3);
    expect(String(made.state["containerLogs"]).split("\n").sort()).to.deep.equal(["", "err", "out"]);
    await provider.delete(made.urn, made.id, made.state);
  });

  it("a stopped container is drift of mustRun, and the update starts the same container again", async () => {
    const made = await create({});
    await docker.getContainer(made.id).stop({ t: 0 });
    const seen = await provider.read(made.urn, made.id, made.state, made.inputs);
    expect(seen.state["mustRun"]).to.equal(false);
    expect(seen.inputs["mustRun"]).to.equal(false);
    const diff = await provider.diff(made.urn, seen.state, made.inputs);
    expect(diff.changes).to.deep.equal({ mustRun: "UPDATE" });
    const state = await provider.update(made.urn, made.id, seen.state, made.inputs);
    expect(state["mustRun"]).to.equal(true);
    expect((await docker.getContainer(made.id).inspect()).State.Running).to.equal(true);
  });

  it("a stopped container with mustRun false is left alone", async () => {
    const made = await create({ mustRun: false });
    await docker.getContainer(made.id).stop({ t: 0 });
    const seen = await provider.read(made.urn, made.id, made.state, made.inputs);
    expect((await provider.diff(made.urn, seen.state, made.inputs)).changes).to.deep.equal({});
    expect(seen.state["exitCode"]).to.equal(137);
  });

  it("memory, restart and CPU shares are changed in place; a health check only on paper", async () => {
    const made = await create({ memory: 64, memorySwap: 64 });
    const news = await provider.inputs(made.urn, {
      ...made.inputs,
      memory: 32,
      memorySwap: 32,
      restart: "always",
      cpuShares: 512,
      healthcheck: { tests: ["CMD", "true"] },
    });
    const diff = await provider.diff(made.urn, made.state, news);
    expect(diff.replaces).to.deep.equal([]);
    expect(diff.changes).to.include({ memory: "UPDATE", restart: "UPDATE", cpuShares: "UPDATE" });
    const state = await provider.update(made.urn, made.id, made.state, news);
    const { Config, HostConfig } = await docker.getContainer(made.id).inspect();
    expect(HostConfig.Memory).to.equal(32 * 1024 * 1024);
    expect(HostConfig.RestartPolicy?.Name).to.equal("always");
    expect(HostConfig.CpuShares).to.equal(512);
    expect(Config.Healthcheck).to.equal(undefined);
    expect(isObject(state["healthcheck"])).to.equal(true);
  });

  it("drift made by hand is seen: docker update --memory", async () => {
    const made = await create({});
    await docker.getContainer(made.id).update({ Memory: 32 * 1024 * 1024, MemorySwap: 64 * 1024 * 1024 });
    const seen = await provider.read(made.urn, made.id, made.state, made.inputs);
    const diff = await provider.diff(made.urn, seen.state, made.inputs);
    expect(Object.keys(diff.changes)).to.have.members(["memory", "memorySwap"]);
    expect(diff.replaces).to.deep.equal([]);
  });

  it("memory without memorySwap is a change at every run, as with the official plug-in", async () => {
    const made = await create({ memory: 32 });
    expect((await provider.diff(made.urn, made.state, made.inputs)).changes).to.deep.equal({ memorySwap: "DELETE" });
  });

  it("a removed container is gone after a refresh, and deleting it again is no error", async () => {
    const made = await create({});
    await docker.getContainer(made.id).remove({ force: true });
    expect((await provider.read(made.urn, made.id, made.state, made.inputs)).id).to.equal("");
    await provider.delete(made.urn, made.id, made.state);
  });

  it("is imported by id", async () => {
    const made = await create({});
    const seen = await provider.read(made.urn, made.name, {}, {});
    expect(seen.id).to.equal(made.id);
    expect(seen.inputs).to.include({ name: made.name, image: IMAGE });
  });

  it("wait polls health; a container that never gets healthy is reported with its output and removed", async () => {
    const healthcheck = (test: string): Props => ({ tests: ["CMD", test], interval: "100ms" });
    const healthy = await create({ healthcheck: healthcheck("true"), wait: true });
    expect((await docker.getContainer(healthy.id).inspect()).State.Health?.Status).to.equal("healthy");
    const name = fresh();
    const command = ["sh", "-c", "echo model not found; sleep 600"];
    const message = await failure(
      create({ name, command, healthcheck: healthcheck("false"), wait: true, waitTimeout: 1 }),
    );
    expect(message)
      .to.match(/was not healthy after 1 s/)
      .and.to.include("model not found");
    expect(await exists(docker.getContainer(name))).to.equal(false);
  });

  it("a taken port names the container that has it, and leaves nothing behind", async () => {
    const port = await freePort();
    const holder = await create({ ports: [{ internal: 80, external: port, ip: "127.0.0.1" }] });
    expect(holder.state["ports"]).to.deep.equal([{ internal: 80, external: port, ip: "127.0.0.1", protocol: "tcp" }]);
    const name = fresh();
    const message = await failure(create({ name, ports: [{ internal: 80, external: port, ip: "127.0.0.1" }] }));
    expect(message).to.include(`port ${port}`).and.to.include(holder.name);
    expect(await exists(docker.getContainer(name))).to.equal(false);
  });

  it("ports come back in the engine's order, which is no change; a free port is chosen when none is given", async () => {
    const ports = [
      { internal: 81, ip: "127.0.0.1" },
      { internal: 80, ip: "127.0.0.1" },
    ];
    const made = await create({ ports });
    const seen = made.state["ports"] as { internal: number; external: number }[];
    expect(seen.map(({ internal }) => internal)).to.deep.equal([80, 81]);
    expect(seen[0]?.external).to.be.above(0);
    expect((await provider.diff(made.urn, made.state, made.inputs)).changes).to.deep.equal({});
    expect((await provider.read(made.urn, made.id, made.state, made.inputs)).inputs).to.deep.equal(made.inputs);
    const moved = await provider.inputs(made.urn, { ...made.inputs, ports: [{ internal: 80, ip: "127.0.0.1" }] });
    expect((await provider.diff(made.urn, made.state, moved)).replaces).to.deep.equal(["ports"]);
  });

  it("a port taken by another program is told apart", async () => {
    const server = createServer();
    const port = await new Promise<number>((resolve) => {
      server.listen(0, "127.0.0.1", () => resolve((server.address() as { port: number }).port));
    });
    const ports = [{ internal: 80, external: port, ip: "127.0.0.1" }];
    expect(await failure(create({ ports })))
      .to.include("another program")
      .and.to.include(`${port}`);
    server.close();
  });

  it("a taken name and a missing image say what to do", async () => {
    const made = await create({});
    expect(await failure(create({ name: made.name }))).to.include(`docker rm -f ${made.name}`);
    expect(await failure(create({ image: "localhost:1/none:1" }))).to.include("is not on this machine");
  });

  it("destroyGraceSeconds lets the program end by itself; without it the container is killed", async () => {
    const trap = ["sh", "-c", "trap 'exit 0' TERM; echo ready; while true; do sleep 0.1; done"];
    const events: string[] = [];
    const started = Math.floor(Date.now() / 1000);
    for (const destroyGraceSeconds of [5, 0]) {
      const made = await create({ command: trap, destroyGraceSeconds });
      await waitFor(async () => String(await docker.getContainer(made.id).logs({ stdout: true })).includes("ready"));
      await provider.delete(made.urn, made.id, made.state);
      const filters = { container: [made.id], event: ["die"] };
      const stream = await docker.getEvents({ since: started, until: Math.ceil(Date.now() / 1000) + 1, filters });
      for await (const chunk of stream) {
        events.push(
          (JSON.parse(String(chunk)) as { Actor: { Attributes: { exitCode: string } } }).Actor.Attributes.exitCode,
        );
      }
    }
    expect(events).to.deep.equal(["0", "137"]);
  });

  it("secrets stay secret in the outputs, item by item", async () => {
    const made = await create({ envs: ["OPEN=1", new Secret("KEY=hidden")] });
    expect(made.state["envs"]).to.deep.equal(["OPEN=1", new Secret("KEY=hidden")]);
    const seen = await provider.read(made.urn, made.id, made.state, made.inputs);
    expect(seen.state["envs"]).to.deep.equal(made.state["envs"]);
    const [secretCommand] = [await create({ command: [new Secret("sleep"), "600"] })];
    expect(secretCommand.state["command"]).to.deep.equal([new Secret("sleep"), "600"]);
  });

  it("replaces what a killed update of the same stack left under the name, and nobody else's", async () => {
    const stack = (value: string): Props => ({ labels: [{ label: "mlendpoints.stack", value }] });
    const half = await docker.createContainer({
      name: fresh(),
      Image: IMAGE,
      Cmd: ["sleep", "1"],
      Labels: { "mlendpoints.stack": "a" },
    });
    const name = (await half.inspect()).Name.slice(1);
    expect(await failure(create({ name, ...stack("b") }))).to.include("that this stack does not own");
    expect(await failure(create({ name }))).to.include("that this stack does not own");
    const made = await create({ name, ...stack("a") });
    expect(made.id).not.to.equal(half.id);
    expect(await exists(half)).to.equal(false);
    const found = await docker.getContainer(name).inspect();
    expect(found.State.Running).to.equal(true);
    expect(found.Config.Cmd).to.deep.equal(["sleep", "600"]);
  });

  it("a preview answers without the engine: known inputs, unknown outputs", async () => {
    const away = await ProviderClient.start(dockerProvider, { host: "unix:///nowhere.sock" });
    const where = urn(TYPE, "preview");
    const inputs = await away.inputs(where, { image: UNKNOWN, name: "n" });
    const { id, state } = await away.create(where, inputs, true);
    expect(id).to.equal("");
    expect(state["image"]).to.equal(UNKNOWN);
    expect(state["exitCode"]).to.equal(UNKNOWN);
    expect(state["mustRun"]).to.equal(true);
    expect(state["memory"]).to.equal(undefined);
    const message = await failure(away.create(where, { ...inputs, image: IMAGE }));
    expect(message).to.match(
      /^Docker cannot be reached at unix:\/\/\/nowhere\.sock \(the stack's setting docker:host\): .*systemctl start docker.*DOCKER_HOST/,
    );
    away.stop();
  });

  it("cancel ends a wait and removes the container", async () => {
    const own = await ProviderClient.start(dockerProvider);
    const name = fresh();
    const where = urn(TYPE, name);
    const inputs = await own.inputs(where, { name, image: IMAGE, command: ["sleep", "600"], attach: true });
    const running = failure(own.create(where, inputs));
    try {
      await waitFor(() => exists(docker.getContainer(name)));
      await own.cancel();
      expect(await running).to.equal("cancelled");
      expect(await exists(docker.getContainer(name))).to.equal(false);
    } finally {
      own.stop();
    }
  });
});

async function waitFor(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition())) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
