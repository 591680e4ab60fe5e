import { expect } from "chai";
import type { SpecError } from "../../../../input/documents/errors";
import { type CondaEnvironment, lockFileOf, parseConda } from "../../../../input/python/conda/conda";
import { NOT_PYTHON, RENAMED, SAME_NAME } from "../../../../input/python/conda/packages";

interface Outcome {
  readonly conda?: CondaEnvironment;
  readonly errors: readonly SpecError[];
  readonly warnings: readonly SpecError[];
}

function parse(text: string, files: Readonly<Record<string, string>> = {}): Outcome {
  const { value: conda, findings } = parseConda("env/conda.yml", text, { readText: (file) => files[file] });
  return { conda, ...findings };
}

/** A file with these packages, a python pin and the server, so that a test sees only what it asks for. */
function withPackages(...packages: string[]): Outcome {
  return parse(
    ["dependencies:", "  - python=3.12", ...packages.map((line) => `  - ${line}`), "  - pip:", `    - ${SERVER}`].join(
      "\n",
    ),
  );
}

function withPip(lines: readonly string[], files: Readonly<Record<string, string>> = {}): Outcome {
  return parse(
    ["dependencies:", "  - python=3.12", "  - pip:", `    - ${SERVER}`, ...lines.map((line) => `    - ${line}`)].join(
      "\n",
    ),
    files,
  );
}

const SERVER = "azureml-inference-server-http";

function texts(outcome: Outcome): string[] {
  expect(outcome.errors).to.deep.equal([]);
  return (outcome.conda?.requirements ?? []).map(({ text }) => text).filter((text) => text !== SERVER);
}

function places(errors: readonly SpecError[]): string[] {
  return errors.map(({ code, line, column }) => `${code} ${line}:${column}`);
}

