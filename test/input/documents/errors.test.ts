import { expect } from "chai";
import { type SpecError, sortErrors } from "../../../input/documents/errors";

const fault = (file: string, line: number, path = ""): SpecError => ({
  code: "InvalidValue",
  file,
  line,
  column: 1,
  path,
  message: "is wrong",
  hint: "correct it",
});

describe("a list of errors", () => {
  it("is in the order of the files' code units, so that it is the same on every machine", () => {
    const files = ["b.yml", "a_b.yml", "B.yml", "ä.yml", "a-b.yml", "ab.yml"];
    expect(sortErrors(files.map((file) => fault(file, 1))).map(({ file }) => file)).to.deep.equal([
      "B.yml",
      "a-b.yml",
      "a_b.yml",
      "ab.yml",
      "b.yml",
      "ä.yml",
    ]);
  });

  it("goes by line and column in a file, and by path where both are one", () => {
    const list = [fault("a.yml", 10), fault("a.yml", 2, "b"), fault("a.yml", 2, "B"), fault("a.yml", 2, "a")];
    expect(sortErrors(list).map(({ line, path }) => `${line} ${path}`)).to.deep.equal(["2 B", "2 a", "2 b", "10 "]);
  });
});
