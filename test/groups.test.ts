import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { GROUPS, mochaArguments } from "./groups";

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const file = path.join(folder, entry.name);
    return entry.isDirectory() ? testFiles(file) : entry.name.endsWith(".test.ts") ? [file] : [];
  });
}

/** The few signs that the table uses: two stars and a slash, and one star. */
function matches(pattern: string, file: string): boolean {
  const source = pattern
    .replaceAll(".", "\\.")
    .replaceAll("**/", "(.*/)?")
    .replace(/(?<!\.)\*/g, "[^/]*");
  return new RegExp(`^${source}$`).test(file);
}

describe("groups of tests", () => {
  const files = testFiles("test");
  const [unit, ...others] = GROUPS;

  it("claim a file at most once, and name none that is not there", () => {
    for (const file of files) {
      const claims = others.flatMap((group) => group.files.filter((pattern) => matches(pattern, file)));
      expect(claims.length, `${file}: ${claims.join(", ")}`).to.be.lessThan(2);
    }
    for (const pattern of others.flatMap((group) => group.files)) {
      expect(pattern, "mocha takes braces for a part of the name").to.not.match(/[{}]/);
      expect(
        files.some((file) => matches(pattern, file)),
        pattern,
      ).to.equal(true);
    }
  });

  it("leave the rest to the first one", () => {
    expect(files.every((file) => unit!.files.some((pattern) => matches(pattern, file)))).to.equal(true);
    const ignored = mochaArguments(unit!, 2).flatMap((each, index, all) =>
      all[index - 1] === "--ignore" ? [each] : [],
    );
    expect(ignored).to.have.members(others.flatMap((group) => group.files));
  });

  it("leave nothing to the first one that asks for an engine or starts a program of ours", () => {
    const asking =
      /\b(needsDocker|requireDocker|whyNoDocker|pulumiMissing|policyProject|PackHost\.start)\(|from "\.\/harness"/;
    const claimed = (file: string) => others.some((group) => group.files.some((pattern) => matches(pattern, file)));
    const wrong = files.filter((file) => !claimed(file) && asking.test(readFileSync(file, "utf8")));
    expect(wrong, "name them in test/groups.ts").to.deep.equal([]);
    // The table is looked through with the same words.
    expect(files.filter((file) => claimed(file) && asking.test(readFileSync(file, "utf8")))).to.not.be.empty;
  });

  it("run at the same time only where nothing of theirs is on an engine", () => {
    expect(GROUPS.filter(({ parallel }) => parallel).map(({ name }) => name)).to.deep.equal([
      "unit",
      "process",
      "engine",
    ]);
    expect(mochaArguments(unit!, 1)).to.not.include("--parallel");
    expect(mochaArguments(others.find(({ name }) => name === "docker")!, 2)).to.not.include("--parallel");
  });
});