describe("conda file", () => {
  it("is read into a python minor and pip requirements with their places", () => {
    const { conda, warnings } = parse(
      [
        "name: diabetes",
        "channels: [conda-forge, defaults]",
        "dependencies:",
        "  - python=3.11.4",
        "  - numpy=2.3.1",
        "  - pip=25.1.1",
        "  - pip:",
        "    - azureml-inference-server-http==1.5.1",
        "    - inference-schema[numpy-support]",
      ].join("\n"),
    );
    expect(conda?.pythonMinor).to.equal("3.11");
    expect(conda?.requirements.map(({ text, origin, line, column }) => ({ text, origin, line, column }))).to.deep.equal(
      [
        { text: "numpy==2.3.1.*", origin: "conda", line: 5, column: 5 },
        { text: "azureml-inference-server-http==1.5.1", origin: "pip", line: 8, column: 7 },
        { text: "inference-schema[numpy-support]", origin: "pip", line: 9, column: 7 },
      ],
    );
    expect(warnings).to.deep.equal([]);
  });

  for (const [conda, pip] of [
    ["numpy", "numpy"],
    ["numpy=2.3.1", "numpy==2.3.1.*"],
    ["numpy =2.3.1", "numpy==2.3.1.*"],
    ["numpy=2.*", "numpy==2.*"],
    ["numpy=*", "numpy"],
    ["numpy==2.3.1", "numpy==2.3.1"],
    ["numpy 2.3.1", "numpy==2.3.1"],
    ["numpy>=2,<3", "numpy<3,>=2"],
    ["numpy >=2.0.*, <3", "numpy<3,>=2.0"],
    ["numpy!=2.1.*", "numpy!=2.1.*"],
    ["numpy~=2.3.0", "numpy~=2.3.0"],
    ["numpy=2.0rc1", "numpy==2.0rc1"],
    ["conda-forge::numpy=2.3", "numpy==2.3.*"],
    ["ruamel.yaml=0.18", "ruamel-yaml==0.18.*"],
    ["setuptools=75", "setuptools==75.*"],
    ["wheel", "wheel"],
  ] as const) {
    it(`maps '${conda}' to '${pip}'`, () => {
      const outcome = withPackages(conda);
      expect(texts(outcome)).to.deep.equal([pip]);
      expect(outcome.warnings).to.deep.equal([]);
    });
  }

  it("leaves out pip itself", () => {
    expect(texts(withPackages("pip", "pip=25"))).to.deep.equal([]);
  });

  for (const [from, to] of Object.entries(RENAMED)) {
    it(`knows conda's ${from} as ${to} and says so`, () => {
      const outcome = withPackages(`${from}=1.2`);
      expect(texts(outcome)).to.deep.equal([`${to}==1.2.*`]);
      expect(places(outcome.warnings)).to.deep.equal(["RenamedPackage 3:5"]);
    });
  }

  it("drops a build string with a warning, and takes the version as exact as conda does", () => {
    const outcome = withPackages("numpy=2.3.1=py312h33ff503_0", "scipy 1.16.0 py312_0");
    expect(texts(outcome)).to.deep.equal(["numpy==2.3.1", "scipy==1.16.0"]);
    expect(places(outcome.warnings)).to.deep.equal(["DroppedBuild 3:5", "DroppedBuild 4:5"]);
  });

  it("warns of a channel that PyPI does not stand for", () => {
    const { warnings } = parse(`channels: [pytorch]\ndependencies: [python=3.12, "esri::numpy", pip: [${SERVER}]]`);
    expect(places(warnings)).to.deep.equal(["IgnoredChannel 1:12", "IgnoredChannel 2:29"]);
  });

  it("adds the inference server where it is missing and says so", () => {
    const { conda, warnings } = parse("dependencies:\n  - python=3.12\n  - numpy\n");
    expect(conda?.requirements.map(({ text, origin }) => `${origin} ${text}`)).to.deep.equal([
      "conda numpy",
      `added ${SERVER}`,
    ]);
    expect(places(warnings)).to.deep.equal(["AddedServer 2:3"]);
  });

  it("does not add the server beside azureml-defaults, which brings it", () => {
    const { conda } = parse("dependencies:\n  - python=3.12\n  - pip: [AzureML_Defaults==1.53.0]\n");
    expect(conda?.requirements.map(({ text }) => text)).to.deep.equal(["azureml-defaults==1.53.0"]);
  });

  describe("python", () => {
    for (const [pin, minor, warned] of [
      ["python=3.10", "3.10", false],
      ["python=3.12.1", "3.12", false],
      ["python==3.9.18", "3.9", false],
      ["python 3.11", "3.11", false],
      ["python=3.13.*", "3.13", false],
      ["python~=3.10", "3.10", false],
      ["python", "3.12", true],
      ["python=3", "3.12", true],
      ["python>=3.10", "3.12", true],
      ["python>=3.9,<3.12", "3.11", true],
      ["python>3.12.3", "3.12", true],
      ["python>=3.13", "3.14", true],
      ["python~=3.12.2", "3.12", false],
      ["python>=3.9,<3.13,!=3.12.*", "3.11", true],
      ["python>=3.9,!=3.12.*", "3.14", true],
      ["python<=3.10", "3.10", true],
    ] as const) {
      it(`'${pin}' is ${minor}${warned ? ", with a warning" : ""}`, () => {
        const { conda, warnings } = parse(`dependencies: ["${pin}", pip: [${SERVER}]]`);
        expect(conda?.pythonMinor).to.equal(minor);
        expect(warnings.map(({ code }) => code)).to.deep.equal(warned ? ["AssumedPython"] : []);
      });
    }

    it("is 3.12 with a warning where the file does not name it", () => {
      const { conda, warnings } = parse(`dependencies:\n  - pip: [${SERVER}]\n`);
      expect(conda?.pythonMinor).to.equal("3.12");
      expect(warnings.map(({ code, hint }) => [code, hint])).to.deep.equal([["AssumedPython", "write 'python=3.12'"]]);
    });

    for (const pin of ["python=2.7", "python=3.6", "python>=4", "python=3.12,<3.12"]) {
      it(`'${pin}' is refused`, () => {
        expect(places(parse(`dependencies:\n  - ${pin}\n  - pip: [${SERVER}]`).errors)).to.deep.equal([
          "UnsupportedRequirement 2:5",
        ]);
      });
    }

    it("pinned twice is refused at the second place", () => {
      const { errors } = withPackages("python=3.11");
      expect(places(errors)).to.deep.equal(["InvalidRequirement 3:5"]);
    });
  });

  describe("refuses by name, with line and fix", () => {
    for (const name of [
      "cudatoolkit=11.8",
      "cudnn",
      "pytorch-cuda=12.1",
      "openmpi",
      "gcc",
      "gcc_linux-64",
      "libgcc-ng",
      "_openmp_mutex",
      "mkl",
      "compilers",
      "r-base",
      "r-essentials=4.1",
      "nodejs=20",
      "openjdk",
      "graphviz",
      "nvidia::cuda-nvcc",
    ]) {
      it(name, () => {
        const { errors, conda } = withPackages(name);
        expect(conda).to.equal(undefined);
        expect(places(errors)).to.deep.equal(["UnsupportedRequirement 3:5"]);
        expect(errors[0]?.value).to.equal(name);
        expect(errors[0]?.hint).to.match(/remove|base image|image of your own/);
      });
    }

    it("the channel nvidia", () => {
      const { errors } = parse(`channels:\n  - nvidia\ndependencies:\n  - python=3.12\n`);
      expect(places(errors)).to.deep.equal(["UnsupportedRequirement 2:5"]);
    });

    it("versions that pip cannot express", () => {
      const { errors } = withPackages("numpy=1.0|2.0", "numpy[version='>=1']", "numpy=>1", "numpy=a b c");
      expect(places(errors)).to.deep.equal([
        "UnsupportedRequirement 3:5",
        "UnsupportedRequirement 4:5",
        "InvalidRequirement 5:5",
        "InvalidRequirement 6:5",
      ]);
    });

    it("no table row is reached by a row before it, and none is shadowed by the refused", () => {
      for (const name of [...SAME_NAME, ...Object.keys(RENAMED)]) {
        expect(NOT_PYTHON.filter(({ pattern }) => pattern.test(name)).map(({ what }) => what)).to.deep.equal([], name);
      }
    });
  });

  describe("names that it does not know", () => {
    it("are refused in a file without a pip list, which was written for conda alone", () => {
      const { errors } = parse("dependencies:\n  - python=3.12\n  - strange-thing=1.0\n");
      expect(places(errors)).to.deep.equal(["UnsupportedRequirement 3:5"]);
      expect(errors[0]?.hint).to.equal("write 'strange-thing' below '- pip:' if PyPI's is the one you mean");
    });

    it("are taken from PyPI with a warning in a file with one", () => {
      const outcome = withPackages("strange-thing=1.0");
      expect(texts(withPackages("constructor"))).to.deep.equal(["constructor"]);
      expect(texts(outcome)).to.deep.equal(["strange-thing==1.0.*"]);
      expect(places(outcome.warnings)).to.deep.equal(["UnknownPackage 3:5"]);
    });
  });

  describe("pip list", () => {
    for (const [line, text] of [
      ["Pillow ~= 11.2", "pillow~=11.2"],
      ["uvicorn[standard, B] (>=0.30, <1)", "uvicorn[b,standard]<1,>=0.30"],
      ['tomli==2 ; python_version < "3.11"', 'tomli==2 ; python_version < "3.11"'],
      ["torch==2.1.0+cpu", "torch==2.1.0+cpu"],
      ["a==1 --hash=sha256:bb --hash=sha256:aa", "a==1 --hash=sha256:aa --hash=sha256:bb"],
      [
        "--extra-index-url https://download.pytorch.org/whl/cpu",
        "--extra-index-url https://download.pytorch.org/whl/cpu",
      ],
      ["-f https://example.org/wheels", "--find-links https://example.org/wheels"],
    ] as const) {
      it(`takes '${line}'`, () => {
        expect(texts(withPip([`'${line.replaceAll("'", "''")}'`]))).to.deep.equal([text]);
      });
    }

    for (const line of [
      "-e .",
      "--editable ./pkg",
      "git+https://example.org/x.git",
      "x @ git+https://example.org/x.git@main",
      "x @ https://example.org/x-1.0-py3-none-any.whl",
      "https://example.org/x-1.0.tar.gz",
      "./x-1.0-py3-none-any.whl",
      "../pkg",
      "/opt/pkg",
      "-c constraints.txt",
      "--pre",
      "--find-links ./wheels",
      "x==${VERSION}",
    ]) {
      it(`refuses '${line}'`, () => {
        expect(places(withPip([`'${line}'`]).errors)).to.deep.equal(["UnsupportedRequirement 5:7"]);
      });
    }

    it("never shows the password of an index", () => {
      const { errors } = withPip(["--index-url https://me:topsecret@example.org/simple"]);
      expect(places(errors)).to.deep.equal(["UnsupportedRequirement 5:7"]);
      expect(JSON.stringify(errors)).not.to.contain("topsecret");
    });

    it("tells conda's single '=' apart and writes the line that was meant", () => {
      const { errors } = withPip(["numpy=1.26.4"]);
      expect(errors.map(({ code, hint }) => [code, hint])).to.deep.equal([
        ["InvalidRequirement", "write 'numpy==1.26.4'"],
      ]);
    });

    for (const line of ["numpy==", "numpy 1.26", "num py==1", "numpy>=1 <2", "numpy (>=1", "==1.0", "a b"]) {
      it(`refuses '${line}' as no requirement`, () => {
        expect(places(withPip([`'${line}'`]).errors)).to.deep.equal(["InvalidRequirement 5:7"]);
      });
    }

    it("reads -r files relative to the file that names them, with continued lines and comments", () => {
      const outcome = withPip(["-r reqs/a.txt"], {
        "env/reqs/a.txt": "# first\nNumPy==2.3.1 \\\n  --hash=sha256:aa\n-r b.txt\n",
        "env/reqs/b.txt": "scipy>=1.16  # comment\n",
      });
      expect(texts(outcome)).to.deep.equal(["numpy==2.3.1 --hash=sha256:aa", "scipy>=1.16"]);
      expect(outcome.conda?.requirements.slice(1).map(({ file, line }) => `${file}:${line}`)).to.deep.equal([
        "env/reqs/a.txt:2",
        "env/reqs/b.txt:1",
      ]);
    });

    it("tells faults in -r files at their own place", () => {
      const { errors } = withPip(["-r a.txt", "-r gone.txt", "-r https://example.org/r.txt"], {
        "env/a.txt": "numpy=1\n\n-e .\n-r a.txt\n",
      });
      expect(errors.map(({ code, file, line }) => `${code} ${file}:${line}`)).to.deep.equal([
        "InvalidRequirement env/a.txt:1",
        "UnsupportedRequirement env/a.txt:3",
        "InvalidRequirement env/a.txt:4",
        "FileNotFound env/conda.yml:6",
        "FileNotFound env/conda.yml:7",
      ]);
    });

    it("warns of a package that is asked for twice in different words", () => {
      const { warnings } = parse(
        `dependencies:\n  - python=3.12\n  - numpy=2.3.1\n  - pip:\n    - ${SERVER}\n    - numpy==2.2.0\n    - ${SERVER}\n`,
      );
      expect(places(warnings)).to.deep.equal(["DuplicateRequirement 6:7"]);
    });
  });

  describe("as YAML", () => {
    it("a requirement broken over two lines is refused at its first line", () => {
      for (const broken of [
        "pillow\n      ~=11.2.1",
        "pil\n      low~=11.2.1",
        '"pillow\n      ~=11.2.1"',
        "|\n      pillow",
      ]) {
        const { errors } = withPip([broken]);
        expect(places(errors)).to.deep.equal(["InvalidRequirement 5:7"], broken);
        expect(errors[0]?.message).to.equal("is broken over two lines");
        expect(errors[0]?.hint).to.equal("write the whole requirement on line 5");
      }
      expect(places(withPackages("numpy\n    =2.3.1").errors)).to.deep.equal(["InvalidRequirement 3:5"]);
    });

    it("a requirement that goes on outside its list is refused by the YAML reader, with line and column", () => {
      const { errors } = withPip(["pillow\n  ~=11.2.1"]);
      expect(errors.length).to.be.greaterThan(0);
      expect(errors[0]?.line).to.be.within(5, 6);
    });

    it("all faults are told at once", () => {
      const { errors } = parse(
        "channels: conda-forge\nvariables: {A: 1}\ndependencies:\n  -\n  - 3.12\n  - conda: []\n  - pip: numpy\n  - openmpi\n",
      );
      expect(places(errors)).to.deep.equal([
        "NotSupported 2:12",
        "InvalidType 1:11",
        "InvalidType 4:4",
        "InvalidType 5:5",
        "InvalidType 6:5",
        "InvalidType 7:10",
        "UnsupportedRequirement 8:5",
      ]);
    });

    for (const [text, code] of [
      ["", "InvalidType"],
      ["- numpy", "InvalidType"],
      ["name: x", "MissingField"],
      ["dependencies: numpy", "InvalidType"],
      ["dependencies:", "InvalidType"],
      ["dependencies: [", "InvalidYaml"],
    ] as const) {
      it(`'${text}' is refused`, () => {
        expect(parse(text).errors.map((error) => error.code)).to.include(code);
      });
    }

    it("warns of a field that conda does not know", () => {
      const { warnings } = parse(`dependecies: []\ndependencies: [python=3.12, pip: [${SERVER}]]`);
      expect(places(warnings)).to.deep.equal(["UnknownField 1:14"]);
    });

    it("is read inside a deployment file too, with places in that file", () => {
      const text = "name: blue\nenvironment:\n  conda_file:\n    dependencies:\n    - python=3.12\n    - openmpi\n";
      const { errors } = parseConda("blue.yml", text, { path: ["environment", "conda_file"] }).findings;
      expect(errors.map(({ path, line }) => `${path} ${line}`)).to.deep.equal([
        "environment.conda_file.dependencies[1] 6",
      ]);
    });
  });

  it("names its lock file after itself", () => {
    expect(["a/conda.yml", "a/conda.yaml", "a/env"].map(lockFileOf)).to.deep.equal([
      "a/conda.lock",
      "a/conda.lock",
      "a/env.lock",
    ]);
  });
});
