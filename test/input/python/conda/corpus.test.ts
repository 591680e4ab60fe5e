import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { formatErrors, type SpecError } from "../../../../input/documents/errors";
import { parseConda } from "../../../../input/python/conda/conda";

/** Real conda files of Azure's examples, and written ones; see the README there. Not part of this repository. */
const CORPUS = join("..", "shared", "corpus");

function condaFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return condaFiles(path);
    }
    return /\.ya?ml$/.test(entry.name) && /^dependencies:/m.test(readFileSync(path, "utf8")) ? [path] : [];
  });
}

describe("conda files of the corpus", () => {
  it("are all read, with the server and without unknown packages", function () {
    if (!existsSync(CORPUS)) {
      console.log(`      skipped: there is no ${CORPUS}`);
      this.skip();
    }
    const files = condaFiles(CORPUS);
    expect(files.length).to.be.greaterThan(100);
    for (const file of files) {
      const errors: SpecError[] = [];
      const warnings: SpecError[] = [];
      const conda = parseConda(file, readFileSync(file, "utf8"), errors, warnings);
      expect(errors, formatErrors(errors)).to.deep.equal([]);
      expect(conda?.requirements.some(({ name }) => /^azureml-(inference-server-http|defaults)$/.test(name))).to.equal(
        true,
        file,
      );
      expect(warnings.filter(({ code }) => code !== "AddedServer")).to.deep.equal([], file);
    }
  });
});
