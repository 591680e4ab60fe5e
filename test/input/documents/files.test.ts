import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { readFileTree } from "../../../input/documents/files";

/** Makes a folder with these files (path → content) and gives it to the test. */
function withFolder(files: Readonly<Record<string, string>>, test: (folder: string) => void): void {
  const parent = mkdtempSync(join(tmpdir(), "file-tree-"));
  const folder = join(parent, "code");
  try {
    mkdirSync(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    test(folder);
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
}

function paths(folder: string): string[] {
  return readFileTree(folder).files.map(({ path }) => path);
}

describe("file tree", () => {
  it("lists a folder's files in a fixed order, with size and content digest", () => {
    withFolder({ "score.py": "x", "a/z.py": "zz", "a/b/y.py": "", "B.py": "b" }, (folder) => {
      const tree = readFileTree(folder);
      expect(tree.kind).to.equal("directory");
      expect(tree.name).to.equal("code");
      expect(tree.bytes).to.equal(4);
      expect(tree.faults).to.deep.equal([]);
      expect(tree.files.map(({ path, size }) => [path, size])).to.deep.equal([
        ["B.py", 1],
        ["a/b/y.py", 0],
        ["a/z.py", 2],
        ["score.py", 1],
      ]);
      expect(tree.files[3]?.sha256).to.equal("2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881");
    });
  });

  it("keeps the folder's name when the path ends in a slash or a dot", () => {
    withFolder({ a: "" }, (folder) => {
      expect([`${folder}/`, `${folder}/.`].map((path) => readFileTree(path).name)).to.deep.equal(["code", "code"]);
    });
  });

  it("of one file is that file under its own name", () => {
    withFolder({ "model.joblib": "m" }, (folder) => {
      const tree = readFileTree(join(folder, "model.joblib"));
      expect([tree.kind, tree.name, tree.files.map(({ path }) => path)]).to.deep.equal([
        "file",
        "model.joblib",
        ["model.joblib"],
      ]);
    });
  });

  it("has one digest for equal content at two places, and another for every change that reaches the image", () => {
    const files = { "score.py": "x", "lib/a.py": "a" };
    const digest = (content: Readonly<Record<string, string>>, change: (folder: string) => void = () => {}): string => {
      let found = "";
      withFolder(content, (folder) => {
        change(folder);
        found = readFileTree(folder).digest;
      });
      return found;
    };
    const plain = digest(files);
    expect(digest({ "lib/a.py": "a", "score.py": "x" })).to.equal(plain);
    expect(digest(files, (folder) => mkdirSync(join(folder, "empty")))).to.equal(plain);
    expect(digest(files, (folder) => chmodSync(join(folder, "score.py"), 0o600))).to.equal(plain);
    const changed = [
      digest({ ...files, "score.py": "y" }),
      digest({ "score.py": "x", "lib/b.py": "a" }),
      digest({ ...files, more: "" }),
      digest(files, (folder) => chmodSync(join(folder, "score.py"), 0o755)),
    ];
    expect(new Set([plain, ...changed]).size).to.equal(changed.length + 1);
  });

  it("leaves out caches, version control and what .amlignore names", () => {
    withFolder(
      {
        ".amlignore": "*.log\ndata/\n!keep.log\n",
        ".gitignore": "score.py\n",
        ".git/HEAD": "x",
        "__pycache__/a.pyc": "x",
        "lib/__pycache__/a.pyc": "x",
        ".ipynb_checkpoints/a": "x",
        "data/big.csv": "x",
        "a.log": "x",
        "keep.log": "x",
        "score.py": "x",
      },
      (folder) => {
        expect(paths(folder)).to.deep.equal(["keep.log", "score.py"]);
        expect(readFileTree(folder).ignored).to.deep.equal([
          ".git",
          ".ipynb_checkpoints",
          "__pycache__",
          "a.log",
          "data",
          "lib/__pycache__",
        ]);
      },
    );
  });

  it("reads .gitignore only where there is no .amlignore", () => {
    withFolder({ ".gitignore": "*.tmp\n", "a.tmp": "", "a.py": "" }, (folder) => {
      expect(paths(folder)).to.deep.equal(["a.py"]);
    });
  });

  it("follows links inside the folder", () => {
    withFolder({ "real/a.py": "a" }, (folder) => {
      symlinkSync("real", join(folder, "alias"));
      symlinkSync("real/a.py", join(folder, "b.py"));
      expect(paths(folder)).to.deep.equal(["alias/a.py", "b.py", "real/a.py"]);
    });
  });

  it("refuses links that lead out, nowhere or in a circle, all at once", () => {
    withFolder({ "a/x.py": "" }, (folder) => {
      symlinkSync("/etc/hostname", join(folder, "out"));
      symlinkSync("gone", join(folder, "lost"));
      symlinkSync("..", join(folder, "a/up"));
      const { faults } = readFileTree(folder);
      expect(faults.map(({ code, message }) => `${code}: ${message}`)).to.deep.equal([
        "InvalidLink: the link 'a/up' leads back to a folder above itself",
        "InvalidLink: the link 'lost' leads nowhere",
        "InvalidLink: the link 'out' leads out of the folder",
      ]);
    });
  });

  it("does not mind a bad link that is ignored", () => {
    withFolder({ ".amlignore": "out\n", "a.py": "" }, (folder) => {
      symlinkSync("/etc/hostname", join(folder, "out"));
      expect(readFileTree(folder).faults).to.deep.equal([]);
    });
  });

  it("has a fault for a path that is not there, an empty folder and one where all is ignored", () => {
    expect(readFileTree("/nowhere/at/all").faults.map(({ code }) => code)).to.deep.equal(["FileNotFound"]);
    withFolder({}, (folder) => {
      expect(readFileTree(folder).faults.map(({ message }) => message)).to.deep.equal(["this folder holds no file"]);
    });
    withFolder({ ".amlignore": "*\n", a: "" }, (folder) => {
      expect(readFileTree(folder).faults.map(({ message }) => message)).to.deep.equal([
        "every file in this folder is ignored",
      ]);
    });
  });
});
