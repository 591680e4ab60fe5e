import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { deadLocks } from "../../operations/heal";

describe("locks of updates that were killed", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-locks-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const lock = (name: string, pid: number, host = hostname()): string => {
    const file = path.join(folder, `${name}.json`);
    writeFileSync(file, JSON.stringify({ pid, hostname: host, username: "ada", timestamp: "2026-01-01T00:00:00Z" }));
    return file;
  };
  const ended = (): number => spawnSync("true").pid;

  it("are those whose process has ended on this host", () => {
    const dead = lock("dead", ended());
    lock("elsewhere", ended(), "another-host");
    expect(deadLocks(folder)).to.deep.equal([dead]);
  });

  it("are also those whose process id another program has now", function () {
    if (process.platform !== "linux") {
      this.skip();
    }
    const reused = lock("reused", process.pid);
    expect(deadLocks(folder)).to.deep.equal([reused]);
  });

  it("are none where nothing was locked, and in a backend that is no folder", () => {
    expect(deadLocks(path.join(folder, "none"))).to.deep.equal([]);
    expect(deadLocks(undefined)).to.deep.equal([]);
  });
});
