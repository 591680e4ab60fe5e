import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readScoringScript, type ScoringScript } from "../../../input/python/scoring-script";
import { runs } from "../../support/effort";
import { skip } from "../../support/skip";

/** What this machine's Python prints for a program; undefined where there is none. */
function python(program: string, input = ""): string | undefined {
  const { status, stdout } = spawnSync("python3", ["-I", "-c", program], { input, encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

function withoutPython<T>(read: () => T): T {
  const before = process.env["PATH"];
  process.env["PATH"] = "";
  try {
    return read();
  } finally {
    process.env["PATH"] = before;
  }
}

function placeOf({ syntaxError }: ScoringScript): string | undefined {
  return syntaxError === undefined ? undefined : `${syntaxError.line}:${syntaxError.column}`;
}

const HAS_PYTHON = python("") !== undefined;

/** Refused with and without Python; without, at this line. */
const BROKEN: readonly (readonly [line: number, source: string])[] = [
  [1, "def init(:\n    pass\n"],
  [1, "def init()\n    pass\n"],
  [1, "def init:\n    pass\n"],
  [1, "def init() {\n}\n"],
  [1, "class Model\n    pass\n"],
  [1, "for x in y\n    pass\n"],
  [1, "if x = 1:\n    pass\n"],
  [1, "else:\n    pass\n"],
  [1, "async x = 1\n"],
  [1, "import\n"],
  [1, "from x import\n"],
  [1, "from x import a,\n"],
  [2, "def f():\n    global a,\n"],
  [2, "def run(data):\nreturn 1\n"],
  [3, "def run(data):\n# only a comment\n"],
  // Indentation.
  [1, "  x = 1\n"],
  [2, "x = 1\n y = 2\n"],
  [3, "def run(data):\n    x = 1\n   y = 2\n"],
  [3, "def run(data):\n    x = 1\n      y = 2\n"],
  [3, "def run(data):\n    pass\n  def init():\n    pass\n"],
  [3, "if True:\n\tx = 1\n        y = 2\n"],
  [3, "if True:\n        x = 1\n\ty = 2\n"],
  [3, "if x:\n\ty = 1\n    z = 2\n"],
  [3, "if x:\n    pass\n  else:\n    pass\n"],
  [4, "match x:\n    case 1:\n        pass\n      case 2:\n        pass\n"],
  [4, "match x:\n        case 1:\n            pass\n\tcase 2:\n\t    pass\n"],
  // Brackets and strings.
  [1, "x = 1)\n"],
  [1, "x = [1)\n"],
  [1, 'x = "abc\ny = 1\n'],
  [1, 'x = f"abc{d}\ny = 1\n'],
  [1, "x.“a”\n"],
  [1, 'path = "C:\\models\\"\n'],
  [1, "path = r'C:\\models\\'\n"],
  [1, 'path = "C:\\Users\\me"\n'],
  [1, "x = '\\x1'\n"],
  [1, "x = b'é'\n"],
  [1, 'x = f"{a b}"\n'],
  [1, 'x = f"{}"\n'],
  [1, "x = “a”\n"],
  [1, "(,)\n"],
  [1, "f(a, , b)\n"],
  [1, "x[]\n"],
  // Targets.
  [1, "1 = x\n"],
  [1, "f() = 1\n"],
  [1, "x + 1 = 2\n"],
  [1, "None = 1\n"],
  [1, "(a, 1) = x\n"],
  [1, "[a, f()] = x\n"],
  [1, "a = f() = x\n"],
  [1, "f() += 1\n"],
  [1, "a, b += 1\n"],
  [1, "(a, b): int = 1\n"],
  [1, "for f() in x: pass\n"],
  [1, "with a as 1: pass\n"],
  [1, "del f()\n"],
  // Calls, parameters, numbers, try.
  [1, "f(a=1, 2)\n"],
  [1, "def f(a=1, b): pass\n"],
  [1, "x = 0777\n"],
  [1, "x = 1_\n"],
  [1, "x = 1.2.3\n"],
  [1, "try:\n    x\ny = 1\n"],
  // Python 2.
  [1, 'print "hello"\n'],
  [1, "print x\n"],
  [1, 'exec "code"\n'],
  [1, 'raise ValueError, "x"\n'],
  [1, "if x <> 1: pass\n"],
  [1, "x = `1`\n"],
  [1, "x = 10L\n"],
  // Other languages.
  [2, "library(plumber)\ninit <- function() {\n  model <<- 1\n}\n"],
  [2, "#* @get /live\nfunction() {}\n"],
  [1, "const x = 1;\n"],
  [1, "// comment\n"],
  [1, "x = a && b\n"],
  [1, "<html></html>\n"],
  [1, "!pip install numpy\n"],
  [1, "%matplotlib inline\n"],
  [1, "<<<<<<< HEAD\nx = 1\n"],
  [1, "\0x = 1\n"],
];

/** Accepted with and without Python. */
const GOOD: readonly string[] = [
  "",
  "# only a comment",
  "\ufeffx = 1\n",
  "x = 1\r\nif x:\r\n\ty = 2\r\n",
  "x = image / 255.\n",
  "x = [0., 1., 1.e5, .5, 0j, 007.5, 1_000.]\n",
  "def f():\n    x = yield\n    (yield)\n    yield\n",
  "x = 1\n\f\ndef f(): pass\n\fclass A: pass\n",
  "with f() as (a, b), g() as self.h: pass\n",
  "rows = [first for first, *rest in table]\n",
  "match x:\n    case str() | bytes():\n        pass\n    case {'a': [1, *rest]}:\n        pass\n",
  "if (n := len(x)) > 1: pass\n",
  "def f(a, /, b=1, *c, d, e=2, **g): pass\n",
  "f(*a, b, c=1, *d, **e)\n",
  "f(x=1, *(y for z in w), **v)\n",
  "a = b, *c = d\n(a.b, [c[0], *d]) = e\na.b += 1\n(a) += 1\n",
  "x: int\nx: int = 1\nself.x: int = 1\n",
  "print >> file, x\nprint(1)\nprint\nprint = log.info\nprint if x else y\n",
  "x = 'it\\'s' \"\\\\\" r'\\'' '\\N{BULLET}' '\\U0001F600'\n",
  "x = b'\\u' rb'\\x'\n",
  "x = '''a\n'b' \\''''\n",
  "x = f'{a!r:>{width}} {{}} {b=}'\n",
  "größe = 1\nx.größe = größe\n",
  "try:\n    pass\nexcept (A, B) as e:\n    raise C from e\n",
  "try:\n    pass\nexcept* A:\n    pass\n",
  "if a:\n  b\nelse:\n        c\n\t# odd comment\nd\n",
  "if a:\n\tb\n\tif c:\n\t    d\n",
  "x = (1,\n2,\n      3)\ny = a + \\\n  b\n",
  "async def f():\n    async with a as b: pass\n    return [c async for c in d]\n",
  "from __future__ import annotations\nfrom . import (a, b,)\n",
  "x = 1; y = 2;\n",
  "x <- 5\n",
  "return 1\n",
];

describe("scoring script", () => {
  it("that the table of errors has, Python refuses too; and that of good ones, it accepts", function () {
    const program =
      "import ast, json, sys, warnings\nwarnings.simplefilter('ignore')\n" +
      "def bad(s):\n  try: ast.parse(s)\n  except (SyntaxError, ValueError): return True\n  return False\n" +
      "print(json.dumps([bad(s) for s in json.load(sys.stdin)]))";
    const said = (sources: readonly string[]) =>
      JSON.parse(python(program, JSON.stringify(sources)) ?? "null") as boolean[];
    if (!HAS_PYTHON) {
      skip(this, "there is no python3");
    }
    const broken = said(BROKEN.map(([, source]) => source));
    expect(BROKEN.filter((_, index) => broken[index] !== true)).to.deep.equal([]);
    const good = said(GOOD.map((source) => source.replace("\ufeff", "")));
    expect(GOOD.filter((_, index) => good[index] !== false)).to.deep.equal([]);
  });

  describe("without Python", () => {
    for (const [line, source] of BROKEN) {
      it(`refuses ${JSON.stringify(source)}`, () => {
        expect(withoutPython(() => readScoringScript(source)).syntaxError?.line).to.equal(line);
      });
    }

    for (const source of GOOD) {
      it(`accepts ${JSON.stringify(source)}`, () => {
        expect(withoutPython(() => readScoringScript(source)).syntaxError).to.equal(undefined);
      });
    }

    it("says what is wrong in Python's words, with line and column", () => {
      const messages = [
        "def init(:\n",
        "if x:\n    y\n   z\n",
        'print "a"\n',
        "x = (f() for a in b) = 1\n",
        "é = “a”\n",
      ].map((source) => withoutPython(() => readScoringScript(source)).syntaxError);
      expect(messages).to.deep.equal([
        { line: 1, column: 10, message: "invalid syntax" },
        { line: 3, column: 4, message: "unindent does not match any outer indentation level" },
        { line: 1, column: 1, message: "Missing parentheses in call to 'print'. Did you mean print(...)?" },
        { line: 1, column: 5, message: "cannot assign to expression" },
        { line: 1, column: 5, message: "invalid character '“' (U+201C)" },
      ]);
    });

    it("still finds the functions of a script that it takes for broken", () => {
      const script = withoutPython(() => readScoringScript("def init(): pass\nx = )\ndef run(data): pass\n"));
      expect(placeOf(script)).to.equal("2:5");
      expect(script.missing).to.deep.equal([]);
    });
  });

  describe("with Python", () => {
    before(function () {
      if (!HAS_PYTHON) {
        skip(this, "there is no python3");
      }
    });

    it("leaves it the last word where the parser refuses what is good", () => {
      const source = "with (a as b, c as d):\n    def run(data): pass\n\nf = lambda a, /: 1\ninit = lambda: 1\n";
      expect(withoutPython(() => readScoringScript(source)).syntaxError).not.to.equal(undefined);
      expect(readScoringScript(source)).to.deep.equal({ missing: [] });
    });

    it("finds missing functions there too", () => {
      const odd = "f = lambda a, /: 1\n";
      const missing = (source: string) => readScoringScript(odd + source).missing;
      expect(missing("class A:\n    def run(self): pass\n")).to.deep.equal(["init", "run"]);
      expect(missing("run: int\ndef a():\n    init = 1\n")).to.deep.equal(["init", "run"]);
      expect(missing("from a import *\n")).to.deep.equal([]);
      expect(missing("import a as init, run.b\n")).to.deep.equal([]);
      expect(missing("if a:\n    async def run(): pass\nx, (init, *y) = z\n")).to.deep.equal([]);
    });

    it("takes its line, column and message", () => {
      const { syntaxError } = readScoringScript("def init():\n    x = (1\n    y = 2\n");
      const program =
        "import ast, sys\ntry: ast.parse(sys.stdin.read())\nexcept SyntaxError as e: print(e.lineno, e.offset, e.msg)";
      const said = python(program, "def init():\n    x = (1\n    y = 2\n")?.trim();
      expect(`${syntaxError?.line} ${syntaxError?.column} ${syntaxError?.message}`).to.equal(said);
    });

    it("does not take a module of the current folder for Python's own", () => {
      const before = process.cwd();
      const folder = mkdtempSync(join(tmpdir(), "scoring-script-"));
      writeFileSync(join(folder, "ast.py"), "raise SystemExit(1)\n");
      process.chdir(folder);
      try {
        expect(readScoringScript("f = lambda a, /: 1\n").syntaxError).to.equal(undefined);
      } finally {
        process.chdir(before);
        rmSync(folder, { recursive: true });
      }
    });

    it("accepts every module of its standard library without asking it", function () {
      this.timeout(60_000);
      const folder = python("import sysconfig; print(sysconfig.get_paths()['stdlib'])")?.trim() ?? "";
      const all = readdirSync(folder).filter((name) => name.endsWith(".py"));
      expect(all.length).to.be.greaterThan(100);
      const files = all.filter((_, index) => index % Math.round(all.length / runs(all.length)) === 0);
      const refused = files.filter(
        (name) =>
          placeOf(withoutPython(() => readScoringScript(readFileSync(join(folder, name), "utf8")))) !== undefined,
      );
      expect(refused).to.deep.equal([]);
    });
  });

  describe("must define init and run at its top level", () => {
    for (const defined of [
      "def run(data): pass",
      "async def run(data): pass",
      '@input_schema("data", sample)\n@output_schema(out)\ndef run(data):\n    return 1',
      "run = handler",
      "run = a = handler",
      "a = run = handler",
      "run: Callable = handler",
      "a, run = handlers",
      "(a, [run, *b]) = handlers",
      "from handler import run",
      "from handler import (\n    other,\n    go as run,\n)",
      "from . import run",
      "import handler as run",
      "import a, run",
      "import run.sub",
      "from handler import *",
      "if GPU:\n    def run(data): pass\nelse:\n    from cpu import other",
      "try:\n    from fast import run\nexcept ImportError:\n    x = 1",
      "try:\n    x = 1\nexcept ImportError:\n    def run(data): pass",
      "with lock:\n    def run(data): pass",
      "with f() as run: pass",
      "for run in handlers: pass",
      "(run := handler)",
      "class run: pass",
      "if a: run = 1",
    ]) {
      it(`which ${JSON.stringify(defined)} does`, () => {
        expect(readScoringScript(`def init(): pass\n${defined}\n`)).to.deep.equal({
          missing: [],
        });
      });
    }

    for (const other of [
      "",
      "# def run(data): pass",
      '"""\ndef run(data): pass\n"""',
      "class Model:\n    def run(self, data): pass",
      "class Model:\n    run = 1",
      "def make():\n    def run(data): pass\n    return run",
      "def make():\n    run = 1\n    from a import run\n    from b import *",
      "def other(run=1): pass",
      "run: Callable",
      "model.run = handler",
      "run[0] = handler",
      "run(1)",
      "f(run=1)",
      "f = lambda run: 1",
      "f = lambda: (run := 1)",
      "x = [run for run in handlers]",
      "from run import other",
      "from a.run import other",
      "from a import run as other",
      "import a.run",
      "import run as other",
      "def running(): pass",
      "del run",
      "if run == 1: pass",
    ]) {
      it(`which ${JSON.stringify(other)} does not`, () => {
        expect(readScoringScript(`init = start\n${other}\n`)).to.deep.equal({
          missing: ["run"],
        });
      });
    }

    it("told in the order init, run", () => {
      expect(readScoringScript("x = 1\n").missing).to.deep.equal(["init", "run"]);
    });
  });
});
