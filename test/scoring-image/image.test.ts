import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { parse } from "yaml";
import { formatErrors } from "../../input/documents/errors";
import { readFileTree } from "../../input/documents/files";
import { parseConda } from "../../input/python/conda/conda";
import { type DeploymentImageInputs, planDeploymentImage } from "../../plan/deployment-image";
import { type PythonEnvironment, planPythonEnvironment } from "../../plan/python-environment";
import { writeDeploymentContext, writeEnvironmentContext } from "../../scoring-image/context";
import { writeHostConfig } from "../../scoring-image/hostcfg";
import { deploymentRecipe, environmentRecipe } from "../../scoring-image/recipe";
import { corpusCases, mainFile } from "../input/azure/corpus";
import { skip } from "../support/skip";
import { baseImage, docker, HARDENED, score, whyNoDocker } from "./docker";

/** Prefix of all that this file makes in the engine, and removes. */
const PREFIX = `mlep-scor-test-${process.pid}`;

/** Cases of the corpus with an answer that was measured, each of another layout of code and model. */
const SAMPLES = ["w-dep-code-nested-script", "w-dep-model-file", "up-sample-blue", "up-sample-green"];

interface DeploymentYaml {
  readonly model: { readonly path: string };
  readonly code_configuration: { readonly code: string; readonly scoring_script: string };
  readonly environment: { readonly conda_file: string };
}

