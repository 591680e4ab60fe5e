import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { mlendpoints } from "../../cli/commands";
import { hint } from "../../plan/hints";

const ROOT = path.resolve(__dirname, "../..");

/** Hints are for this folder: each begins with something that is there. */
describe("commands in messages", () => {
  const all = [
    hint("up", "dev"),
    hint("unlock", "dev"),
    hint("python", "3.10"),
    hint("secret", "dev", 'mlendpoints:vaults["kv"]'),
    hint("logs", "c"),
    hint("engine"),
    hint("status", "dev"),
    hint("key", "dev", "shop"),
  ];

  for (const text of all) {
    const [program = "", second = ""] = text.split(" ");
    it(`${text} can be typed`, async () => {
      expect(spawnSync("bash", ["-nc", text]).status).to.equal(0);
      switch (program) {
        case "make":
          expect(spawnSync("make", ["-n", second], { cwd: ROOT }).status).to.equal(0);
          return;
        case "npx":
          expect(existsSync(path.join(ROOT, text.split(" ")[2] ?? ""))).to.equal(true);
          return;
        case "bin/mlendpoints": {
          const { log } = console;
          console.log = () => undefined;
          try {
            expect(await mlendpoints.run([second, "--help"])).to.equal(0);
          } finally {
            console.log = log;
          }
          return;
        }
        case "engine/pulumi.sh":
          expect(["cancel", "config"]).to.include(second);
          return;
        default:
          expect(program).to.equal("docker");
      }
    });
  }
});
