import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { holderOf, type Lock, type LockFile, locksBelow, type ProcessInfo, processInfo } from "../../engine/stack-lock";

const TAKEN = "2026-01-02T03:04:05.275530344Z";

describe("engine: who holds a lock of the state", () => {
  const lock: Lock = { pid: 4711, username: "ada", hostname: "here", timestamp: TAKEN };
  const of = (change: Partial<Lock>, found?: ProcessInfo) =>
    holderOf({ file: "x.json", lock: { ...lock, ...change } }, () => found, "here");
  const pulumi: ProcessInfo = { program: "pulumi", began: Date.parse(TAKEN) - 1000 };

  it("is a Pulumi of this host that began before it took it", () => {
    expect(of({}, pulumi)).to.equal("alive");
  });

  it("is nobody when that process has ended, or its number is another one's by now", () => {
    expect(of({})).to.equal("dead");
    expect(of({}, { ...pulumi, program: "node" })).to.equal("dead");
    expect(of({}, { ...pulumi, began: Date.parse(TAKEN) + 60_000 })).to.equal("dead");
  });

  it("cannot be told for another host, or from a file that is none of Pulumi's", () => {
    expect(of({ hostname: "there" })).to.equal("elsewhere");
    expect(holderOf({ file: "x.json", lock: undefined }, () => pulumi, "here")).to.equal("unknown");
  });

  it("is read from the backend's files", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-locks-"));
    try {
      mkdirSync(path.join(folder, "organization/mlendpoints/dev"), { recursive: true });
      const file = (name: string) => path.join(folder, "organization/mlendpoints/dev", name);
      writeFileSync(file("1.json"), JSON.stringify(lock));
      writeFileSync(file("1.json.attrs"), "{}");
      writeFileSync(file("2.json"), "{");
      const expected: LockFile[] = [
        { file: file("1.json"), lock },
        { file: file("2.json"), lock: undefined },
      ];
      expect(locksBelow(folder)).to.deep.equal(expected);
      expect(locksBelow(path.join(folder, "none"))).to.deep.equal([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("knows the processes of this host by program and start", async () => {
    const child = spawn("sleep", ["600"]);
    await once(child, "spawn");
    const found = processInfo(child.pid!);
    expect(found?.program).to.equal("sleep");
    expect(found?.began).to.be.closeTo(Date.now(), 60_000);
    child.kill();
    await once(child, "exit");
    expect(processInfo(child.pid!)).to.equal(undefined);
  });
});
