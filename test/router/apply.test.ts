import { mkdirSync, rmSync, statSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import type { DeploymentRoute, RoutingTable } from "../../plan/routing-table";
import {
  type Answer,
  deployment,
  endpoint,
  freePort,
  instancesOf,
  keysOf,
  Router,
  stagedFiles,
  tableOf,
  tally,
  until,
} from "./harness";
import { Model } from "./model";

/** Calls one after the other in each lane, until it is stopped. */
class Load {
  readonly statuses: number[] = [];
  readonly bodies: string[] = [];
  #stopped = false;
  readonly #lanes: Promise<unknown>;

  constructor(router: Router, lanes: number, endpoint = "ep") {
    const lane = async (): Promise<void> => {
      while (!this.#stopped) {
        // Nobody listens: the router of a test that failed.
        const { status, body } = await router.call({ endpoint, body: "{}" }).catch(() => ({ status: 0, body: "" }));
        this.#stopped ||= status === 0;
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
    [...(await router.admin("GET", "/clusters")).matchAll(/^(.*?)~\w+::observability_name/gm)].map(
      (match) => match[1]!,
    );
  const addresses = async (): Promise<string[]> =>
    [...(await router.admin("GET", "/clusters")).matchAll(/::([\d.]+):\d+::cx_active/g)]
      .map((match) => match[1]!)
      .sort();

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
    const modes = Object.keys(router.live()).map((name) => [
      name,
      (statSync(path.join(router.folder("live"), name)).mode & 0o777).toString(8),
    ]);
    expect(Object.fromEntries(modes)).to.deep.equal({
      "cds.json": "644",
      "ecds-keys.json": "600",
      "endpoints/ep.json": "644",
      "endpoints/ep.secret.json": "600",
      "rds.json": "644",
    });
    expect(router.staged()).to.deep.equal([]);
  });

  it("changes generations under load without losing a request", async () => {
    const load = new Load(router, 8);
    for (const model of [second, third, first, second]) {
      const { code, output } = await router.apply(generation(model));
      expect(code, output).to.equal(0);
      expect(output).to.match(
        /^router: drained ep-blue-\d+ in \d+ ms\nrouter: ep: taken over [0-9a-f]{12}\nrouter: accepted [0-9a-f]{12}\n$/,
      );
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
    expect((await router.apply(generation(first))).output).to.match(
      /^router: ep: unchanged [0-9a-f]{12}\nrouter: accepted [0-9a-f]{12}\n$/,
    );
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
    router.stageFiles(toNowhere(generation(second)));
    const unknownCluster = await router.startApply().ended;
    expect(unknownCluster.code).to.equal(1);
    expect(unknownCluster.output).to.match(
      /^router: ep: refused, still \w+: Envoy says: .*unknown cluster 'nowhere'\nrouter: refused: ep; .*\n$/,
    );
    await expectServedAsBefore(before);

    const files = stagedFiles(generation(second));
    const secret = files["endpoints/ep.secret.json"]!.replace("ep-second", "ep-first");
    router.stageFiles({ ...files, "endpoints/ep.secret.json": secret });
    const sameKey = await router.startApply().ended;
    expect(sameKey.output).to.match(/Duplicate/i);
    expect(sameKey.output).to.not.contain("ep-first");
    await expectServedAsBefore(before);
  });

  it("puts the old files back when the running router refuses one", async () => {
    const before = router.live();
    router.stageFiles(toNowhere(generation(second), keysOf(generation(second), "-new")));
    const { code, output } = await router.startApply([], { ROUTER_ENVOY: "/bin/true" }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(/^router: refused: the router refused rds\.json/);
    await expectServedAsBefore(before);
  });

  /** What is handed over for a table whose endpoint `ep` names a backend that is not there. */
  function toNowhere(table: RoutingTable, keys = keysOf(table)): Record<string, string> {
    const files = stagedFiles(table, keys);
    const text = files["endpoints/ep.json"]!.replace(/"cluster":"[^"]*"/g, '"cluster":"nowhere"');
    return { ...files, "endpoints/ep.json": text };
  }

  it("refuses a backend of which no instance is ready, by name", async () => {
    const before = router.live();
    const dead = { host: "127.0.0.9", port: await freePort() };
    const table = generation(second, { backend: "dead", instances: instancesOf([{ address: dead }]) });
    const { code, output } = await router.apply(table, undefined, ["--ready-seconds", "1"]);
    expect(code).to.equal(1);
    expect(output).to.match(/ep-dead: 0 of 1 instances ready after 1 s; .*failed_active_health_check/);
    expect(output).to.match(/ep: refused, still \w+: no instance is ready: ep-dead: 0 of 1/);
    expect(output).to.match(/refused: ep; all else is served/);
    await expectServedAsBefore(before);
  });

  it("goes on with the instances that are ready, and says which are not", async () => {
    const dead = { host: "127.0.0.9", port: await freePort() };
    const table = generation(second, { backend: "half", instances: instancesOf([second, { address: dead }]) });
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

  it("is made good by the next one when it is killed half way", async () => {
    const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
    await until("the model works on it", () => first.held === 1);
    router.stage(generation(second));
    const apply = router.startApply();
    await until("new requests go to the new generation", async () => (await call()).body === "second");
    apply.signal("SIGKILL");
    await apply.ended;
    expect(await call()).to.include({ status: 200, body: "second" });
    first.release();
    expect((await held).status).to.equal(200);
    const { code, output } = await router.apply(generation(third));
    expect(code, output).to.equal(0);
    expect(await backends()).to.deep.equal([backendOf(third)]);
    expect(await call()).to.include({ status: 200, body: "third" });
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
    expect((await router.startApply().ended).output).to.match(/there is no \S+table.json: nothing was handed over/);
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

  it("refuses fragments that are not those of the table, as while they are still being delivered", async () => {
    const before = router.live();
    router.stageFiles({ ...stagedFiles(generation(second)), "endpoints/ep.json": before["endpoints/ep.json"]! });
    const { code, output } = await router.startApply().ended;
    expect(code).to.equal(1);
    expect(output).to.match(/refused: the fragments in \S+ are not those of its table: ep\n$/);
    await expectServedAsBefore(before);
  });

  it("says what is live", async () => {
    const { endpoints } = JSON.parse(stagedFiles(generation(first))["table.json"]!);
    const backends = { [backendOf(first)]: { ready: 1, instances: 1 } };
    expect(await router.status()).to.deep.equal({ endpoints, accepted: true, backends });
  });

  it("gives a router that lost its volume all of its routes again", async () => {
    const before = router.live();
    await router.shutDown();
    rmSync(router.folder("live"), { recursive: true });
    mkdirSync(router.folder("live"));
    await router.boot();
    expect((await call()).status).to.equal(404);
    expect((await router.status()).endpoints).to.deep.equal({});
    expect((await router.apply(generation(first))).code).to.equal(0);
    await expectServedAsBefore(before);
  });

  it("gives a router whose files were deleted under it all of its routes again", async () => {
    const before = router.live();
    for (const name of Object.keys(before)) {
      rmSync(path.join(router.folder("live"), name));
    }
    expect((await router.status()).accepted).to.equal(false);
    const { code, output } = await router.apply(generation(first));
    expect(code, output).to.equal(0);
    await expectServedAsBefore(before);
  });

  describe("with instances that come and go", () => {
    let stays: Model;
    let comes: Model;
    let leaves: Model;
    const withInstances = (...models: Model[]): RoutingTable =>
      tableOf(endpoint("ep", { blue: 100 }, [deployment("blue", models, { backend: "same" })]));

    beforeEach(async () => {
      stays = await Model.start("127.0.0.5", { name: "stays", closes: true });
      const { port } = stays.address;
      comes = await Model.start("127.0.0.6", { name: "comes", port });
      leaves = await Model.start("127.0.0.7", { name: "leaves", port });
    });
    afterEach(() => Promise.all([stays, comes, leaves].map((model) => model.stop())));

    it("gives new ones their share and takes leaving ones away, without losing a request", async () => {
      expect((await router.apply(withInstances(stays))).code).to.equal(0);
      const load = new Load(router, 8);
      const grown = await router.apply(withInstances(stays, comes, leaves));
      expect(grown.code, grown.output).to.equal(0);
      expect(await addresses()).to.deep.equal(["127.0.0.5", "127.0.0.6", "127.0.0.7"]);
      const mark = load.bodies.length;
      await until("all serve", () => new Set(load.bodies.slice(mark)).size === 3);
      const shrunk = await router.apply(withInstances(stays));
      // Its requests are answered: whoever stops it now loses nothing.
      expect([comes.working, leaves.working]).to.deep.equal([0, 0]);
      await Promise.all([comes.stop(), leaves.stop()]);
      expect(shrunk.code, shrunk.output).to.equal(0);
      expect(shrunk.output).to.match(/^router: drained ep-same in \d+ ms/);
      const count = load.statuses.length;
      await until("the load goes on", () => load.statuses.length > count + 200);
      expect(await backends()).to.deep.equal(["ep-same"]);
      expect(Object.keys(await load.stop())).to.deep.equal(["200"]);
    });

    it("returns only when those that leave have answered", async () => {
      await router.apply(withInstances(leaves));
      const held = router.call({ endpoint: "ep", path: "/hold", body: "{}" });
      await until("the model works on it", () => leaves.held === 1);
      router.stage(withInstances(stays));
      const apply = router.startApply();
      await until("new requests avoid it", async () => (await call()).body === "stays");
      expect(apply.running).to.equal(true);
      expect(await backends(), "its old state and its new one").to.deep.equal(["ep-same", "ep-same"]);
      leaves.release();
      const { code, output } = await apply.ended;
      expect(code, output).to.equal(0);
      await leaves.stop();
      expect(await held).to.include({ status: 200, body: "leaves" });
    });

    it("takes over new limits without a moment in which no instance is ready", async () => {
      const slow = await Model.start("127.0.0.6", { name: "slow" });
      const limited = (max: number): RoutingTable =>
        generation(slow, { backend: "slow", maxConcurrentRequestsPerInstance: max });
      await router.apply(limited(50));
      const load = new Load(router, 8);
      // The look that a new cluster begins with fails; requests go by what the old one knows until another has passed.
      for (const max of [60, 70, 80]) {
        slow.failNext = 1;
        expect((await router.apply(limited(max))).code).to.equal(0);
      }
      expect(Object.keys(await load.stop())).to.deep.equal(["200"]);
      await slow.stop();
    });
  });

  describe("with several endpoints", () => {
    const two = (shop: Model, credit: Model, more: Partial<DeploymentRoute> = {}): RoutingTable =>
      tableOf(
        endpoint("credit", { blue: 100 }, [deployment("blue", [credit], more)]),
        endpoint("shop", { blue: 100 }, [deployment("blue", [shop])]),
      );
    const answers = async (suffix = ""): Promise<string[]> =>
      Promise.all(
        ["credit", "shop"].map(async (name) => {
          const { status, body } = await router.call({ endpoint: name, key: `${name}-first${suffix}` });
          return status === 200 ? body : String(status);
        }),
      );
    const versionsOf = (table: RoutingTable): Record<string, string> =>
      JSON.parse(stagedFiles(table)["table.json"]!).endpoints;

    beforeEach(async () => {
      expect((await router.apply(two(first, first))).code).to.equal(0);
      expect(await answers()).to.deep.equal(["first", "first"]);
      expect((await router.call({ endpoint: "ep" })).status, "it is in no fragment").to.equal(404);
    });

    it("keeps those that it is told to keep: routes, backends and keys", async () => {
      const table = two(second, third);
      const { code, output } = await router.apply(table, keysOf(table, "-new"), ["--keep", "credit"]);
      expect(code, output).to.equal(0);
      expect(output).to.match(/^router: credit: kept, still \w{12}\nrouter: shop: taken over \w{12}\n/m);
      expect(await answers()).to.deep.equal(["first", "401"]);
      expect(await answers("-new")).to.deep.equal(["401", "second"]);
      const expected = { credit: versionsOf(two(first, first))["credit"], shop: versionsOf(table)["shop"] };
      expect((await router.status()).endpoints).to.deep.equal(expected);
      expect((await router.apply(table, keysOf(table, "-new"))).code).to.equal(0);
      expect(await answers("-new")).to.deep.equal(["third", "second"]);
    });

    it("adds nothing for one that it is told to keep and does not have; keeps one that is not handed over", async () => {
      const ep = generation(second);
      const { code, output } = await router.apply(ep, undefined, ["--keep", "ep,shop", "--keep", "nobody"]);
      expect(code, output).to.equal(0);
      expect(output).to.contain("router: ep: kept, not served\n");
      expect(output).to.contain("router: nobody: kept, not served\n");
      expect(output).to.contain("router: credit: removed\n");
      expect(await answers()).to.deep.equal(["404", "first"]);
      expect((await call()).status).to.equal(404);
    });

    it("keeps one whose instances are gone, in a router that lost its routes", async () => {
      const gone = await Model.start("127.0.0.8", { name: "gone" });
      await router.apply(two(first, gone));
      await router.shutDown();
      for (const name of ["cds.json", "rds.json"]) {
        rmSync(path.join(router.folder("live"), name));
      }
      await gone.stop();
      await router.boot();
      const args = ["--keep", "credit", "--ready-seconds", "1"];
      const { code, output } = await router.apply(two(second, third), undefined, args);
      expect(code, output).to.equal(0);
      expect(output).to.match(/credit: kept, still \w{12}/);
      expect(await answers()).to.deep.equal(["503", "second"]);
    });

    it("does not drop one that it is told to keep because a router of before kept no fragments", async () => {
      rmSync(path.join(router.folder("live"), "endpoints"), { recursive: true });
      const { code, output } = await router.apply(two(second, third), undefined, ["--keep", "credit"]);
      expect(code).to.equal(1);
      expect(output).to.contain("refused: the fragments of credit are not on the volume");
      expect(await answers()).to.deep.equal(["first", "first"]);
      expect((await router.apply(two(second, third))).code).to.equal(0);
      expect(await answers()).to.deep.equal(["third", "second"]);
    });

    it("takes over the others when Envoy refuses one, and says which and why", async () => {
      const files = stagedFiles(two(second, third));
      const text = files["endpoints/credit.json"]!.replace(/"cluster":"[^"]*"/g, '"cluster":"nowhere"');
      router.stageFiles({ ...files, "endpoints/credit.json": text });
      const { code, output } = await router.startApply().ended;
      expect(code).to.equal(1);
      expect(output).to.match(/credit: refused, still \w{12}: Envoy says: .*unknown cluster 'nowhere'\n/);
      expect(output).to.match(/shop: taken over \w{12}\nrouter: refused: credit; all else is served, as \w{12}\n$/);
      expect(await answers()).to.deep.equal(["first", "second"]);
    });

    it("takes over the others when one has no instance that is ready", async () => {
      const dead = { address: { host: "127.0.0.9", port: await freePort() } };
      const table = two(second, third, { backend: "dead", instances: instancesOf([dead]) });
      const load = new Load(router, 4, "credit");
      const { code, output } = await router.apply(table, undefined, ["--ready-seconds", "1"]);
      expect(code).to.equal(1);
      expect(output).to.match(
        /credit: refused, still \w{12}: no instance is ready: credit-dead: 0 of 1 instances ready/,
      );
      expect(await answers()).to.deep.equal(["first", "second"]);
      expect(Object.keys(await load.stop())).to.deep.equal(["200"]);
      expect(await backends()).to.have.members([
        `credit-blue-${first.address.port}`,
        `shop-blue-${second.address.port}`,
      ]);
    });

    it("removes all when there is none left", async () => {
      const { code, output } = await router.apply(tableOf());
      expect(code, output).to.equal(0);
      expect(output).to.match(/credit: removed\nrouter: shop: removed\nrouter: accepted/);
      expect(await answers()).to.deep.equal(["404", "404"]);
      expect(await backends()).to.deep.equal([]);
    });
  });
});
