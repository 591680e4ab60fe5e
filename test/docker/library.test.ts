import { cpSync, mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { expect } from "chai";
import { type CommandResult, command } from "./command";
import { container, docker, leftovers, needsDocker } from "./engine";
import { score } from "./score";

const ROOT = path.resolve(__dirname, "../..");

/** Below the repository, where the package finds itself by its name, as in the node_modules of a project. */
const FOLDER = path.join(ROOT, ".cache/test/library");
const STACK = "test-library";

/** The example of a program that uses the component library, as it stands. */
describe("the component library in another program", function () {
  this.timeout(600_000);
  needsDocker();

  function pulumi(...args: string[]): Promise<CommandResult> {
    const own = path.join(ROOT, ".cache/pulumi");
    return command("pulumi", [...args, "--stack", STACK, "--non-interactive", "--cwd", `${FOLDER}/library`], {
      env: {
        PATH: `${own}/bin:${process.env["PATH"] ?? ""}`,
        PULUMI_HOME: path.join(own, "home"),
        PULUMI_BACKEND_URL: `file://${FOLDER}/state`,
        PULUMI_CONFIG_PASSPHRASE: "test",
        PULUMI_SKIP_UPDATE_CHECK: "true",
        PULUMI_DISABLE_REGISTRY_RESOLVE: "true",
        PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
      },
    });
  }

  const up = () => pulumi("up", "--yes", "--skip-preview");

  before(async () => {
    rmSync(FOLDER, { recursive: true, force: true });
    mkdirSync(`${FOLDER}/state`, { recursive: true });
    for (const name of ["library", "diabetes"]) {
      cpSync(path.join(ROOT, "examples", name), path.join(FOLDER, name), { recursive: true });
    }
    const { code, text } = await pulumi("stack", "init");
    expect(code, text).to.equal(0);
  });
  after(async () => {
    await pulumi("destroy", "--yes", "--skip-preview");
    rmSync(FOLDER, { recursive: true, force: true });
    expect(await leftovers(`${STACK}.shop`)).to.deep.equal([]);
    expect(await leftovers(`${STACK}.trial`)).to.deep.equal([]);
  });

  it("brings up two stacks beside each other, each with keys of its own", async () => {
    const { code, text } = await up();
    expect(code, text).to.equal(0);
    const shown = await pulumi("stack", "output", "--json", "--show-secrets");
    const { uris, keys } = JSON.parse(shown.text) as {
      uris: Record<string, string>;
      keys: Record<string, Record<string, { primary: string }>>;
    };
    const body = '{"data": [[1,2,3,4,5,6,7,8,9,10]]}';
    const key = (stack: string): string => keys[stack]!["diabetes"]!.primary;
    expect((await score(uris["shop"]!, key("shop"), body)).status).to.equal(200);
    expect((await score(uris["trial"]!, key("trial"), body)).headers.get("azureml-model-deployment")).to.equal("green");
    expect((await score(uris["trial"]!, key("shop"), body)).status).to.equal(401);
  });

  it("gives an instance what the hook adds", async () => {
    const { Id } = await container(`${STACK}.shop`, /\.diabetes\.blue\.[0-9a-f]+\.1$/);
    const { Config, HostConfig } = await docker.getContainer(Id).inspect();
    expect(Config.Labels).to.include({ team: "diabetes", azuremldeployment: "blue" });
    expect(HostConfig.Memory).to.equal(2048 * 1024 * 1024);
    const other = await container(`${STACK}.trial`, /\.diabetes\.green\.[0-9a-f]+\.1$/);
    expect((await docker.getContainer(other.Id).inspect()).HostConfig.Memory).to.equal(0);
  });

  it("changes nothing in a second update", async () => {
    const { code, text } = await up();
    expect(code, text).to.equal(0);
    expect(text)
      .to.match(/\d+ unchanged/)
      .and.not.match(/created|updated|replaced|deleted/);
  });
});
