import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { expect } from "chai";
import { restoreCheckpoint } from "../../operations/checkpoint";

describe("a checkpoint that was cut off", () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), "mlendpoints-checkpoint-"));
    file = path.join(folder, ".pulumi/stacks/mlendpoints/dev.json");
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.bak`, '{"version": 3}');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  for (const half of ["", '{"version": 3, "checkpo']) {
    it(`is replaced by the one before: '${half}'`, () => {
      writeFileSync(file, half);
      expect(restoreCheckpoint("dev", folder)).to.equal(true);
      expect(readFileSync(file, "utf8")).to.equal('{"version": 3}');
      expect(restoreCheckpoint("dev", folder)).to.equal(false);
    });
  }

  it("is left alone when it is whole, when there is none before, and when there is no stack", () => {
    expect(restoreCheckpoint("dev", folder)).to.equal(false);
    writeFileSync(file, '{"version": 4}');
    expect(restoreCheckpoint("dev", folder)).to.equal(false);
    expect(readFileSync(file, "utf8")).to.equal('{"version": 4}');
    writeFileSync(file, "");
    rmSync(`${file}.bak`);
    expect(restoreCheckpoint("dev", folder)).to.equal(false);
  });

  it("is left alone while somebody may be writing it", () => {
    writeFileSync(file, "");
    const locks = path.join(folder, ".pulumi/locks/organization/mlendpoints/dev");
    mkdirSync(locks, { recursive: true });
    const lock = { pid: 1, username: "ada", hostname: `not-${hostname()}`, timestamp: "2026-01-02T03:04:05Z" };
    writeFileSync(path.join(locks, "other.json"), JSON.stringify(lock));
    expect(restoreCheckpoint("dev", folder)).to.equal(false);
  });
});
