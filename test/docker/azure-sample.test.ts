import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { container, docker, leftovers, needsDocker } from "./engine";
import { score } from "./score";
import { TestStack } from "./stack";

const CORPUS = "../shared/corpus";

/** Azure's own sample endpoint with both its deployments, byte for byte. */
describe("Azure's own sample, unchanged", function () {
  this.timeout(600_000);
  needsDocker();
  const stack = new TestStack("sample");
  const request = `${CORPUS}/up-sample-blue/managed/sample/sample-request.json`;
  let uri = "";
  let keys = { primary: "", secondary: "" };

  before(async function () {
    if (!existsSync(CORPUS)) {
      console.log("      skipped: Azure's example files are not beside this checkout");
      this.skip();
    }
    for (const name of ["ep", "blue", "green"]) {
      stack.copy(`${CORPUS}/up-sample-${name}`, name);
    }
    stack.configure({
      endpoints: [
        {
          file: stack.file("ep/managed/sample/endpoint.yml"),
          deployments: [
            stack.file("blue/managed/sample/blue-deployment.yml"),
            stack.file("green/managed/sample/green-deployment.yml"),
          ],
          traffic: { blue: 100, green: 0 },
        },
      ],
      // Hard limits of two Standard_DS3_v2, on whatever machine this runs: they are limits, not shares of its cores.
      docker: { sizing: "limits", capacity: { cores: 16, memoryGib: 64 } },
      router: { port: 18_081 },
    });
    await stack.pulumi(["stack", "init"]);
    const { code, text, seconds } = await stack.up();
    expect(code, text).to.equal(0);
    console.log(`      up: ${seconds.toFixed(1)} s`);
    const outputs = await stack.outputs();
    uri = outputs.scoringUris["my-endpoint"]!;
    keys = outputs.keys["my-endpoint"]!;
  });
  after(async () => {
    await stack.remove();
    expect(await leftovers(stack.stack)).to.deep.equal([]);
  });

  it("gives an instance the cores and the memory of its type, and sees no change in that", async () => {
    const { Id } = await container(stack.stack, /\.blue\.[0-9a-f]+\.1$/);
    const { HostConfig } = await docker.getContainer(Id).inspect();
    // Standard_DS3_v2: 4 cores, 14 GiB.
    expect(HostConfig.CpuQuota! / HostConfig.CpuPeriod!).to.equal(4);
    expect(HostConfig.Memory).to.equal(14 * 1024 ** 3);
    const refreshed = await stack.pulumi(["refresh", "--yes", "--skip-preview"]);
    expect(refreshed.code, refreshed.text).to.equal(0);
    expect((await stack.preview()).text).to.match(/Resources:\s+\d+ unchanged\n/);
  });

  for (const which of ["primary", "secondary"] as const) {
    it(`answers as blue does on Azure, with the ${which} key`, async () => {
      const answer = await score(uri, keys[which], readFileSync(request));
      expect(answer.status, answer.text).to.equal(200);
      const numbers = answer.json as number[];
      expect(numbers[0]).to.be.closeTo(11055.977245525679, 1e-6 * 11055);
      expect(numbers[1]).to.be.closeTo(4503.079536107787, 1e-6 * 4503);
      expect(answer.headers.get("azureml-model-deployment")).to.equal("blue");
    });
  }

  it("reaches green, which has no traffic, by the header", async () => {
    const answer = await score(uri, keys.primary, readFileSync(request), { "azureml-model-deployment": "green" });
    expect(answer.status, answer.text).to.equal(200);
    expect(answer.json).to.deep.equal([0.5, 0.5]);
    expect(answer.headers.get("azureml-model-deployment")).to.equal("green");
  });

  for (const [what, key] of [
    ["no key", undefined],
    ["a wrong key", "x".repeat(64)],
  ] as const) {
    it(`answers 401 with JSON to ${what}`, async () => {
      const answer = await score(uri, key, readFileSync(request));
      expect(answer.status).to.equal(401);
      expect(answer.json).to.have.nested.property("error.code", "Unauthorized");
    });
  }

  it("answers 404 to a deployment that does not exist", async () => {
    const answer = await score(uri, keys.primary, readFileSync(request), { "azureml-model-deployment": "purple" });
    expect(answer.status).to.equal(404);
    expect(answer.json).to.have.nested.property("error.code", "DeploymentNotFound");
  });

  it("answers 424 when the script fails, with the script's own status beside", async () => {
    const answer = await score(uri, keys.primary, "not json");
    expect(answer.status, answer.text).to.equal(424);
    expect(answer.headers.get("ms-azureml-model-error-statuscode")).to.equal("500");
  });
});
