import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { freePort, Program, until } from "./harness";

/** Instances are names below `.test`, which these tests give and take. */
describe("router-gate", function () {
  this.timeout(20_000);
  let folder: string;
  let port: number;
  let server: http.Server;
  let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
  let probes: number;
  let program: Program;

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-gate-"));
    port = await freePort();
    probes = 0;
    answer = (_, response) => void response.writeHead(200).end();
    server = http.createServer((request, response) => {
      probes += 1;
      answer(request, response);
    });
    names({ "a.test": "127.0.0.1" });
  });

  afterEach(async () => {
    program.signal("SIGKILL");
    await program.ended;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
    rmSync(folder, { recursive: true });
  });

  function names(table: Readonly<Record<string, string>>): void {
    const text = Object.entries(table).map(([host, address]) => `${host} ${address}\n`);
    writeFileSync(path.join(folder, "names.new"), text.join(""));
    renameSync(path.join(folder, "names.new"), path.join(folder, "names"));
  }

  function lookUps(kind: "missed" | "unanswered"): number {
    const file = path.join(folder, `names.${kind}`);
    return existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n").length : 0;
  }

  function listen(): void {
    server.listen(port, "127.0.0.1");
  }

  function start(more: Readonly<Record<string, unknown>> = {}): Program {
    const probe = {
      instances: [{ host: "a.test", port }],
      port,
      path: "/health",
      initialDelaySeconds: 0,
      periodSeconds: 1,
      timeoutSeconds: 1,
      successThreshold: 1,
      failureThreshold: 10,
      ...more,
    };
    const env = { PYTHONPATH: path.join(__dirname, "fake-dns"), FAKE_DNS: path.join(folder, "names") };
    program = new Program("router-gate", [JSON.stringify(probe)], env);
    return program;
  }

  it("opens when the instance passes", async () => {
    listen();
    const { code, output } = await start().ended;
    expect(code, output).to.equal(0);
    expect(output).to.match(/^gate: waiting up to 11 s for GET :\d+\/health of 1 instance/);
    expect(output).to.match(/gate: 1 instance\(s\) ready after [\d.]+ s\n$/);
  });

  it("waits for a server that does not listen yet, and for every instance", async () => {
    const gate = start({ instances: [{ host: "a.test" }, { host: "b.test" }] });
    listen();
    await until("a.test was probed", () => probes > 0);
    expect(gate.running).to.equal(true);
    names({ "a.test": "127.0.0.1", "b.test": "127.0.0.1" });
    expect((await gate.ended).code).to.equal(0);
  });

  it("wants as many passes in a row as the success threshold", async () => {
    const statuses = [200, 200, 500, 200, 302, 399];
    answer = (_, response) => void response.writeHead(statuses[probes - 1] ?? 200).end();
    listen();
    expect((await start({ successThreshold: 3 }).ended).code).to.equal(0);
    expect(probes).to.equal(6);
  });

  it("says what it saw when the time is over: an answer", async () => {
    answer = (_, response) => void response.writeHead(500).end(`model\nmissing ${"x".repeat(400)}`);
    listen();
    const { code, output } = await start({ failureThreshold: 1, timeoutSeconds: 0.5 }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(
      /gate: 1 of 1 instance\(s\) not ready after 1\.\d s of 1\.5 s, GET :\d+\/health\n {2}a\.test: /,
    );
    expect(output.trimEnd().split("\n").at(-1)).to.equal(`  a.test: HTTP 500 model missing ${"x".repeat(186)}`);
  });

  it("says what it saw when the time is over: nobody listens", async () => {
    const { code, output } = await start({ failureThreshold: 1, timeoutSeconds: 0.2 }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(/a\.test: connection refused on port \d+: the server does not listen yet\n$/);
  });

  it("says what it saw when the time is over: silence", async () => {
    answer = () => undefined;
    listen();
    const { code, output } = await start({ failureThreshold: 1, timeoutSeconds: 0.2 }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(/a\.test: no answer within 0\.2 s\n$/);
  });

  it("does not wait for an instance that stops again and again", async () => {
    answer = (_, response) => void response.writeHead(503).end("loading");
    listen();
    const gate = start({ failureThreshold: 1000 });
    for (const stops of [1, 2]) {
      const count = probes;
      names({ "a.test": "127.0.0.1" });
      await until("it is probed", () => probes > count);
      const missed = lookUps("missed");
      names({});
      await until(`stop ${stops} is seen`, () => lookUps("missed") >= missed + 2 || !gate.running);
    }
    const { code, output } = await gate.ended;
    expect(code).to.equal(1);
    expect(output).to.match(/a\.test: it starts and stops again and again; last seen: HTTP 503 loading\n$/);
  });

  it("does not wait for an instance that never runs, and tells the others apart", async () => {
    listen();
    const { code, output } = await start({
      failureThreshold: 1000,
      instances: [{ host: "a.test" }, { host: "b.test" }],
    }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(/1 of 2 instance\(s\) not ready after 5\.\d s of 1001 s/);
    expect(output).to.match(/ {2}a\.test: ready\n {2}b\.test: no such host: the instance is not running\n$/);
  });

  it("does not take a resolver that has no answer for an instance that stopped", async () => {
    const statuses = [200, 200, 200];
    answer = (_, response) => void response.writeHead(statuses[probes - 1] ?? 503).end();
    listen();
    const gate = start({ failureThreshold: 1000, successThreshold: 4 });
    for (const hiccup of [1, 2, 3]) {
      const count = probes;
      names({ "a.test": "127.0.0.1" });
      await until("it is probed", () => probes > count);
      const before = lookUps("unanswered");
      names({ "a.test": "again" });
      await until(`hiccup ${hiccup} is seen`, () => lookUps("unanswered") >= before + 4 || !gate.running);
    }
    expect(gate.running, gate.output).to.equal(true);
    answer = (_, response) => void response.writeHead(200).end();
    expect((await gate.ended).code, gate.output).to.equal(0);
  });

  it("waits for a resolver that has no answer yet", async () => {
    names({ "a.test": "again" });
    listen();
    const gate = start();
    // Longer than it waits for a name that does not exist.
    await until("many are unanswered", () => lookUps("unanswered") > 110 || !gate.running);
    names({ "a.test": "127.0.0.1" });
    expect((await gate.ended).code, gate.output).to.equal(0);
  });

  it("says that the resolver never answered", async () => {
    names({ "a.test": "again" });
    const { code, output } = await start({ failureThreshold: 1, timeoutSeconds: 0.2 }).ended;
    expect(code).to.equal(1);
    expect(output).to.match(/a\.test: its name cannot be looked up: Temporary failure in name resolution\n$/);
  });
});
