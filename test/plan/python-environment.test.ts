import { expect } from "chai";
import * as fc from "fast-check";
import { parseConda } from "../../input/python/conda/conda";
import { type PythonEnvironment, planPythonEnvironment } from "../../plan/python-environment";

const INPUTS = { base: "python:3.12-slim", recipe: "r1" };

function plan(text: string, inputs: Partial<typeof INPUTS> & { lock?: string } = {}): PythonEnvironment {
  const { value: conda, findings } = parseConda("conda.yml", text);
  expect(findings.errors).to.deep.equal([]);
  if (conda === undefined) {
    throw new Error("unreachable: there were no errors");
  }
  return planPythonEnvironment(conda, { ...INPUTS, ...inputs });
}

function file(pip: readonly string[], conda: readonly string[] = [], python = "3.12"): string {
  return [
    "dependencies:",
    `  - python=${python}`,
    ...conda.map((line) => `  - ${line}`),
    "  - pip:",
    "    - azureml-inference-server-http",
    ...pip.map((line) => `    - ${line}`),
  ].join("\n");
}

describe("python environment plan", () => {
  it("is a requirements file in one order, options first and in theirs", () => {
    const found = plan(
      file(
        ["zstandard", "--extra-index-url https://b.example/simple", "--extra-index-url https://a.example/simple"],
        ["numpy=2.3.1"],
      ),
    );
    expect(found.requirements).to.equal(
      [
        "--extra-index-url https://b.example/simple",
        "--extra-index-url https://a.example/simple",
        "azureml-inference-server-http",
        "numpy==2.3.1.*",
        "zstandard",
        "",
      ].join("\n"),
    );
    expect(found.pythonMinor).to.equal("3.12");
  });

  it("does not change with the order of packages", () => {
    const packages = ["numpy==2.3.1", "scipy>=1.16", "joblib", "pandas~=2.2", "pillow[x]"];
    const expected = plan(file(packages)).key;
    fc.assert(
      fc.property(fc.shuffledSubarray(packages, { minLength: packages.length }), (shuffled) => {
        expect(plan(file(shuffled)).key).to.equal(expected);
      }),
      { numRuns: 20 },
    );
  });

  it("does not change with spelling, comments, repetition or the name of the environment", () => {
    const expected = plan(file(["Pillow ~= 11.2", "uvicorn[standard]<1,>=0.3"])).key;
    expect(
      plan(`# why\nname: other\n${file(["uvicorn[Standard] >=0.3, <1", "pillow~=11.2", "pillow~=11.2"])}`).key,
    ).to.equal(expected);
  });

  const plain = plan(file(["numpy"]));
  for (const [what, changed] of [
    ["a version", plan(file(["numpy==2.3.1"]))],
    ["a package more", plan(file(["numpy", "scipy"]))],
    ["the python minor", plan(file(["numpy"], [], "3.11"))],
    ["the base image", plan(file(["numpy"]), { base: "python:3.12" })],
    ["the recipe", plan(file(["numpy"]), { recipe: "r2" })],
    ["a lock", plan(file(["numpy"]), { lock: "numpy==2.3.1\n" })],
  ] as const) {
    it(`changes with ${what}`, () => {
      expect(changed.key).not.to.equal(plain.key);
    });
  }

  it("does not change with a python patch level, which the base image decides", () => {
    expect(plan(file(["numpy"], [], "3.12.4")).key).to.equal(plain.key);
  });

  it("reads a lock without its comments, order and line ends", () => {
    const one = plan(file(["numpy"]), { lock: "scipy==1.16.0\nnumpy==2.3.1 \\\n    --hash=sha256:aa\n" });
    const two = plan(file(["numpy"]), {
      lock: "# made on Monday\r\nnumpy==2.3.1 --hash=sha256:aa\r\nscipy==1.16.0  # via x",
    });
    expect(one.lock).to.equal("numpy==2.3.1 --hash=sha256:aa\nscipy==1.16.0\n");
    expect(two.key).to.equal(one.key);
  });
});
