import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { keepContexts, routerContext } from "../../components/docker/contexts";
import type { StackPlan } from "../../plan/stack-plan";

describe("build contexts of a stack", () => {
  const home = process.cwd();
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-contexts-"));
    process.chdir(folder);
  });
  after(() => {
    process.chdir(home);
    rmSync(folder, { recursive: true });
  });

  const router = { key: "k2", image: "i", base: "b", envoy: "e", host: "h", port: 1, domain: "d" } as const;
  const plan = { router, environments: [], endpoints: [] } as unknown as StackPlan;

  it("an update begins by deleting those of earlier plans and what a killed one left half copied", () => {
    const contexts = path.join(folder, ".cache/contexts");
    // No process has this id: it is above the largest the kernel gives out.
    const half = path.join(contexts, ".router-k2-99999999-aBcDeF");
    for (const old of [path.join(contexts, "router-k1"), path.join(contexts, "router-k2"), half]) {
      mkdirSync(old, { recursive: true });
    }
    keepContexts(plan);
    expect(readdirSync(contexts).filter((name) => !name.startsWith(".used-by-"))).to.deep.equal(["router-k2"]);
    rmSync(path.join(contexts, "router-k2"), { recursive: true });
  });

  it("the router's has its programs and the bootstrap file, and is made in one step", async () => {
    const dir = await routerContext(router as StackPlan["router"]);
    expect(dir).to.equal(".cache/contexts/router-k2");
    expect(existsSync(path.join(dir, "router-apply"))).to.equal(true);
    expect(JSON.parse(readFileSync(path.join(dir, "bootstrap.json"), "utf8"))).to.have.property("admin");
    expect(readdirSync(".cache/contexts").filter((name) => !name.startsWith(".used-by-"))).to.deep.equal(["router-k2"]);
  });
});
