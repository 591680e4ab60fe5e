import { expect } from "chai";
import type { CommandResult } from "./command";
import { container, needsDocker, removeAtEnd } from "./engine";
import { type Answer, chiSquare, count, type LoadResult, startLoad } from "./load";
import { TestStack } from "./stack";

const REQUEST = "examples/diabetes/sample-request.json";

/** Requests per second that changes are made under. */
const RATE = 550;

/** Says its version and costs little: what is measured here is the change, on a machine of two cores. */
const SCRIPT = `def init():
    pass


def run(body):
    return ["v1"]
`;

/** Ends its worker at once on SIGTERM, with whatever it is answering: the worst neighbour of a rollout. */
const EXITS_AT_ONCE = `

import os
import signal

_init = init


def init():
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    _init()
`;

describe("traffic and new versions under load", function () {
  this.timeout(900_000);
  needsDocker();
  const stack = new TestStack("rollout");
  let url = "";
  let key = "";

  function configure(blue: number, green: number): void {
    stack.configure({
      endpoints: [
        {
          file: stack.file("endpoint.yml"),
          deployments: [stack.file("blue.yml"), stack.file("green.yml")],
          traffic: { blue, green },
        },
      ],
      router: { port: 18_082 },
    });
  }

  /** Runs `change` under a steady load, and goes on with it for a moment after. */
  async function underLoad(change: () => Promise<CommandResult>): Promise<{ load: LoadResult; change: CommandResult }> {
    const load = startLoad({ url, key, request: REQUEST, connections: 32, rate: RATE });
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    const result = await change();
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    load.stop();
    return { load: await load.done, change: result };
  }

  before(async () => {
    stack.copy("examples/diabetes");
    for (const file of ["blue.yml", "green.yml"]) {
      // The load waits rather than being refused: the limits of Azure's defaults are the router's tests.
      stack.edit(
        file,
        (text) =>
          `${text}request_settings:\n  max_concurrent_requests_per_instance: 100\n  request_timeout_ms: 60000\n`,
      );
    }
    // Answers that tell the version.
    stack.write("code/blue/score.py", SCRIPT);
    stack.write("code/green/score.py", SCRIPT.replace("v1", "green"));
    configure(90, 10);
    await stack.pulumi(["stack", "init"]);
    const { code, text } = await stack.up();
    expect(code, text).to.equal(0);
    const outputs = await stack.outputs();
    url = outputs.scoringUris["diabetes"]!;
    key = outputs.keys["diabetes"]!.primary;
  });
  removeAtEnd(stack);

  it("splits 20,000 requests 90 to 10", async () => {
    const result = await startLoad({ url, key, request: REQUEST, connections: 16, amount: 20_000 }).done;
    const counts = count(result.answers, ({ deployment }) => deployment);
    expect(count(result.answers, ({ status }) => String(status))).to.deep.equal({ "200": 20_000 });
    expect(result.lost).to.equal(0);
    const chi2 = chiSquare(counts["blue"]!, counts["green"]!, 0.9);
    console.log(
      `      ${counts["blue"]} to ${counts["green"]}, chi² ${chi2.toFixed(2)}; ${result.rps.toFixed(0)} requests/s, p50 ${result.p50} ms, p99 ${result.p99} ms`,
    );
    // One in 100,000 honest runs exceeds this.
    expect(chi2).to.be.lessThan(19.5);
  });

  it("moves to 50/50 without losing a request or restarting the router", async () => {
    const before = await container(stack.stack, /-router$/);
    configure(50, 50);
    const { load, change } = await underLoad(() => stack.up());
    expect(change.code, change.text).to.equal(0);
    report("50/50", load, change);
    expectNothingLost(load);
    const after = await container(stack.stack, /-router$/);
    expect(after.Id).to.equal(before.Id);
    expect(after.Created).to.equal(before.Created);
    const settled = await startLoad({ url, key, request: REQUEST, connections: 16, amount: 4_000 }).done;
    const counts = count(settled.answers, ({ deployment }) => deployment);
    expect(chiSquare(counts["blue"]!, counts["green"]!, 0.5)).to.be.lessThan(19.5);
  });

  for (const [what, version, script] of [
    ["a new version", "v2", ""],
    ["a version whose containers exit at once on SIGTERM", "v3", EXITS_AT_ONCE],
    ["the version after it, while those containers go", "v4", ""],
  ] as const) {
    it(`brings in ${what} without losing a request or mixing versions`, async () => {
      const old = (await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/)).Id;
      stack.edit(
        "code/blue/score.py",
        (text) => text.replace(EXITS_AT_ONCE, "").replace(/"v\d"/, `"${version}"`) + script,
      );
      const { load, change } = await underLoad(() => stack.up());
      expect(change.code, change.text).to.equal(0);
      report(version, load, change);
      expectNothingLost(load);
      expectOneSwitch(load.answers, version);
      expect((await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/)).Id).to.not.equal(old);
      const again = await stack.preview();
      expect(again.text).to.match(/Resources:\s+\d+ unchanged\n/);
    });
  }

  it("adds an instance and takes it away again without losing a request", async () => {
    for (const instances of [2, 1]) {
      stack.edit("blue.yml", (text) => text.replace(/instance_count: \d/, `instance_count: ${instances}`));
      const { load, change } = await underLoad(() => stack.up());
      expect(change.code, change.text).to.equal(0);
      report(`${instances} instances`, load, change);
      expectNothingLost(load);
    }
  });

  function expectNothingLost(load: LoadResult): void {
    expect(count(load.answers, ({ status }) => String(status))).to.deep.equal({ "200": load.answers.length });
    expect(load.lost, JSON.stringify(load.faults)).to.equal(0);
    expect(load.answers.length).to.be.greaterThan(RATE);
  }

  /** Over one connection, no answer of the old version may follow one of the new. */
  function expectOneSwitch(answers: readonly Answer[], version: string): void {
    const blue = answers.filter(({ deployment }) => deployment === "blue");
    const isNew = ({ body }: Answer): boolean => body.includes(`"${version}"`);
    expect(blue.some(isNew), "answers of the new version").to.equal(true);
    expect(blue.every(isNew), "answers of the old version").to.equal(false);
    const switched = new Set<number>();
    for (const answer of blue) {
      if (isNew(answer)) {
        switched.add(answer.connection);
      } else {
        expect(switched.has(answer.connection), "an old answer after a new one").to.equal(false);
      }
    }
  }

  function report(what: string, load: LoadResult, change: CommandResult): void {
    console.log(
      `      ${what}: up ${change.seconds.toFixed(1)} s; ${load.answers.length} answers at ${load.rps.toFixed(0)}/s, ` +
        `${load.lost} lost, p50 ${load.p50} ms, p99 ${load.p99} ms`,
    );
  }
});
