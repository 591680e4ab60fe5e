import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { readFileTree } from "../../input/documents/files";
import { type DeploymentImageInputs, planDeploymentImage } from "../../plan/deployment-image";
import type { PythonEnvironment } from "../../plan/python-environment";
import { writeDeploymentContext, writeEnvironmentContext } from "../../scoring-image/context";

const ENVIRONMENT: PythonEnvironment = { pythonMinor: "3.12", requirements: "numpy\n", key: "k" };

/** Every path below a folder with its mode, sorted. */
function listing(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => `${path} ${(statSync(join(folder, path)).mode & 0o777).toString(8)}`)
    .sort();
}

describe("build context", () => {
  let work: string;

  beforeEach(() => {
    work = mkdtempSync(join(tmpdir(), "context-"));
    mkdirSync(join(work, "src", "lib", "__pycache__"), { recursive: true });
    writeFileSync(join(work, "src", "score.py"), "s", { mode: 0o600 });
    writeFileSync(join(work, "src", "lib", "run.sh"), "r");
    chmodSync(join(work, "src", "lib", "run.sh"), 0o700);
    writeFileSync(join(work, "src", "lib", "__pycache__", "a.pyc"), "p");
    mkdirSync(join(work, "model"), { mode: 0o700 });
    writeFileSync(join(work, "model", "m.bin"), "m", { mode: 0o400 });
  });

  afterEach(() => rmSync(work, { recursive: true, force: true }));

  function inputs(model = "model"): DeploymentImageInputs {
    return {
      environmentKey: "e",
      model: { name: "diabetes", version: "3", files: readFileTree(join(work, model)) },
      code: readFileTree(join(work, "src")),
      scoringScript: "./score.py",
      recipe: "r",
    };
  }

  it("of a deployment has Azure's layout, and all may read it whatever the modes were", async () => {
    const umask = process.umask(0o077);
    try {
      await writeDeploymentContext(join(work, "out", "x"), planDeploymentImage(inputs()));
    } finally {
      process.umask(umask);
    }
    expect(statSync(join(work, "out", "x")).mode & 0o777).to.equal(0o755);
    expect(listing(join(work, "out", "x"))).to.deep.equal([
      "Dockerfile 644",
      "code 755",
      "code/src 755",
      "code/src/lib 755",
      "code/src/lib/run.sh 755",
      "code/src/score.py 644",
      "model 755",
      "model/diabetes 755",
      "model/diabetes/3 755",
      "model/diabetes/3/model 755",
      "model/diabetes/3/model/m.bin 644",
      "serve.py 644",
    ]);
  });

  it("tells the container Azure's paths", () => {
    expect(planDeploymentImage(inputs()).buildArgs).to.deep.equal({
      MODEL_DIR: "/var/azureml-app/azureml-models/diabetes/3",
      CODE_DIR: "/var/azureml-app/src",
      ENTRY_SCRIPT: "score.py",
    });
  });

  it("puts a model of one file directly below its version", async () => {
    await writeDeploymentContext(join(work, "out"), planDeploymentImage(inputs("model/m.bin")));
    expect(listing(join(work, "out", "model"))).to.deep.equal([
      "diabetes 755",
      "diabetes/3 755",
      "diabetes/3/m.bin 644",
    ]);
  });

  it("exists without a model, with the folder that the Dockerfile copies", async () => {
    await writeDeploymentContext(join(work, "out"), planDeploymentImage({ ...inputs(), model: undefined }));
    expect(listing(join(work, "out", "model"))).to.deep.equal([]);
  });

  it("has another key for every change of what runs", () => {
    const plain = inputs();
    const other = { ...plain.code, digest: "other" };
    const changed: DeploymentImageInputs[] = [
      plain,
      { ...plain, environmentKey: "e2" },
      { ...plain, recipe: "r2" },
      { ...plain, scoringScript: "lib/score.py" },
      { ...plain, code: other },
      { ...plain, code: { ...plain.code, name: "code" } },
      { ...plain, model: undefined },
      { ...plain, model: { name: "diabetes", version: "4", files: readFileTree(join(work, "model")) } },
      { ...plain, model: { name: "diabetes", version: "3", files: other } },
    ];
    expect(new Set(changed.map((item) => planDeploymentImage(item).key)).size).to.equal(changed.length);
    expect(planDeploymentImage({ ...plain, scoringScript: "score.py" }).key).to.equal(planDeploymentImage(plain).key);
  });

  it("of an environment holds the requirements, the lock and the machine's settings", async () => {
    await writeEnvironmentContext(join(work, "env"), { ...ENVIRONMENT, lock: "numpy==2.3.1\n" }, (dir) =>
      writeFileSync(join(dir, "pip.conf"), "here"),
    );
    expect(readFileSync(join(work, "env", "requirements.txt"), "utf8")).to.equal("numpy\n");
    expect(readFileSync(join(work, "env", "constraints.txt"), "utf8")).to.equal("numpy==2.3.1\n");
    expect(readdirSync(join(work, "env", "hostcfg"))).to.deep.equal(["pip.conf"]);
  });

  it("that exists is not written again, but for the machine's settings", async () => {
    const dir = join(work, "env");
    let settings = "old";
    const writeSettings = (hostcfg: string) => writeFileSync(join(hostcfg, "pip.conf"), settings);
    await writeEnvironmentContext(dir, ENVIRONMENT, writeSettings);
    settings = "new";
    await writeEnvironmentContext(dir, { ...ENVIRONMENT, requirements: "scipy\n" }, writeSettings);
    expect(readFileSync(join(dir, "requirements.txt"), "utf8")).to.equal("numpy\n");
    expect(readFileSync(join(dir, "hostcfg", "pip.conf"), "utf8")).to.equal("new");
  });

  it("leaves nothing behind when it fails, and can be written by two at once", async () => {
    const image = planDeploymentImage(inputs());
    await Promise.all([1, 2].map(() => writeDeploymentContext(join(work, "twice"), image)));
    expect(existsSync(join(work, "twice", "Dockerfile"))).to.equal(true);
    rmSync(join(work, "src", "score.py"));
    let failed = false;
    await writeDeploymentContext(join(work, "broken"), image).catch(() => {
      failed = true;
    });
    expect(failed).to.equal(true);
    expect(readdirSync(work).sort()).to.deep.equal(["model", "src", "twice"]);
  });

  describe("whose files change between the plan and the copy", () => {
    const refusal = (image: ReturnType<typeof planDeploymentImage>): Promise<string> =>
      writeDeploymentContext(join(work, "late"), image).then(
        () => "it was written",
        (error: Error) => error.message,
      );

    it("is refused, naming the folder and what to do, with nothing half made", async () => {
      const image = planDeploymentImage(inputs());
      // The same length and the same time: only the content tells.
      const file = join(work, "src", "score.py");
      const { atime, mtime } = statSync(file);
      writeFileSync(file, "S");
      utimesSync(file, atime, mtime);
      const message = await refusal(image);
      expect(message).to.match(/score\.py FilesChanged: '.*src' changed while it was being copied/);
      expect(message).to.include("fix: run it again");
      expect(readdirSync(work).sort()).to.deep.equal(["model", "src"]);
      await writeDeploymentContext(join(work, "again"), planDeploymentImage(inputs()));
      expect(readFileSync(join(work, "again", "code", "src", "score.py"), "utf8")).to.equal("S");
    });

    it("is refused when a file has grown or is gone", async () => {
      const grown = planDeploymentImage(inputs());
      chmodSync(join(work, "model", "m.bin"), 0o600);
      writeFileSync(join(work, "model", "m.bin"), "more");
      expect(await refusal(grown)).to.include("m.bin FilesChanged");
      const gone = planDeploymentImage(inputs());
      rmSync(join(work, "src", "lib"), { recursive: true });
      expect(await refusal(gone)).to.include("run.sh FilesChanged");
    });

    it("holds copies: a later edit does not reach it", async () => {
      await writeDeploymentContext(join(work, "out"), planDeploymentImage(inputs()));
      writeFileSync(join(work, "src", "score.py"), "edited in place");
      expect(readFileSync(join(work, "out", "code", "src", "score.py"), "utf8")).to.equal("s");
    });
  });
});
