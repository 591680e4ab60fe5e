import { existsSync, readFileSync } from "node:fs";
import { expect } from "chai";
import { NEIGHBOUR } from "../input/azure/corpus";
import { container, docker, needsDocker, removeAtEnd } from "./engine";
import { score } from "./score";
import { TestStack } from "./stack";

/** An endpoint with two deployments, and what they answer to its sample request. */
interface Sample {
  readonly name: string;
  readonly stack: string;
  readonly port: number;
  readonly endpoint: string;
  readonly request: string;
  /** Folders to copy, by the name of the copy. */
  readonly folders: Readonly<Record<string, string>>;
  readonly files: { readonly endpoint: string; readonly blue: string; readonly green: string };
  readonly answers: { readonly blue: readonly number[]; readonly green: readonly number[] };
}

const OWN: Sample = {
  name: "the example, as on Azure",
  stack: "example",
  port: 18_085,
  endpoint: "diabetes",
  request: "examples/diabetes/sample-request.json",
  folders: { ".": "examples/diabetes" },
  files: { endpoint: "endpoint.yml", blue: "blue.yml", green: "green.yml" },
  answers: {
    blue: [213.82923345192677, 101.28301993458939],
    green: [209.20223481650072, 65.69430764602157],
  },
};

/** Azure's own sample endpoint with both its deployments, byte for byte, where it stands beside the project. */
const AZURES: Sample = {
  name: "Azure's own sample, unchanged",
  stack: "sample",
  port: 18_081,
  endpoint: "my-endpoint",
  request: `${NEIGHBOUR}/up-sample-blue/managed/sample/sample-request.json`,
  folders: Object.fromEntries(["ep", "blue", "green"].map((name) => [name, `${NEIGHBOUR}/up-sample-${name}`])),
  files: {
    endpoint: "ep/managed/sample/endpoint.yml",
    blue: "blue/managed/sample/blue-deployment.yml",
    green: "green/managed/sample/green-deployment.yml",
  },
  answers: { blue: [11055.977245525679, 4503.079536107787], green: [0.5, 0.5] },
};

for (const sample of [OWN, ...(existsSync(AZURES.request) ? [AZURES] : [])]) {
  describe(sample.name, function () {
    this.timeout(600_000);
    needsDocker();
    const stack = new TestStack(sample.stack);
    const { endpoint, files, answers, request } = sample;
    let uri = "";
    let keys = { primary: "", secondary: "" };

    before(async () => {
      for (const [to, from] of Object.entries(sample.folders)) {
        stack.copy(from, to);
      }
      stack.configure({
        endpoints: [
          {
            file: stack.file(files.endpoint),
            deployments: [stack.file(files.blue), stack.file(files.green)],
            traffic: { blue: 100, green: 0 },
          },
        ],
        // Hard limits of two Standard_DS3_v2, on whatever machine this runs: they are limits, not shares of its cores.
        docker: { sizing: "limits", capacity: { cores: 16, memoryGib: 64 } },
        router: { port: sample.port },
      });
      await stack.pulumi(["stack", "init"]);
      const { code, text, seconds } = await stack.up();
      expect(code, text).to.equal(0);
      console.log(`      up: ${seconds.toFixed(1)} s`);
      const outputs = await stack.outputs();
      uri = outputs.scoringUris[endpoint]!;
      keys = outputs.keys[endpoint]!;
    });
    removeAtEnd(stack);

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
        expectNear(answer.json as number[], answers.blue);
        expect(answer.headers.get("azureml-model-deployment")).to.equal("blue");
      });
    }

    it("reaches green, which has no traffic, by the header", async () => {
      const answer = await score(uri, keys.primary, readFileSync(request), { "azureml-model-deployment": "green" });
      expect(answer.status, answer.text).to.equal(200);
      expectNear(answer.json as number[], answers.green);
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
}

function expectNear(numbers: readonly number[], expected: readonly number[]): void {
  expect(numbers).to.have.length(expected.length);
  numbers.forEach((number, index) => {
    expect(number).to.be.closeTo(expected[index]!, 1e-6 * expected[index]!);
  });
}
