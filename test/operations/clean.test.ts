import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { belongsTo, knownStacks } from "../../operations/clean";

describe("what clean deletes", () => {
  it("is what carries the stack's label: dev is not dev-eu", () => {
    const labels = { "mlendpoints.stack": "dev-eu" };
    expect(belongsTo("dev", { name: "mlendpoints-dev-eu", labels })).to.equal(false);
    expect(belongsTo("dev-eu", { name: "any", labels })).to.equal(true);
  });

  it("is, without labels, what has exactly a name that was given", () => {
    for (const name of ["mlendpoints-dev", "mlendpoints-dev-router-config", "mlendpoints-dev-router-run"]) {
      expect(belongsTo("dev", { name, labels: null }), name).to.equal(true);
    }
    for (const name of ["mlendpoints-dev-eu", "mlendpoints-dev-eu-router-config", "mlendpoints-develop"]) {
      expect(belongsTo("dev", { name }), name).to.equal(false);
    }
  });

  it("is of stacks with a composed file, and of those with a salt of their own", () => {
    const root = mkdtempSync(path.join(tmpdir(), "mlendpoints-clean-"));
    mkdirSync(path.join(root, "stacks"));
    mkdirSync(path.join(root, ".cache/stacks"), { recursive: true });
    writeFileSync(path.join(root, "stacks/Pulumi.never.yaml"), "config: {}\n");
    writeFileSync(path.join(root, "stacks/Pulumi.own.yaml"), "encryptionsalt: v1:x\n");
    writeFileSync(path.join(root, ".cache/stacks/Pulumi.dev.yaml"), "");
    expect(knownStacks(root)).to.deep.equal(["dev", "own"]);
    rmSync(root, { recursive: true });
  });
});
