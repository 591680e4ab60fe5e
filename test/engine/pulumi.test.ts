import { createHash } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { choosePulumi, isOlder, type Offers } from "../../engine/pulumi";
import { verifyChecksum } from "../../engine/pulumi-download";

describe("engine: which pulumi", () => {
  const nothing: Offers = { installed: undefined, downloads: false, go: false };

  it("takes the one on PATH when it is new enough, whatever else there is", () => {
    expect(choosePulumi({ installed: "3.248.0", downloads: true, go: true }, "3.248.0")).to.equal("path");
  });

  it("prefers the official download to a build", () => {
    expect(choosePulumi({ ...nothing, downloads: true, go: true }, "3.248.0")).to.equal("download");
  });

  it("builds when only Go modules can be reached", () => {
    expect(choosePulumi({ ...nothing, go: true }, "3.248.0")).to.equal("build");
  });

  it("does not use one that is older than the SDK of the program", () => {
    expect(choosePulumi({ installed: "3.247.9", downloads: false, go: true }, "3.248.0")).to.equal("build");
    expect(choosePulumi({ ...nothing, installed: "3.247.9" }, "3.248.0")).to.equal("none");
  });

  it("compares versions by number, not by letter", () => {
    expect(isOlder("3.99.0", "3.248.0")).to.equal(true);
    expect(isOlder("v3.248.1", "3.248.0")).to.equal(false);
    expect(isOlder("3.248.0-alpha.1", "3.248.0")).to.equal(false);
  });

  it("orders versions: exactly one of older, newer and equal holds", () => {
    const version = fc.tuple(fc.nat(9), fc.nat(300), fc.nat(20)).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, version, (a, b) => {
        const holds = [isOlder(a, b), isOlder(b, a), a === b].filter((is) => is);
        expect(holds).to.have.length(1);
      }),
    );
  });
});

describe("engine: checksum of the official download", () => {
  const content = Buffer.from("release");
  const sum = createHash("sha256").update(content).digest("hex");

  it("accepts the listed file", () => {
    verifyChecksum("pulumi-v1-linux-x64.tar.gz", content, `0000  other.tar.gz\n${sum}  pulumi-v1-linux-x64.tar.gz\n`);
  });

  it("refuses other content and a file that is not listed", () => {
    const name = "pulumi-v1-linux-x64.tar.gz";
    expect(() => verifyChecksum(name, Buffer.from("else"), `${sum}  ${name}`)).to.throw(`published is ${sum}`);
    expect(() => verifyChecksum(name, content, `${sum}  other.tar.gz`)).to.throw("published is none");
  });
});
