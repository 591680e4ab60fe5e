import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { makeOnce, userCache, writeAtomically } from "../../engine/cache";

describe("engine: things that are made once", () => {
  let dir: string;
  let target: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), "mlendpoints-cache-"));
    target = path.join(dir, "thing");
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  const write = (text: string) => async (temporary: string) => writeFileSync(temporary, text);

  it("makes it, and not again", async () => {
    await makeOnce(target, write("first"));
    await makeOnce(target, write("second"));
    expect(readFileSync(target, "utf8")).to.equal("first");
    expect(readdirSync(dir)).to.deep.equal(["thing"]);
  });

  it("builds once when two ask at the same time", async () => {
    let builds = 0;
    const build = async (temporary: string) => {
      builds += 1;
      await new Promise((resolve) => setImmediate(resolve));
      writeFileSync(temporary, "x");
    };
    await Promise.all([makeOnce(target, build), makeOnce(target, build)]);
    expect(builds).to.equal(1);
  });

  it("shows nothing of a build that failed, and builds anew next time", async () => {
    const failing = async (temporary: string) => {
      writeFileSync(temporary, "half");
      throw new Error("interrupted");
    };
    const error = await makeOnce(target, failing).catch((thrown: Error) => thrown);
    expect(error).to.have.property("message", "interrupted");
    expect(existsSync(target)).to.equal(false);
    expect(readdirSync(dir)).to.deep.equal([]);
    await makeOnce(target, write("whole"));
    expect(readFileSync(target, "utf8")).to.equal("whole");
  });

  it("takes over the lock and the leftovers of a process that died", async () => {
    // No process has this id: it is above the largest the kernel gives out.
    writeFileSync(`${target}.lock`, "99999999");
    mkdirSync(`${target}.work-99999999`);
    writeFileSync(`${target}.tmp-99999999`, "half");
    await makeOnce(target, write("whole"));
    expect(readFileSync(target, "utf8")).to.equal("whole");
    expect(readdirSync(dir)).to.deep.equal(["thing"]);
  });

  it("replaces a file as a whole", () => {
    writeAtomically(path.join(dir, "a/b.json"), "1");
    writeAtomically(path.join(dir, "a/b.json"), "2");
    expect(readFileSync(path.join(dir, "a/b.json"), "utf8")).to.equal("2");
    expect(readdirSync(path.join(dir, "a"))).to.deep.equal(["b.json"]);
  });

  it("keeps long builds in the user's cache directory", () => {
    expect(userCache({ XDG_CACHE_HOME: "/x" })).to.equal("/x/mlendpoints");
    expect(userCache({ XDG_CACHE_HOME: "" })).to.match(/\/\.cache\/mlendpoints$/);
  });
});
