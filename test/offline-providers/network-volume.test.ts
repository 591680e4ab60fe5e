import { expect } from "chai";
import type { Props } from "../../offline-providers/common/values";
import { dockerProvider } from "../../offline-providers/docker/provider";
import { failure, ProviderClient, urn } from "./support/client";
import { docker, exists, IMAGE, PREFIX, requireDocker, sweep } from "./support/docker";

describe("docker Network and Volume against a real engine", function () {
  this.timeout(60_000);
  let provider: ProviderClient;
  let count = 0;

  before(async function () {
    await requireDocker(this);
    provider = await ProviderClient.start(dockerProvider);
  });
  afterEach(sweep);
  after(() => provider?.stop());

  const networkUrn = urn("docker:index/network:Network", `${PREFIX}net`);
  const volumeUrn = urn("docker:index/volume:Volume", `${PREFIX}vol`);
  const fresh = (): string => `${PREFIX}${process.pid}-n${count++}`;

  async function make(where: string, news: Props): Promise<{ id: string; state: Props; inputs: Props }> {
    const inputs = await provider.inputs(where, news);
    return { ...(await provider.create(where, inputs)), inputs };
  }

  it("a network is created, read back unchanged, imported and deleted", async () => {
    const ipamConfigs = [{ subnet: "10.213.77.0/24", gateway: "10.213.77.1" }];
    const labels = [
      { label: "b", value: "2" },
      { label: "a", value: "1" },
    ];
    const made = await make(networkUrn, {
      name: fresh(),
      internal: true,
      ipamConfigs,
      labels,
      options: { "com.docker.network.bridge.enable_icc": "false" },
    });
    expect(made.state).to.include({ driver: "bridge", scope: "local", internal: true });
    expect((await provider.diff(networkUrn, made.state, made.inputs)).changes).to.deep.equal({});
    const seen = await provider.read(networkUrn, made.id, made.state, made.inputs);
    expect(seen.inputs).to.deep.equal(made.inputs);
    const imported = await provider.read(networkUrn, made.id, {}, {});
    expect(imported.inputs["ipamConfigs"]).to.deep.equal(ipamConfigs);
    await provider.delete(networkUrn, made.id, made.state);
    expect(await exists(docker.getNetwork(made.id))).to.equal(false);
    expect((await provider.read(networkUrn, made.id, made.state, made.inputs)).id).to.equal("");
  });

  it("a network gets a name from its resource; a chosen name makes a replacement delete first", async () => {
    const automatic = await make(networkUrn, {});
    expect(automatic.state["name"]).to.match(new RegExp(`^${PREFIX}net-[0-9a-f]{7}$`));
    const again = await provider.check(networkUrn, {}, automatic.inputs);
    expect(again.inputs["name"]).to.equal(automatic.state["name"]);
    const next = (await provider.check(networkUrn, { internal: true }, automatic.inputs)).inputs;
    const diff = await provider.diff(networkUrn, automatic.state, next);
    expect(diff).to.deep.equal({
      changes: { internal: "UPDATE_REPLACE" },
      replaces: ["internal"],
      deleteBeforeReplace: false,
    });
    const chosen = await make(networkUrn, { name: fresh() });
    const changed = await provider.inputs(networkUrn, { name: chosen.state["name"] ?? "", internal: true });
    expect((await provider.diff(networkUrn, chosen.state, changed)).deleteBeforeReplace).to.equal(true);
    const renamed = await provider.inputs(networkUrn, { name: fresh() });
    expect((await provider.diff(networkUrn, chosen.state, renamed)).deleteBeforeReplace).to.equal(false);
  });

  it("a taken network name says what to do", async () => {
    const name = fresh();
    await make(networkUrn, { name });
    expect(await failure(make(networkUrn, { name }))).to.include(`docker network rm ${name}`);
  });

  const ofStack = (stack: string): Props => ({ labels: [{ label: "mlendpoints.stack", value: stack }] });

  it("labels are created and read back, and a change of them replaces", async () => {
    for (const where of [networkUrn, volumeUrn]) {
      const made = await make(where, { name: fresh(), ...ofStack("a") });
      expect((await provider.read(where, made.id, made.state, made.inputs)).state["labels"]).to.deep.equal([
        { label: "mlendpoints.stack", value: "a" },
      ]);
      expect((await provider.diff(where, made.state, made.inputs)).changes).to.deep.equal({});
      const other = await provider.inputs(where, { name: made.state["name"] ?? "", ...ofStack("b") });
      const { replaces, deleteBeforeReplace } = await provider.diff(where, made.state, other);
      expect(replaces).to.deep.equal(["labels"]);
      expect(deleteBeforeReplace).to.equal(true);
    }
  });

  it("what a killed update of the same stack left is taken over; another stack's and anybody's is refused", async () => {
    for (const where of [networkUrn, volumeUrn]) {
      const name = fresh();
      const left = await make(where, { name, ...ofStack("a") });
      const again = await make(where, { name, ...ofStack("a") });
      expect(again.id).to.equal(left.id);
      expect(again.state).to.deep.equal(left.state);
      expect(await failure(make(where, { name, ...ofStack("b") }))).to.match(
        /^there is already a (network|volume) named .* that this stack does not own; remove it \(docker (network|volume) rm /,
      );
      const foreign = fresh();
      await make(where, { name: foreign });
      expect(await failure(make(where, { name: foreign, ...ofStack("a") }))).to.include("does not own");
    }
  });

  it("a volume keeps its data when a container goes, and is unchanged at the next preview", async () => {
    const made = await make(volumeUrn, { name: fresh(), labels: [{ label: "a", value: "1" }] });
    expect(made.id).to.equal(made.state["name"]);
    expect(made.state["mountpoint"]).to.include(made.id);
    const seen = await provider.read(volumeUrn, made.id, made.state, made.inputs);
    expect((await provider.diff(volumeUrn, seen.state, made.inputs)).changes).to.deep.equal({});
    const containerUrn = urn("docker:index/container:Container", "writer");
    const run = async (command: string): Promise<string> => {
      const container = await make(containerUrn, {
        name: fresh(),
        image: IMAGE,
        command: ["sh", "-c", command],
        volumes: [{ volumeName: made.id, containerPath: "/data" }],
        attach: true,
        logs: true,
        mustRun: false,
      });
      await provider.delete(containerUrn, container.id, container.state);
      return String(container.state["containerLogs"]);
    };
    await run("echo kept > /data/x");
    expect(await run("cat /data/x")).to.equal("kept\n");
    await provider.delete(volumeUrn, made.id, made.state);
    expect(await exists(docker.getVolume(made.id))).to.equal(false);
  });

  it("cluster volumes are refused, and so is what does not exist", async () => {
    const { failures } = await provider.check(volumeUrn, { cluster: {}, drvier: "local" });
    expect(failures["cluster"]).to.include("need a swarm");
    expect(failures["drvier"]).to.include('did you mean "driver"?');
  });
});
