import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { MoveError, moveState } from "../../engine/move-state";

describe("engine: the state of an older clone", () => {
  let folder: string;
  let clone: string;
  let kept: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-move-"));
    [clone, kept] = [path.join(folder, "clone"), path.join(folder, "user")];
    write(path.join(clone, ".cache/pulumi/passphrase"), "secret\n");
    stack(path.join(clone, ".cache/pulumi/state"), "dev", ["one"]);
    write(path.join(clone, ".cache/pulumi/state/.pulumi/locks/organization/mlendpoints/dev/1.json"), "{}");
    write(path.join(clone, ".cache/stacks/Pulumi.dev.yaml"), "config: {}\nencryptionsalt: v1:salt\n");
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function write(file: string, text: string): void {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  const stackFile = (state: string, name: string) => path.join(state, `.pulumi/stacks/mlendpoints/${name}.json`);

  function stack(state: string, name: string, resources: readonly string[]): void {
    write(stackFile(state, name), JSON.stringify({ version: 3, checkpoint: { latest: { resources } } }));
  }

  const read = (name: string) => readFileSync(path.join(kept, name), "utf8");

  it("moves with its passphrase and salt, without the locks of updates that have ended", () => {
    const [line] = moveState(clone, kept, ["state"]);
    expect(line).to.include("moved the state of dev and the passphrase");
    expect(read("state/.pulumi/stacks/mlendpoints/dev.json")).to.include("one");
    expect(read("passphrase")).to.equal("secret\n");
    expect(read("salts/dev.yaml")).to.equal("encryptionsalt: v1:salt\n");
    expect(existsSync(path.join(kept, "state/.pulumi/locks"))).to.equal(false);
    expect(existsSync(path.join(clone, ".cache/pulumi/state"))).to.equal(false);
    expect(moveState(clone, kept, ["state"])).to.deep.equal([]);
  });

  it("is moved by the second run when the first was killed before the end", () => {
    stack(path.join(kept, "state"), "dev", ["one"]);
    stack(path.join(kept, "state.incoming"), "half", ["one"]);
    moveState(clone, kept, ["state"]);
    expect(existsSync(stackFile(path.join(kept, "state"), "half"))).to.equal(false);
    expect(existsSync(path.join(kept, "state.incoming"))).to.equal(false);
    expect(existsSync(path.join(clone, ".cache/pulumi/state"))).to.equal(false);
    expect(read("passphrase")).to.equal("secret\n");
  });

  it("keeps the passphrase of its own when the run was killed between that and the state", () => {
    write(path.join(kept, "passphrase"), "another\n");
    write(path.join(kept, "passphrases/dev"), "secret\n");
    stack(path.join(kept, "state"), "dev", ["one"]);
    moveState(clone, kept, ["state"]);
    expect([read("passphrase"), read("passphrases/dev")]).to.deep.equal(["another\n", "secret\n"]);
    expect(existsSync(path.join(clone, ".cache/pulumi/passphrase"))).to.equal(false);
  });

  it("gives way with a stack that has nothing, and stops with one that has", () => {
    stack(path.join(kept, "state"), "dev", ["another"]);
    const before = read("state/.pulumi/stacks/mlendpoints/dev.json");
    expect(() => moveState(clone, kept, ["state"]))
      .to.throw(MoveError, "dev: a stack of that name is in")
      .with.property("hint")
      .that.includes("stack rename --stack dev dev-2");
    expect(existsSync(stackFile(path.join(clone, ".cache/pulumi/state"), "dev"))).to.equal(true);
    expect(existsSync(path.join(kept, "passphrase"))).to.equal(false);

    stack(path.join(clone, ".cache/pulumi/state"), "dev", []);
    moveState(clone, kept, ["state"]);
    expect(read("state/.pulumi/stacks/mlendpoints/dev.json")).to.equal(before);
  });

  it("leaves the state where the user has a backend of his own, and brings the passphrase", () => {
    expect(moveState(clone, kept, ["passphrase"])).to.have.length(1);
    expect(existsSync(path.join(clone, ".cache/pulumi/state"))).to.equal(true);
    expect(read("passphrase")).to.equal("secret\n");
  });
});
