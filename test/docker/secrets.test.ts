import { readFileSync } from "node:fs";
import { expect } from "chai";
import type { CommandResult } from "./command";
import { container, containersOf, docker, leftovers, needsDocker, removeAtEnd } from "./engine";
import { count, startLoad } from "./load";
import { score } from "./score";
import { TestStack } from "./stack";

const REQUEST = "examples/diabetes/sample-request.json";

/** Answers with what its environment holds, and says nothing of it in its log. */
const SCRIPT = `import os


def init():
    pass


def run(body):
    return {name: os.environ.get(name) for name in ("KEY", "WHOLE", "TARGET", "DB", "PLAIN")}
`;

const VARIABLES = `environment_variables:
  KEY: \${{azureml://connections/openai/credentials/key}}
  WHOLE: \${{azureml://connections/openai}}
  TARGET: \${{azureml://connections/openai/target}}
  DB: \${{keyvault:https://prod-kv.vault.azure.net/secrets/db-password/2024}}
  PLAIN: text
request_settings:
  max_concurrent_requests_per_instance: 100
  request_timeout_ms: 60000
`;

const SECRETS_READER = "Azure Machine Learning Workspace Connection Secrets Reader";

/** Requests per second while a key is exchanged. */
const RATE = 300;

describe("secrets on a Docker host", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("secrets");
  const first = { key: "sk-first-5e1d0a77", password: "pw-first-91c3fe20" };
  const rotated = "sk-second-c84b6d13";
  let url = "";
  let primary = "";

  const roles = (...scopes: string[]) =>
    scopes.map((scope) => ({
      identity: "diabetes",
      role: scope.startsWith("vault/") ? "Key Vault Secrets User" : SECRETS_READER,
      scope,
    }));

  async function configure(...scopes: string[]): Promise<void> {
    stack.configure({
      endpoints: [{ file: stack.file("endpoint.yml"), deployments: [stack.file("blue.yml")], traffic: { blue: 100 } }],
      router: { port: 18_084 },
      connections: { openai: { category: "AzureOpenAI", target: "https://example.openai.azure.com/" } },
      roleAssignments: roles(...scopes),
    });
    await setSecret('connections["openai"].credentials.key', first.key);
    await setSecret('vaults["prod-kv"]["db-password"]["2024"]', first.password);
  }

  /** As docs/secrets.md says it. */
  async function setSecret(path: string, value: string): Promise<void> {
    const { code, text } = await stack.pulumi(["config", "set", "--secret", "--path", `mlendpoints:${path}`, value]);
    expect(code, text).to.equal(0);
  }

  async function answer(): Promise<Record<string, string>> {
    const { status, text, json } = await score(url, primary, readFileSync(REQUEST));
    expect(status, text).to.equal(200);
    return json as Record<string, string>;
  }

  before(async () => {
    stack.copy("examples/diabetes");
    stack.write("code/blue/score.py", SCRIPT);
    stack.edit("blue.yml", (text) => `${text}${VARIABLES}`);
    await stack.pulumi(["stack", "init"]);
  });
  removeAtEnd(stack);

  it("fail the preview when a role is missing, with the line that grants it, and create nothing", async () => {
    await configure("connection/openai");
    const { code, text } = await stack.preview();
    expect(code, text).to.not.equal(0);
    expect(unwrapped(text)).to.include(
      "SecretsInjectionError: environment_variables.DB: the identity of endpoint 'diabetes' may not",
    );
    expect(unwrapped(text)).to.include("- { identity: diabetes, role: Key Vault Secrets User, scope: vault/prod-kv }");
    expect(text).to.not.include("environment_variables.KEY");
    expectHidden("the failed preview", text);
    const up = await stack.up();
    expect(up.code).to.not.equal(0);
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });

  it("arrive in the container as the scoring script's environment", async () => {
    await configure("connection/openai", "vault/prod-kv");
    const { code, text } = await stack.up();
    expect(code, text).to.equal(0);
    expectHidden("the output of up", text);
    const outputs = await stack.outputs();
    url = outputs.scoringUris["diabetes"]!;
    primary = outputs.keys["diabetes"]!.primary;
    const { WHOLE, ...values } = await answer();
    expect(values).to.deep.equal({
      KEY: first.key,
      TARGET: "https://example.openai.azure.com/",
      DB: first.password,
      PLAIN: "text",
    });
    expect(JSON.parse(WHOLE ?? "").properties).to.deep.include({ authType: "ApiKey", credentials: { key: first.key } });
  });

  it("change nothing when the same values are there again", async () => {
    const { code, text } = await stack.up();
    expect(code, text).to.equal(0);
    expect(text).to.match(/Resources:\s+\d+ unchanged\n/);
  });

  it("show in no state, preview, log, label, name or image", async () => {
    const places: [string, string][] = [
      ["state", await stack.state()],
      ["preview", (await stack.preview("--diff", "--show-replacement-steps", "--show-sames")).text],
      ["outputs", JSON.stringify(await stack.outputs())],
      ["config", (await stack.pulumi(["config"])).text],
    ];
    const instance = await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/);
    for (const info of await containersOf(stack.stack)) {
      const [name = ""] = info.Names;
      const handle = docker.getContainer(info.Id);
      const inspected = await handle.inspect();
      // The one place: whoever may inspect containers on the host may read their environment.
      const env = info.Id === instance.Id ? inspected.Config.Env.splice(0) : [];
      expect(env.some((variable) => variable === `KEY=${first.key}`)).to.equal(info.Id === instance.Id);
      places.push([`inspect ${name}`, JSON.stringify(inspected)]);
      places.push([`logs ${name}`, (await handle.logs({ stdout: true, stderr: true })).toString("utf8")]);
    }
    for (const { RepoTags } of await docker.listImages()) {
      for (const tag of (RepoTags ?? []).filter((each) => each.startsWith(`mlendpoints/${stack.stack}/`))) {
        const image = docker.getImage(tag);
        places.push([tag, JSON.stringify([await image.inspect(), await image.history()])]);
      }
    }
    expect(places.length).to.be.greaterThan(6);
    for (const [place, text] of places) {
      expectHidden(place, text);
    }
  });

  it("roll a new generation when a value is exchanged, and lose no request", async () => {
    const old = await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/);
    await setSecret('connections["openai"].credentials.key', rotated);
    const load = startLoad({ url, key: primary, request: REQUEST, connections: 16, rate: RATE });
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    const change: CommandResult = await stack.up();
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    load.stop();
    const { answers, lost, faults } = await load.done;
    expect(change.code, change.text).to.equal(0);
    expectHidden("the output of up", change.text);
    console.log(`      exchanged in ${change.seconds.toFixed(1)} s; ${answers.length} answers, ${lost} lost`);
    expect(lost, JSON.stringify(faults)).to.equal(0);
    expect(count(answers, ({ status }) => String(status))).to.deep.equal({ "200": answers.length });
    const keys = count(answers, ({ body }) => (JSON.parse(body) as { KEY: string }).KEY);
    expect(Object.keys(keys).sort()).to.deep.equal([first.key, rotated].sort());
    expect((await answer())["KEY"]).to.equal(rotated);
    const now = await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/);
    expect(now.Names).to.not.deep.equal(old.Names);
    const again = await stack.preview();
    expect(again.text).to.match(/Resources:\s+\d+ unchanged\n/);
  });

  it("go with the role: without it the update is refused, and what runs goes on", async () => {
    await configure("vault/prod-kv");
    const { code, text } = await stack.up();
    expect(code).to.not.equal(0);
    expect(unwrapped(text)).to.include(`role: ${SECRETS_READER}, scope: connection/openai`);
    expect((await answer())["KEY"]).to.equal(rotated);
  });

  /** The report breaks its lines. */
  function unwrapped(text: string): string {
    return text.replace(/\s+/g, " ");
  }

  function expectHidden(place: string, text: string): void {
    for (const value of [first.key, first.password, rotated]) {
      expect(text.includes(value), place).to.equal(false);
      expect(text.includes(Buffer.from(value).toString("base64")), `${place}, base64`).to.equal(false);
    }
  }
});