describe("scoring image", function () {
  this.timeout(300_000);
  const base = baseImage();
  const containers: string[] = [];
  const images = new Set<string>();
  let work: string;

  before(function () {
    const reason = whyNoDocker();
    if (reason !== undefined) {
      skip(this, reason);
    }
    work = mkdtempSync(join(tmpdir(), "scoring-image-"));
  });

  after(async () => {
    if (containers.length > 0) {
      await docker("rm", "-f", ...containers);
    }
    if (images.size > 0) {
      // The build stages stay, unnamed, as build cache: a second run takes seconds. `make clean` removes them.
      await docker("image", "rm", "-f", ...images);
    }
    if (work !== undefined) {
      rmSync(work, { recursive: true, force: true });
    }
  });

  async function build(tag: string, context: string, args: Readonly<Record<string, string>>): Promise<string> {
    const options = Object.entries(args).flatMap(([key, value]) => ["--build-arg", `${key}=${value}`]);
    const output = await docker("build", "--force-rm", "-t", tag, ...options, context);
    images.add(tag);
    return output;
  }

  async function buildEnvironment(environment: PythonEnvironment): Promise<string> {
    const tag = `${PREFIX}-environment:${environment.key}`;
    const context = join(work, `environment-${environment.key}`);
    await writeEnvironmentContext(context, environment, writeHostConfig);
    await build(tag, context, { BASE: base, PYTHON_MINOR: environment.pythonMinor });
    return tag;
  }

  function planEnvironment(condaFile: string): PythonEnvironment {
    const { value: conda, findings } = parseConda(condaFile, readFileSync(condaFile, "utf8"));
    if (conda === undefined) {
      throw new Error(formatErrors(findings.errors));
    }
    return planPythonEnvironment(conda, { base, recipe: environmentRecipe().digest });
  }

  /** Builds and starts a deployment; the container's name. */
  async function start(
    name: string,
    environment: string,
    inputs: Omit<DeploymentImageInputs, "environmentKey" | "recipe">,
  ) {
    const image = planDeploymentImage({ ...inputs, environmentKey: environment, recipe: deploymentRecipe().digest });
    const tag = `${PREFIX}-deployment:${name}`;
    const context = join(work, `deployment-${image.key}`);
    await writeDeploymentContext(context, image);
    await build(tag, context, { ENVIRONMENT: environment, ...image.buildArgs });
    const container = `${PREFIX}-${name}`;
    containers.push(container);
    await docker("run", "-d", "--name", container, ...HARDENED, tag);
    return container;
  }

  async function startFile(name: string, file: string): Promise<string> {
    const yaml = parse(readFileSync(file, "utf8")) as DeploymentYaml;
    const beside = (path: string) => join(dirname(file), path);
    const environment = await buildEnvironment(planEnvironment(beside(yaml.environment.conda_file)));
    return start(name, environment, {
      model: { name: "m", version: "1", files: readFileTree(beside(yaml.model.path)) },
      code: readFileTree(beside(yaml.code_configuration.code)),
      scoringScript: yaml.code_configuration.scoring_script,
    });
  }

  it("answers the example's request, with nothing writable and no privileges", async () => {
    const request = readFileSync("examples/diabetes/sample-request.json", "utf8");
    const blue = await startFile("blue", "examples/diabetes/blue.yml");
    const green = await startFile("green", "examples/diabetes/green.yml");
    const expected: Readonly<Record<string, readonly number[]>> = {
      [blue]: [213.82923345192677, 101.28301993458939],
      [green]: [209.20223481650072, 65.69430764602157],
    };
    for (const [container, numbers] of Object.entries(expected)) {
      const { status, body } = await score(container, request);
      expect(status).to.equal(200);
      (body as number[]).forEach((number, index) => {
        expect(number).to.be.closeTo(numbers[index] ?? Number.NaN, 1e-6);
      });
    }
    expect(await score(green, '{"data": [[1, 2]]}')).to.deep.equal({
      status: 422,
      body: { message: "'data' must be a list of patients with 10 numbers each" },
    });
  });

  it("runs a script in a sub-folder, from files that only their owner could read, and keeps its list of versions", async () => {
    const src = join(work, "src");
    mkdirSync(join(src, "serving"), { recursive: true, mode: 0o700 });
    writeFileSync(join(src, "rates.py"), "FACTOR = 3\n", { mode: 0o600 });
    writeFileSync(
      join(src, "serving", "score.py"),
      [
        "import os, json, rates",
        "def init(): pass",
        "def run(body):",
        "    return {'root': os.environ['AML_APP_ROOT'], 'script': __file__, 'cwd': os.getcwd(), 'uid': os.getuid(),",
        "            'answer': json.loads(body) * rates.FACTOR, 'lock': open('/opt/venv/requirements.lock').read(),",
        "            'settings': [f for f in ('/etc/pip.conf', '/etc/uv/uv.toml') if os.path.exists(f)]}",
      ].join("\n"),
      { mode: 0o600 },
    );
    const environment = await buildEnvironment(planEnvironment("examples/diabetes/conda.yml"));
    const container = await start("nested", environment, {
      code: readFileTree(src),
      scoringScript: "serving/score.py",
    });
    const { status, body } = await score(container, "14");
    expect(status).to.equal(200);
    const { lock, ...rest } = body as { lock: string };
    expect(rest).to.deep.equal({
      root: "/var/azureml-app/src",
      script: "/var/azureml-app/src/serving/score.py",
      cwd: "/var/azureml-app/src",
      uid: 1001,
      answer: 42,
      settings: [],
    });
    expect(lock).to.match(/^numpy==2\.3\.1$/m);
    expect(lock).to.match(/^azureml-inference-server-http==1\.5\.1$/m);
  });

  it("is not built on a base with another python, and says which one it has", async () => {
    const environment = {
      ...planEnvironment("examples/diabetes/conda.yml"),
      pythonMinor: "3.9",
      key: "wrong",
    } as const;
    let said = "";
    await buildEnvironment(environment).catch((error: { stdout?: string; stderr?: string }) => {
      said = `${error.stdout}${error.stderr}`;
    });
    expect(said).to.contain("ERROR: the conda file asks for python 3.9, but the base image has python 3.12.");
  });

  for (const each of corpusCases().filter(({ id }) => SAMPLES.includes(id))) {
    it(`answers as the server outside of a container does: ${each.id}`, async () => {
      const container = await startFile(each.id, mainFile(each));
      const [call] = each.e2e!.calls;
      const sent = call!.body ?? readFileSync(join(each.folder, call!.body_file!), "utf8");
      const { status, body } = await score(container, sent);
      expect(status).to.equal(200);
      const expected = call!.expect.json as readonly number[];
      expect(body).to.have.length(expected.length);
      (body as number[]).forEach((number, index) => {
        expect(number).to.be.closeTo(expected[index]!, 1e-6);
      });
    });
  }
});
