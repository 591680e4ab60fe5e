import { expect } from "chai";
import fc from "fast-check";
import { parseConda } from "../../input/python/conda/conda";
import { isPinned, packageVersions } from "../../plan/pinned";

/** The packages of a conda file with these dependencies. */
function packagesOf(...dependencies: string[]) {
  const text = ["dependencies:", "- python=3.12", ...dependencies].join("\n");
  const { value: conda, findings } = parseConda("conda.yml", text);
  expect(findings.errors).to.deep.equal([]);
  return packageVersions(conda!).filter(({ name }) => name !== "azureml-inference-server-http");
}

describe("pinned packages", () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ["- numpy=2.3.1", true],
    ["- numpy==2.3.1", true],
    ["- numpy 2.3.1", true],
    ["- numpy=2.3", false],
    ["- numpy=2", false],
    ["- numpy", false],
    ["- numpy>=2.3.1", false],
    ["- numpy>=2.3.1,<3", false],
    ["- {pip: [numpy==2.3.1]}", true],
    ["- {pip: ['numpy==2.3.*']}", false],
    ["- {pip: ['numpy==2.3.1.*']}", true],
    ["- {pip: ['numpy~=2.3.1']}", false],
    ["- {pip: ['numpy!=2.3.1']}", false],
    ["- {pip: ['numpy===2.3.1']}", true],
    ["- {pip: ['numpy==1!2.3.1']}", true],
    ["- {pip: ['numpy>=2,==2.3.1']}", true],
    ["- {pip: ['uvicorn[standard]==0.30.1']}", true],
    ["- {pip: ['uvicorn[standard]']}", false],
    ["- {pip: ['numpy==2.3.1 ; python_version<\"3.13\"']}", true],
    ["- {pip: ['numpy ; python_version==\"3.12\"']}", false],
  ];
  for (const [dependency, pinned] of rows) {
    it(`${dependency} is ${pinned ? "" : "not "}pinned`, () => {
      const [only] = packagesOf(dependency);
      expect(only?.pinned, only?.requirement).to.equal(pinned);
    });
  }

  it("names packages and what pip is asked for; options are no packages", () => {
    const packages = packagesOf(
      "- Scikit_Learn=1.7.0",
      "- pip",
      "- {pip: [--extra-index-url https://example.org/simple, joblib>=1]}",
    );
    expect(packages).to.deep.equal([
      { name: "scikit-learn", requirement: "scikit-learn==1.7.0.*", pinned: true },
      { name: "joblib", requirement: "joblib>=1", pinned: false },
    ]);
  });

  it("takes hashes for no version", () => {
    expect(isPinned({ text: "numpy>=2 --hash=sha256:ab==cd" })).to.equal(false);
    expect(isPinned({ text: "numpy==2.3.1 --hash=sha256:ab" })).to.equal(true);
  });

  it("holds for every full version, whatever stands beside it", () => {
    const version = fc.tuple(fc.nat(), fc.nat(), fc.nat()).map((numbers) => numbers.join("."));
    const marker = fc.constantFrom("", ' ; python_version<"3.13"', " --hash=sha256:00ff");
    fc.assert(
      fc.property(version, marker, (exact, rest) => {
        expect(isPinned({ text: `numpy==${exact}${rest}` })).to.equal(true);
        expect(isPinned({ text: `numpy>=${exact}${rest}` })).to.equal(false);
      }),
    );
  });
});
