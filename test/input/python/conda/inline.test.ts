import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type LocatedDocument, parseYaml, type YamlPath } from "../../../../input/documents/document";
import type { SpecError } from "../../../../input/documents/errors";
import { type CondaEnvironment, parseConda, parseCondaDocument } from "../../../../input/python/conda/conda";

const FILE = "endpoints/blue.yml";
const INLINE: YamlPath = ["environment", "conda_file"];
const SERVER = "azureml-inference-server-http";

interface Outcome {
  readonly conda?: CondaEnvironment;
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

function documentOf(text: string): LocatedDocument {
  const { value: document, findings } = parseYaml(FILE, text);
  expect(findings.errors).to.deep.equal([]);
  return document!;
}

function read(text: string, files: Readonly<Record<string, string>> = {}, prefix: YamlPath = INLINE): Outcome {
  const known: Readonly<Record<string, string>> = { [FILE]: text, ...files };
  const readText = (file: string) => known[file];
  const { value: conda, findings } = parseCondaDocument(documentOf(text), prefix, { readText });
  return { conda, ...findings };
}

/** A deployment with these lines below `dependencies:`; the first of them is line 6. */
function deployment(...lines: string[]): string {
  return ["name: blue", "environment:", "  image: base", "  conda_file:", "    dependencies:", ...lines].join("\n");
}

function told(faults: readonly SpecError[]): string[] {
  return faults.map(({ code, file, line, column, path }) => `${code} ${file}:${line}:${column} ${path}`);
}

describe("inline conda_file", () => {
  it("is read with places in the deployment file", () => {
    const { conda, errors, warnings } = read(
      deployment("    - python=3.11", "    - numpy=2.3.1", "    - pip:", `      - ${SERVER}==1.5.1`),
    );
    expect(errors).to.deep.equal([]);
    expect(warnings).to.deep.equal([]);
    expect(conda?.file).to.equal(FILE);
    expect(conda?.pythonMinor).to.equal("3.11");
    expect(
      conda?.requirements.map(({ text, file, line, column }) => `${text} ${file}:${line}:${column}`),
    ).to.deep.equal([`numpy==2.3.1.* ${FILE}:7:7`, `${SERVER}==1.5.1 ${FILE}:9:9`]);
  });

  it("means what the same lines mean in a file of their own", () => {
    const lines = ["dependencies:", "- python=3.10", "- scipy", "- pip:", `  - ${SERVER}`, "  - Pillow ~= 11.2"];
    const { value: own } = parseConda("conda.yml", lines.join("\n"));
    const { conda } = read(["environment:", "  conda_file:", ...lines.map((line) => `    ${line}`)].join("\n"));
    const texts = (environment: CondaEnvironment | undefined) => environment?.requirements.map(({ text }) => text);
    expect(conda?.pythonMinor).to.equal(own?.pythonMinor);
    expect(texts(conda)).to.deep.equal(texts(own));
    expect(texts(conda)).to.deep.equal(["scipy", SERVER, "pillow~=11.2"]);
  });

  it("tells all faults at once, with paths from the top of the file", () => {
    const { conda, errors, warnings } = read(
      `channels: [nvidia]\n${deployment("    - openmpi", "    - conda: []", "    - pip:", "      - numpy=1", "      - -e .")}\n    variables: {A: 1}\n    extra: 1`,
    );
    expect(conda).to.equal(undefined);
    expect(told(errors)).to.deep.equal([
      `NotSupported ${FILE}:12:16 environment.conda_file.variables`,
      `UnsupportedRequirement ${FILE}:7:7 environment.conda_file.dependencies[0]`,
      `InvalidType ${FILE}:8:7 environment.conda_file.dependencies[1]`,
      `InvalidRequirement ${FILE}:10:9 environment.conda_file.dependencies[2].pip[0]`,
      `UnsupportedRequirement ${FILE}:11:9 environment.conda_file.dependencies[2].pip[1]`,
    ]);
    expect(told(warnings)).to.deep.equal([
      `UnknownField ${FILE}:13:12 environment.conda_file.extra`,
      `AssumedPython ${FILE}:7:5 environment.conda_file.dependencies`,
      `AddedServer ${FILE}:7:5 environment.conda_file.dependencies`,
    ]);
  });

  it("has -r lines relative to the folder of the deployment file", () => {
    const files = { "endpoints/reqs/a.txt": "NumPy==2.3.1\n-r b.txt\n", "endpoints/reqs/b.txt": "scipy\n-e .\n" };
    const text = deployment("    - python=3.12", "    - pip:", `      - ${SERVER}`, "      - -r reqs/a.txt");
    expect(told(read(text, files).errors)).to.deep.equal(["UnsupportedRequirement endpoints/reqs/b.txt:2:1 "]);
    const fixed = read(text, { ...files, "endpoints/reqs/b.txt": "scipy\n" }).conda;
    expect(fixed?.requirements.slice(1).map(({ text, file, line }) => `${text} ${file}:${line}`)).to.deep.equal([
      "numpy==2.3.1 endpoints/reqs/a.txt:1",
      "scipy endpoints/reqs/b.txt:1",
    ]);
    expect(told(read(text).errors)).to.deep.equal([
      `FileNotFound ${FILE}:9:9 environment.conda_file.dependencies[1].pip[1]`,
    ]);
  });

  it("has -r lines relative to that folder too where the line itself came from another file", () => {
    const text = deployment("    - python=3.12", "    - pip:", `      - ${SERVER}`, "      - -r a.txt");
    const document = documentOf(text);
    const elsewhere: LocatedDocument = { ...document, at: () => ({ file: "stack.yaml", line: 3, column: 5 }) };
    const files: Readonly<Record<string, string>> = { "endpoints/a.txt": "numpy" };
    const { value: conda, findings } = parseCondaDocument(elsewhere, INLINE, { readText: (file) => files[file] });
    expect(findings.errors).to.deep.equal([]);
    expect(conda?.requirements.map(({ file, line }) => `${file}:${line}`)).to.deep.equal([
      "stack.yaml:3",
      "endpoints/a.txt:1",
    ]);
  });

  it("refuses a requirement that is broken over two lines", () => {
    const { errors } = read(deployment("    - python=3.12", "    - pip:", "      - pillow", "        ~=11.2.1"));
    expect(errors.map(({ message, hint, line }) => `${line} ${message}: ${hint}`)).to.deep.equal([
      "8 is broken over two lines: write the whole requirement on line 8",
    ]);
  });

  it("reads the file from the disk where nothing else is said", () => {
    const folder = mkdtempSync(join(tmpdir(), "inline-conda-"));
    try {
      const file = join(folder, "blue.yml");
      const text = deployment(
        "    - python=3.12",
        "    - pip:",
        "      - -r a.txt",
        "      - pillow",
        "        ~=11.2.1",
      );
      writeFileSync(file, text);
      writeFileSync(join(folder, "a.txt"), "numpy\n");
      const { errors } = parseCondaDocument(parseYaml(file, text).value!, INLINE).findings;
      expect(errors.map(({ message }) => message)).to.deep.equal(["is broken over two lines"]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  for (const [what, text, code] of [
    ["nothing stands at the path", "name: blue\n", "InvalidType"],
    ["the path goes through a text", "environment: azureml:env:1\n", "InvalidType"],
    ["it is a list", "environment:\n  conda_file: [numpy]\n", "InvalidType"],
    ["it has no dependencies", "environment:\n  conda_file:\n    name: x\n", "MissingField"],
    ["its dependencies are null", "environment:\n  conda_file:\n    dependencies:\n", "InvalidType"],
  ] as const) {
    it(`is refused when ${what}`, () => {
      const { conda, errors } = read(text);
      expect(conda).to.equal(undefined);
      expect(errors.map((error) => error.code)).to.deep.equal([code]);
      expect(errors[0]?.path).to.match(/^environment\.conda_file/);
    });
  }

  it("may stand in a list", () => {
    const text = `deployments:\n- conda:\n    dependencies: [python=3.12, openmpi, pip: [${SERVER}]]\n`;
    expect(told(read(text, {}, ["deployments", 0, "conda"]).errors)).to.deep.equal([
      `UnsupportedRequirement ${FILE}:3:33 deployments[0].conda.dependencies[1]`,
    ]);
  });

  it("may come from an anchor", () => {
    const text = `x: &conda\n  dependencies: [python=3.11, numpy, pip: [${SERVER}]]\nenvironment:\n  conda_file: *conda\n`;
    const { conda, errors } = read(text);
    expect(errors).to.deep.equal([]);
    expect(conda?.pythonMinor).to.equal("3.11");
  });
});
