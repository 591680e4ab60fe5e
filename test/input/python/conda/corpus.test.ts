import { readFileSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { formatErrors } from "../../../../input/documents/errors";
import { parseConda } from "../../../../input/python/conda/conda";
import { corpusCases } from "../../azure/corpus";

describe("conda files of the corpus", () => {
  const files = corpusCases().flatMap((each) =>
    each.files
      .filter((file) => /\.ya?ml$/.test(file))
      .map((file) => path.join(each.folder, file))
      .filter((file) => /^dependencies:/m.test(readFileSync(file, "utf8"))),
  );

  it("are all read, with the server and without unknown packages", () => {
    expect(files.length).to.be.greaterThan(100);
    for (const file of files) {
      const { value: conda, findings } = parseConda(file, readFileSync(file, "utf8"));
      const { errors, warnings } = findings;
      expect(errors, formatErrors(errors)).to.deep.equal([]);
      expect(conda?.requirements.some(({ name }) => /^azureml-(inference-server-http|defaults)$/.test(name))).to.equal(
        true,
        file,
      );
      expect(warnings.filter(({ code }) => code !== "AddedServer")).to.deep.equal([], file);
    }
  });
});
