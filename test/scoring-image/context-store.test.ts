import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { ContextStore } from "../../scoring-image/context-store";

describe("build contexts that are kept", () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), "mlendpoints-contexts-"));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function make(name: string): void {
    mkdirSync(path.join(root, name));
    writeFileSync(path.join(root, name, "model.bin"), "x");
  }
  const contexts = () => readdirSync(root).filter((name) => !name.startsWith(".used-by-"));

  it("are those of this plan: an edited model leaves no copy of the one before", () => {
    const store = new ContextStore(root);
    for (const name of ["deployment-1", "deployment-2", "environment-1", "router-1"]) {
      make(name);
    }
    store.claim(["deployment-2", "environment-1", "router-1"]);
    store.prune();
    expect(contexts()).to.deep.equal(["deployment-2", "environment-1", "router-1"]);
  });

  it("are also those that another living process builds from, the one it is just writing too", async () => {
    const other = spawn("sleep", ["60"]);
    make("deployment-other");
    const half = `.deployment-new-${other.pid}-Ab12Cd`;
    make(half);
    writeFileSync(path.join(root, `.used-by-${other.pid}`), "deployment-other\n");
    const store = new ContextStore(root);
    store.claim(["deployment-mine"]);
    store.prune();
    expect(contexts().sort()).to.deep.equal([half, "deployment-other"]);
    const ended = new Promise((resolve) => other.once("exit", resolve));
    other.kill("SIGKILL");
    await ended;
    store.prune();
    expect(contexts(), "what a killed process left").to.deep.equal([]);
    expect(readdirSync(root)).to.deep.equal([`.used-by-${process.pid}`]);
  });

  it("may be claimed in several steps, and nothing is there to prune at first", () => {
    const store = new ContextStore(path.join(root, "new"));
    store.prune();
    store.claim(["a"]);
    store.claim(["b"]);
    mkdirSync(path.join(root, "new", "a"));
    mkdirSync(path.join(root, "new", "b"));
    store.prune();
    expect(readdirSync(path.join(root, "new")).sort()).to.deep.equal([`.used-by-${process.pid}`, "a", "b"]);
  });
});
