import { existsSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { formatErrors } from "../../../input/documents/errors";
import { type CorpusCase, checkCase, comparable, corpusCases, featureTable } from "./corpus";

describe("acceptance corpus", () => {
  const cases = corpusCases();
  const results: { each: CorpusCase; agrees: boolean }[] = [];

  it("is whole: the project's own cases are there wherever it is checked out", () => {
    const own = cases.filter(({ id }) => id.startsWith("w-"));
    expect(own.filter(({ verdict }) => verdict === "accept")).to.have.length(80);
    expect(own.filter(({ verdict }) => verdict === "reject")).to.have.length(118);
    const missing = cases.flatMap(({ folder, files }) =>
      files.map((file) => path.join(folder, file)).filter((file) => !existsSync(file)),
    );
    expect(missing).to.deep.equal([]);
  });

  for (const each of cases) {
    it(`${each.verdict}s ${each.id}`, () => {
      const report = checkCase(each);
      const result = { each, agrees: false };
      results.push(result);
      expect(report.verdict, formatErrors(report.errors)).to.equal(each.verdict);
      expect(report.kind === each.kind || report.errors.some(({ rule }) => rule === "yaml")).to.equal(true);
      if (each.verdict === "accept") {
        expect(comparable(report.value)).to.deep.equal(comparable(each.expect));
      } else {
        expect(report.errors.every(({ line, column, hint }) => line > 0 && column > 0 && hint !== "")).to.equal(true);
        expect(report.errors.map(({ path }) => path).some((path) => meets(path, each.field ?? ""))).to.equal(
          true,
          `${each.field}: ${formatErrors(report.errors)}`,
        );
      }
      result.agrees = true;
    });
  }

  after(() => {
    if (results.length > 0) {
      console.log(featureTable(results));
    }
  });
});

/** Whether one of the two stands in, or is, the other: the index names `traffic` where we name `traffic.blue`. */
function meets(ours: string, theirs: string): boolean {
  return ours.startsWith(theirs) || theirs.startsWith(ours);
}
