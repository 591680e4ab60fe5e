import { expect } from "chai";
import type { DeploymentRoute } from "../../plan/routing-table";
import { type Answer, type Call, deployment, endpoint, Router, repeat, tableOf, tally, until } from "./harness";
import { Model } from "./model";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const LIMIT = 1024 * 1024;

function expectError(answer: Answer, status: number, code: string, message: string | RegExp): void {
  const { error } = JSON.parse(answer.body);
  expect({ status: answer.status, code: error.code }).to.deep.equal({ status, code });
  expect(error.message).to.match(new RegExp(message));
  expect(error.request_id).to.match(UUID);
  expect(answer.headers["content-type"]).to.equal("application/json");
  expect(answer.headers["x-request-id"]).to.equal(error.request_id);
  expect(answer.headers["x-ms-request-id"]).to.equal(error.request_id);
}

describe("a router", function () {
  this.timeout(30_000);
  const models: Record<string, Model> = {};
  let router: Router;

  const model = (name: string): Model => models[name]!;
  const call = (options: Call): Promise<Answer> => router.call(options);
  const lastSeen = (name: string) => model(name).seen.at(-1)!;

  before(async () => {
    const names = [
      "blue",
      "green",
      "dark",
      "one",
      "two",
      "three",
      "k8s",
      "tight-1",
      "tight-2",
      "closes",
      "sick",
      "pair-1",
      "pair-2",
    ];
    for (const [index, name] of names.entries()) {
      const port = name.endsWith("-2") ? model(name.replace("-2", "-1")).address.port : undefined;
      models[name] = await Model.start(`127.0.0.${index + 2}`, { name, closes: name === "closes", port });
    }
    models["probe"] = await Model.start(model("sick").address.host);
    const only = (name: string, more: Partial<DeploymentRoute> = {}) => deployment(name, [model(name)], more);
    const probed = { ...only("sick").readiness, port: model("probe").address.port };
    router = await Router.start(
      tableOf(
        endpoint("split", { blue: 90, green: 10 }, [only("blue"), only("green"), only("dark")]),
        endpoint("all", { one: 100, two: 0 }, [only("one", { requestTimeoutMs: 300 }), only("two")]),
        endpoint("thirds", { one: 33, two: 33, three: 34 }, [only("one"), only("two"), only("three")]),
        endpoint("idle", { blue: 0 }, [only("blue")]),
        endpoint("k8s", { k8s: 100 }, [only("k8s", { requestTimeoutMs: 300, maxConcurrentRequestsPerInstance: 1 })], {
          kind: "kubernetes",
        }),
        endpoint("tight", { tight: 100 }, [
          deployment("tight", [model("tight-1"), model("tight-2")], {
            maxConcurrentRequestsPerInstance: 2,
            requestTimeoutMs: 20_000,
          }),
        ]),
        endpoint("closes", { closes: 100 }, [only("closes", { maxConcurrentRequestsPerInstance: 1 })]),
        endpoint("pair", { pair: 100 }, [deployment("pair", [model("pair-1"), model("pair-2")])]),
        endpoint("sick", { sick: 100 }, [only("sick", { readiness: probed })]),
      ),
    );
  });

  after(async () => {
    await router?.stop();
    await Promise.all(Object.values(models).map((server) => server.stop()));
  });

  describe("splitting traffic", () => {
    /** Chi-square of what was served; the bounds are passed by chance once in a million runs. */
    async function chiSquare(name: string, times: number, shares: Readonly<Record<string, number>>): Promise<number> {
      const answers = await repeat(times, 16, () => call({ endpoint: name }));
      expect(tally(answers.map(({ status }) => status))).to.deep.equal({ 200: times });
      const counts = tally(answers.map(({ body }) => body));
      expect(Object.keys(counts)).to.have.members(Object.keys(shares));
      return Object.entries(shares)
        .map(([body, percent]) => [counts[body] ?? 0, (times * percent) / 100] as const)
        .reduce((sum, [seen, expected]) => sum + (seen - expected) ** 2 / expected, 0);
    }

    it("90/10", async () => expect(await chiSquare("split", 4000, { blue: 90, green: 10 })).to.be.lessThan(23.9));
    it("33/33/34", async () =>
      expect(await chiSquare("thirds", 3000, { one: 33, two: 33, three: 34 })).to.be.lessThan(27.6));
    it("100/0 never leaks", async () => expect(await chiSquare("all", 1000, { one: 100 })).to.equal(0));

    it("says that nothing is live", async () => {
      const answer = await call({ endpoint: "idle" });
      expectError(answer, 404, "NoLiveDeployment", "doesn't have any valid deployment with positive weight");
    });
  });

  describe("naming a deployment by header", () => {
    it("reaches one at 0%, in any case", async () => {
      for (const name of ["dark", "DARK", "Dark"]) {
        const answer = await call({ endpoint: "split", deployment: name });
        expect(answer).to.include({ status: 200, body: "dark" });
        expect(answer.headers["azureml-model-deployment"]).to.equal("dark");
      }
      expect(await call({ endpoint: "idle", deployment: "blue" })).to.include({ status: 200, body: "blue" });
    });

    it("does not find an unknown one, and quotes it safely", async () => {
      for (const name of ["nope", "", 'a"b\\c', "dark,blue"]) {
        expectError(
          await call({ endpoint: "split", deployment: name }),
          404,
          "DeploymentNotFound",
          "has no deployment",
        );
      }
      expect(model("dark").seen.some(({ headers }) => headers["azureml-model-deployment"] === "nope")).to.equal(false);
    });
  });

  describe("keys", () => {
    it("both open their endpoint, and neither reaches the model", async () => {
      for (const key of ["all-first", "all-second"]) {
        expect((await call({ endpoint: "all", key })).status).to.equal(200);
        expect((await call({ endpoint: "all", key, by: "path" })).status).to.equal(200);
        expect(lastSeen("one").headers).to.not.have.property("authorization");
      }
    });

    it("are needed for everything, by host and by path", async () => {
      const before = model("blue").seen.length;
      for (const by of ["host", "path"] as const) {
        for (const deployment of [undefined, "blue", "nope"]) {
          const answer = await call({ endpoint: "split", key: null, by, deployment });
          expectError(answer, 401, "Unauthorized", "missing or not valid");
          expect(answer.headers["www-authenticate"]).to.equal("Bearer");
          expect(answer.headers).to.not.have.property("azureml-model-deployment");
        }
        expectError(await call({ endpoint: "split", key: "wrong", by }), 401, "Unauthorized", "missing or not valid");
        expectError(await call({ endpoint: "split", key: "all-first", by }), 401, "Unauthorized", "for this endpoint");
      }
      expect(model("blue").seen.length).to.equal(before);
    });

    it("are in no log", () => {
      expect(router.log).to.not.match(/-first|-second/);
    });
  });

  describe("paths and headers", () => {
    it("serves an endpoint by path on any other host, with the path that the model expects", async () => {
      const answer = await call({ endpoint: "split", by: "path", path: "/v2/models/m/infer?x=1", deployment: "green" });
      expect(answer).to.include({ status: 200, body: "green" });
      expect(lastSeen("green").url).to.equal("/v2/models/m/infer?x=1");
      expectError(await call({ endpoint: "idle", by: "path" }), 404, "NoLiveDeployment", "positive weight");
      const missing = await call({ endpoint: "split", by: "path", deployment: "nope" });
      expectError(missing, 404, "DeploymentNotFound", "'split' has no deployment 'nope'");
    });

    it("does not know other endpoints, nor asks for a key there", async () => {
      expectError(await call({ endpoint: "spli", key: null }), 404, "EndpointNotFound", "no such endpoint");
      expectError(
        await call({ endpoint: "split2", by: "path", key: null }),
        404,
        "EndpointNotFound",
        "no such endpoint",
      );
    });

    it("leaves the path form to the model on an endpoint's own host", async () => {
      await call({ endpoint: "all", path: "/api/v1/endpoint/split/score" });
      expect(lastSeen("one").url).to.equal("/api/v1/endpoint/split/score");
    });

    it("gives every request an id of its own", async () => {
      const answer = await call({ endpoint: "all", headers: { "x-request-id": "mine", "x-ms-request-id": "mine" } });
      expect(answer.headers["x-request-id"]).to.match(UUID);
      expect(answer.headers["x-ms-request-id"]).to.equal(answer.headers["x-request-id"]);
      expect(lastSeen("one").headers["x-request-id"]).to.equal(answer.headers["x-request-id"]);
    });

    it("refuses paths with escaped slashes", async () => {
      const answer = await call({ endpoint: "all", path: "/a%2fb" });
      expect(answer.status).to.equal(400);
      expect(JSON.parse(answer.body).error).to.include({
        code: "BadRequest",
        message: "the request is not valid HTTP",
      });
    });
  });

  describe("what goes wrong", () => {
    it("is the model's error: 424 (managed), with the model's own body", async () => {
      for (const status of ["500", "400", "201", "404"]) {
        const answer = await call({ endpoint: "all", headers: { "x-answer": status } });
        expect(answer).to.include({ status: 424, body: "one" });
        expect(answer.headers["ms-azureml-model-error-statuscode"]).to.equal(status);
        expect(answer.headers["ms-azureml-model-error-reason"]).to.equal("model_error");
        expect(answer.headers["azureml-model-deployment"]).to.equal("one");
      }
    });

    it("is the model's error: 502 for its 5xx only (kubernetes)", async () => {
      const failed = await call({ endpoint: "k8s", headers: { "x-answer": "500" } });
      expect(failed).to.include({ status: 502, body: "k8s" });
      expect(failed.headers["ms-azureml-model-error-statuscode"]).to.equal("500");
      expect((await call({ endpoint: "k8s", headers: { "x-answer": "422" } })).status).to.equal(422);
    });

    it("is a time-out: 408 (managed), 504 (kubernetes)", async () => {
      const message = "request_timeout_ms: 300";
      expectError(await call({ endpoint: "all", path: "/hold" }), 408, "RequestTimeout", message);
      expectError(await call({ endpoint: "k8s", path: "/hold" }), 504, "RequestTimeout", message);
      model("one").release();
      model("k8s").release();
    });

    it("is a body above the limit: 413, with and without a length", async () => {
      expect((await call({ endpoint: "all", body: Buffer.alloc(LIMIT) })).status).to.equal(200);
      expect(lastSeen("one").bytes).to.equal(LIMIT);
      for (const by of ["host", "path"] as const) {
        for (const chunked of [false, true]) {
          const tooLarge = await call({ endpoint: "all", by, body: Buffer.alloc(LIMIT + 1), chunked });
          expectError(tooLarge, 413, "PayloadTooLarge", `larger than ${LIMIT} bytes`);
        }
      }
    });

    it("is a connection that the instance cuts: 502, and the request is not sent again", async () => {
      const before = model("one").seen.length;
      const answer = await call({ endpoint: "all", headers: { "x-cut": "1" }, body: "{}" });
      expectError(answer, 502, "BadGateway", "'one' failed");
      expect(model("one").seen.length).to.equal(before + 1);
    });

    it("is not an instance that died: its requests go to a busier one, with their bodies", async () => {
      const held: Promise<Answer>[] = [];
      for (const count of [1, 2]) {
        held.push(call({ endpoint: "pair", path: "/hold" }));
        await until("an instance works", () => model("pair-1").held + model("pair-2").held === count);
      }
      expect([model("pair-1").held, model("pair-2").held]).to.deep.equal([1, 1]);
      model("pair-2").release();
      await until("one of them is idle", () => model("pair-2").working === 0);
      await model("pair-2").stop();
      const body = Buffer.alloc(200_000);
      for (const atOnce of [1, 8]) {
        const answers = await repeat(50, atOnce, () => call({ endpoint: "pair", body }));
        expect(tally(answers.map(({ status, body: name }) => `${status} ${name}`))).to.deep.equal({ "200 pair-1": 50 });
      }
      expect(model("pair-1").seen.filter(({ bytes }) => bytes === body.length)).to.have.length(100);
      model("pair-1").release();
      expect((await Promise.all(held)).map(({ status }) => status)).to.deep.equal([200, 200]);
    });

    it("is an instance that is not ready: 503, until it is", async () => {
      model("probe").health = 500;
      await until("the instance is away", async () => (await call({ endpoint: "sick" })).status === 503);
      expectError(await call({ endpoint: "sick" }), 503, "NoReadyInstance", "'sick' is ready");
      model("probe").health = 200;
      await until("the instance is back", async () => (await call({ endpoint: "sick" })).status === 200);
    });
  });

  describe("what it tells", () => {
    it("is one line of JSON a request, without the query", async () => {
      const answer = await call({ endpoint: "split", by: "path", path: "/score?secret=1", deployment: "blue" });
      const id = String(answer.headers["x-request-id"]);
      await until("the line is there", () => router.log.includes(id));
      const line = router.log.split("\n").find((candidate) => candidate.includes(id))!;
      expect(line).to.not.contain("secret");
      expect(JSON.parse(line)).to.include({
        endpoint: "split",
        deployment: "blue",
        route: "split|blue|pinned",
        code: 200,
      });
    });

    it("is how many requests ended with which code, by endpoint and deployment", async () => {
      const metrics = await router.admin("GET", "/stats/prometheus");
      expect(metrics).to.match(/^envoy_mlendpoints_requests\{endpoint="all",deployment="one",code="424"\} [1-9]/m);
      expect(metrics).to.match(/^envoy_mlendpoints_requests\{endpoint="split",deployment="blue",code="401"\} [1-9]/m);
      expect(metrics).to.match(/^envoy_mlendpoints_latency_bucket\{endpoint="split",deployment="blue",le="/m);
    });
  });

  describe("concurrency", () => {
    it("keeps each instance at its limit, queues as much again and refuses the rest", async () => {
      const answers: Answer[] = [];
      const calls = Array.from({ length: 30 }, async () =>
        answers.push(await call({ endpoint: "tight", path: "/hold" })),
      );
      // 2 × 2 working; at least 2 × 2 × 2 and at most 3 × 2 × 2 taken.
      await until("some are refused", () => answers.length >= 30 - 12);
      await until("both instances are full", () => model("tight-1").held + model("tight-2").held === 4);
      for (const answer of answers) {
        expectError(answer, 429, "TooManyRequests", "'tight'");
        expect(answer.headers["retry-after"]).to.equal("1");
      }
      const finished = Promise.all(calls);
      let over = false;
      finished.finally(() => {
        over = true;
      });
      await until("the others are answered", () => {
        model("tight-1").release();
        model("tight-2").release();
        return over;
      });
      const counts = tally(answers.map(({ status }) => status));
      expect(Object.keys(counts)).to.have.members(["200", "429"]);
      expect(counts[200]).to.be.within(8, 12);
      expect([model("tight-1").mostWorking, model("tight-2").mostWorking]).to.deep.equal([2, 2]);
    });

    it("refuses with 503 (kubernetes)", async () => {
      const answers = await repeat(12, 12, () => call({ endpoint: "k8s", path: "/hold" }));
      model("k8s").release();
      expect(Object.keys(tally(answers.map(({ status }) => status)))).to.have.members(["503", "504"]);
    });

    it("refuses nothing within the limit, though each answer closes its connection", async () => {
      const answers = await repeat(2000, 2, () => call({ endpoint: "closes", body: "{}" }));
      expect(tally(answers.map(({ status }) => status))).to.deep.equal({ 200: 2000 });
      expect(model("closes").mostWorking).to.equal(1);
    });
  });
});
