import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { jsonSchema } from "../../input/editor/json-schema";

function run(...args: string[]) {
  return spawnSync("bin/mlendpoints", ["schema", ...args], { encoding: "utf8" });
}

describe("mlendpoints schema", function () {
  this.timeout(60_000);

  it("prints one schema", () => {
    const { status, stdout } = run("deployment");
    expect(status).to.equal(0);
    expect(JSON.parse(stdout)).to.deep.equal(JSON.parse(JSON.stringify(jsonSchema("deployment"))));
  });

  it("writes them all", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-schemas-"));
    try {
      const { status, stdout } = run("--write", path.join(folder, "schemas"));
      const files = ["online-endpoint.json", "online-deployment.json", "stack.json"];
      expect(status).to.equal(0);
      expect(readdirSync(path.join(folder, "schemas"))).to.have.members(files);
      expect(
        stdout
          .trim()
          .split("\n")
          .map((file) => path.basename(file)),
      ).to.deep.equal(files);
      expect(JSON.parse(readFileSync(path.join(folder, "schemas", "stack.json"), "utf8")).$schema).to.include(
        "draft-07",
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const args of [[], ["autoscale"], ["stack", "endpoint"], ["stack", "--write", "x"], ["--frobnicate"]]) {
    it(`refuses '${args.join(" ")}' with what is allowed`, () => {
      const { status, stderr, stdout } = run(...args);
      expect(status).to.equal(2);
      expect(stdout).to.equal("");
      expect(stderr).to.match(/^mlendpoints schema: .+\n\nmlendpoints schema endpoint\|deployment\|stack/);
    });
  }
});
