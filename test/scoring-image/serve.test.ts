import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect } from "chai";

interface Ending {
  readonly code: number | null;
  readonly said: string;
}

/** Runs serve.py around a command, as a container does. */
function serve(command: readonly string[], probe: object | undefined): { child: ChildProcess; end: Promise<Ending> } {
  const env = probe === undefined ? {} : { MLENDPOINTS_LIVENESS: JSON.stringify(probe) };
  const child = spawn("python3", ["scoring-image/serve.py", ...command], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  }
  return { child, end: once(child, "close").then(([code]) => ({ code: code as number | null, said })) };
}

/** A port of this machine that answers with one status after the other, and then with the last for ever. */
async function answering(
  ...statuses: readonly number[]
): Promise<{ port: number; asked: () => number; close: () => void }> {
  let asked = 0;
  const server = createServer((_, response) => {
    response.writeHead(statuses[Math.min(asked++, statuses.length - 1)]!).end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  // A test that fails before it closes it must not keep the run alive.
  server.unref();
  const { port } = server.address() as AddressInfo;
  return { port, asked: () => asked, close: () => server.close() };
}

const FAST = { path: "/", initialDelaySeconds: 0, periodSeconds: 0.01, timeoutSeconds: 2, successThreshold: 1 };

/** Runs until it is told to end. */
const FOREVER = ["sh", "-c", "trap 'exit 7' TERM; echo up; while :; do sleep 0.05; done"];

describe("the program around the inference server", function () {
  this.timeout(60_000);

  it("ends a server that has failed its probe often enough in a row, and says why", async () => {
    const { port, asked, close } = await answering(200, 500, 500, 200, 500);
    const { code, said } = await serve(FOREVER, { ...FAST, port, failureThreshold: 3 }).end;
    close();
    expect(code).to.equal(1);
    expect(asked()).to.equal(7);
    expect(said).to.include("liveness probe: GET / failed 3 times in a row, at last: status 500");
  });

  it("counts a refused connection as a failure", async () => {
    const { port, close } = await answering(200);
    close();
    const { code, said } = await serve(FOREVER, { ...FAST, port, failureThreshold: 2 }).end;
    expect(code).to.equal(1);
    expect(said).to.match(/at last: .*refused/i);
  });

  it("kills a server that does not end, with its workers", async () => {
    const { port, close } = await answering(500);
    const stubborn = ["sh", "-c", "trap '' TERM; echo group $$; while :; do sleep 0.05; done"];
    const { code, said } = await serve(stubborn, { ...FAST, port, failureThreshold: 1 }).end;
    close();
    expect(code).to.equal(1);
    const group = Number(/group (\d+)/.exec(said)?.[1]);
    expect(group).to.be.greaterThan(1);
    // What has ended and is not reaped yet counts as ended.
    const { stdout } = spawnSync("ps", ["-o", "stat=", "-g", String(group)], { encoding: "utf8" });
    expect(stdout.split("\n").filter((state) => state !== "" && !state.startsWith("Z"))).to.deep.equal([]);
  });

  it("hands the request to end on, and ends as the server does", async () => {
    const { port, close } = await answering(200);
    const { child, end } = serve(FOREVER, { ...FAST, port, failureThreshold: 1000 });
    await once(child.stdout!, "data");
    child.kill("SIGTERM");
    expect((await end).code).to.equal(7);
    close();
    const ended = await serve(["sh", "-c", "kill -9 $$"], { ...FAST, port, failureThreshold: 1000 }).end;
    expect(ended.code).to.equal(137);
  });

  it("is not there at all where no probe is given", async () => {
    const { code, said } = await serve(["sh", "-c", "echo alone; exit 3"], undefined).end;
    expect({ code, said }).to.deep.equal({ code: 3, said: "alone\n" });
  });
});
