import { statSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import type { DeploymentRoute, RoutingTable } from "../../plan/routing-table";
import { compileKeys, compileRouter } from "../../router";
import { type Answer, deployment, endpoint, freePort, keysOf, Router, tableOf, tally, until } from "./harness";
import { Model } from "./model";

/** Calls one after the other in each lane, until it is stopped. */
class Load {
  readonly statuses: number[] = [];
  readonly bodies: string[] = [];
  #stopped = false;
  readonly #lanes: Promise<unknown>;

  constructor(router: Router, lanes: number) {
    const lane = async (): Promise<void> => {
      while (!this.#stopped) {
        const { status, body } = await router.call({ endpoint: "ep", body: "{}" });
        this.statuses.push(status);
        this.bodies.push(body);
      }
    };
    this.#lanes = Promise.all(Array.from({ length: lanes }, lane));
  }

  async stop(): Promise<Record<string, number>> {
    this.#stopped = true;
    await this.#lanes;
    return tally(this.statuses);
  }
}

describe("router-apply", function () {
  this.timeout(30_000);
  let router: Router;
  let first: Model;
  let second: Model;
  let third: Model;

  const generation = (model: Model, more: Partial<DeploymentRoute> = {}): RoutingTable =>
    tableOf(endpoint("ep", { blue: 100 }, [deployment("blue", [model], more)]));
  const backendOf = (model: Model): string => generation(model).endpoints[0]!.deployments[0]!.backend;
  const call = (key?: string): Promise<Answer> => router.call({ endpoint: "ep", key });
  const backends = async (): Promise<string[]> =>
    [...(await router.admin("GET", "/clusters")).matchAll(/^(.*?)::observability_name/gm)].map((match) => match[1]!);

  before(async () => {
    first = await Model.start("127.0.0.2", { name: "first", closes: true });
    second = await Model.start("127.0.0.3", { name: "second" });
    third = await Model.start("127.0.0.4", { name: "third", closes: true });
  });
  beforeEach(async () => {
    router = await Router.start(generation(first));
  });
  afterEach(() => router.stop());
  after(() => Promise.all([first, second, third].map((model) => model.stop())));

  async function expectServedAsBefore(before: Readonly<Record<string, string>>): Promise<void> {
    expect(router.live()).to.deep.equal(before);
    expect(router.staged()).to.deep.equal([]);
    expect(await backends()).to.deep.equal([backendOf(first)]);
    expect(await call()).to.include({ status: 200, body: "first" });
  }

  it("serves 404 before the first one", async () => {
    const empty = await Router.start();
    try {
      expect((await empty.call({ endpoint: "ep" })).status).to.equal(404);
    } finally {
      await empty.stop();
    }
  });

  it("leaves the files in place and deletes what was staged", async () => {
    expect(Object.keys(router.live())).to.deep.equal(["cds.json", "ecds-keys.json", "rds.json"]);
    expect(statSync(path.join(router.folder("live"), "ecds-keys.json")).mode & 0o777).to.equal(0o600);
    expect(router.staged()).to.deep.equal([]);
  });

  it("changes generations under load without losing a request", async () => {
    const load = new Load(router, 8);
    for (const model of [second, third, first, second]) {
      const { code, output } = await router.apply(generation(model));
      expect(code, output).to.equal(0);
      expect(output).to.match(/^router: accepted [0-9a-f]{12}, drained ep-blue-\d+ in \d+ ms\n$/);
      expect(await backends()).to.deep.equal([backendOf(model)]);
      const count = load.statuses.length;
      await until("the load goes on", () => load.statuses.length > count + 100);
      expect([...new Set(load.bodies.slice(-50))]).to.deep.equal([model.name]);
    }
    const counts = await load.stop();
    expect(Object.keys(counts)).to.deep.equal(["200"]);
    expect(counts[200]).to.be.greaterThan(400);
  });

  it("does nothing when nothing has changed", async () => {
    const reloads = await router.stat("http.in.rds.main.update_success");
    expect((await router.apply(generation(first))).output).to.match(/accepted [0-9a-f]{12}, nothing to drain/);
    expect(await router.stat("http.in.rds.main.update_success")).to.equal(reloads);
  });

  it("changes keys alone", async () => {
    const { code } = await router.apply(generation(first), keysOf(generation(first), "-new"));
    expect(code).to.equal(0);
    expect((await call("ep-first")).status).to.equal(401);
    expect((await call("ep-second-new")).status).to.equal(200);
  });

  it("waits for requests in flight before it removes their backend", async () => {
    const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
    await until("the model works on it", () => first.held === 1);
    router.stage(generation(second));
    const apply = router.startApply();
    await until("new requests go to the new generation", async () => (await call()).body === "second");
    expect(apply.running).to.equal(true);
    expect(await backends()).to.have.members([backendOf(first), backendOf(second)]);
    first.release();
    expect(await held).to.include({ status: 200, body: "first" });
    expect((await apply.ended).code).to.equal(0);
    expect(await backends()).to.deep.equal([backendOf(second)]);
  });

  it("stops waiting after --drain-seconds, and says for whom", async () => {
    const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
    await until("the model works on it", () => first.held === 1);
    const { code, output } = await router.apply(generation(second), undefined, ["--drain-seconds", "0.2"]);
    expect(code).to.equal(0);
    expect(output).to.contain(`${backendOf(first)}: 1 requests still in flight after 0.2 s`);
    first.release();
    expect(await held).to.include({ status: 200, body: "first" });
  });

  it("refuses what Envoy does not understand, in Envoy's words, before anything is touched", async () => {
    const before = router.live();
    const { rds, cds } = compileRouter(generation(second));
    const keys = compileKeys(generation(second), keysOf(generation(second)));
    router.stageFiles({
      "rds.json": rds.replaceAll(backendOf(second), "nowhere"),
      "cds.json": cds,
      "ecds-keys.json": keys,
    });
    const unknownCluster = await router.startApply().ended;
    expect(unknownCluster.code).to.equal(1);
    expect(unknownCluster.output).to.match(/^router: refused: Envoy says: .*unknown cluster 'nowhere'\n$/);
    await expectServedAsBefore(before);

    const twice = keys.replace("ep-second", "ep-first");
    router.stageFiles({ "rds.json": rds, "cds.json": cds, "ecds-keys.json": twice });
    const sameKey = await router.startApply().ended;
    expect(sameKey.output).to.match(/Duplicate/i);
    expect(sameKey.output).to.not.contain("ep-first");
    await expectServedAsBefore(before);
  });

  it("puts the old files back when the running router refuses one", async () => {
    const before = router.live();
    const { rds, cds } = compileRouter(generation(second));
    const keys = compileKeys(generation(second), keysOf(generation(second), "-new"));
    router.stageFiles({
      "rds.json": rds.replaceAll(backendOf(second), "nowhere"),
      "cds.json": cds,
      "ecds-keys.json": keys,
    });
    const { code, output } = await router.startApply([], { ROUTER_ENVOY: "/bin/true" }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(/^router: refused: the router refused rds\.json/);
    await expectServedAsBefore(before);
  });

  it("refuses a backend of which no instance is ready, by name", async () => {
    const before = router.live();
    const dead = { host: "127.0.0.9", port: await freePort() };
    const table = generation(second, { backend: "dead", instances: [dead] });
    const { code, output } = await router.apply(table, undefined, ["--ready-seconds", "1"]);
    expect(code).to.equal(1);
    expect(output).to.match(/ep-dead: 0 of 1 instances ready after 1 s; .*failed_active_health_check/);
    expect(output).to.match(/refused: no instance is ready of ep-dead\n$/);
    await expectServedAsBefore(before);
  });

  it("goes on with the instances that are ready, and says which are not", async () => {
    const dead = { host: "127.0.0.9", port: await freePort() };
    const table = generation(second, { backend: "half", instances: [second.address, dead] });
    const { code, output } = await router.apply(table, undefined, ["--ready-seconds", "1"]);
    expect(code).to.equal(0);
    expect(output).to.match(/ep-half: 1 of 2 instances ready/);
    expect(await call()).to.include({ status: 200, body: "second" });
  });

  it("puts the old files back when it is stopped half way", async () => {
    const before = router.live();
    const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
    await until("the model works on it", () => first.held === 1);
    router.stage(generation(second));
    const apply = router.startApply();
    await until("new requests go to the new generation", async () => (await call()).body === "second");
    apply.signal("SIGTERM");
    const { code, output } = await apply.ended;
    expect(code).to.equal(1);
    expect(output).to.contain("refused: stopped before it was done");
    await expectServedAsBefore(before);
    first.release();
    expect((await held).status).to.equal(200);
  });

  it("makes a second one wait", async () => {
    const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
    await until("the model works on it", () => first.held === 1);
    router.stage(generation(second));
    const one = router.startApply();
    await until("new requests go to the new generation", async () => (await call()).body === "second");
    router.stage(generation(third));
    const two = router.startApply();
    await until("it waits", () => two.output.includes("waiting for another change to end"));
    first.release();
    expect((await held).status).to.equal(200);
    expect([(await one.ended).code, (await two.ended).code]).to.deep.equal([0, 0]);
    expect(await call()).to.include({ status: 200, body: "third" });
  });

  it("says that no router runs, and that nothing was staged", async () => {
    await router.shutDown();
    const { code, output } = await router.apply(generation(second), undefined, ["--wait-seconds", "0.2"]);
    expect(code).to.equal(1);
    expect(output).to.contain("refused: no running router within 0.2 s");
    expect(router.staged()).to.deep.equal([]);
    expect((await router.startApply().ended).output).to.contain("there is no cds.json");
  });

  it("is still served after the router was restarted", async () => {
    await router.shutDown();
    await router.boot();
    expect(await call()).to.include({ status: 200, body: "first" });
  });

  it("is drained when the router is stopped: requests in flight are answered", async () => {
    const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
    await until("the model works on it", () => first.held === 1);
    const down = router.shutDown();
    await until("the router drains", async () => (await router.admin("GET", "/ready")).startsWith("DRAINING"));
    first.release();
    expect(await held).to.include({ status: 200, body: "first" });
    expect((await down).code).to.equal(0);
  });
});
