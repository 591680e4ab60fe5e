import { readFileSync } from "node:fs";
import { expect } from "chai";

const documented = readFileSync("docs/dependencies.md", "utf8");
const { dependencies, devDependencies } = JSON.parse(readFileSync("package.json", "utf8")) as Record<
  "dependencies" | "devDependencies",
  Record<string, string>
>;

describe("docs/dependencies.md", () => {
  for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies })) {
    it(`says what ${name} is for`, () => {
      // Types come with the package that they describe.
      expect(documented.includes(`\`${name}\``) || name.startsWith("@types/")).to.equal(true);
    });
    it(`is about a pinned ${name}`, () => {
      expect(version).to.match(/^\d/);
    });
  }
});
