import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { InferenceStackArgs } from "../../components/args";
import { InferenceStack } from "../../components/stack";
import { ownValues } from "../../input/stack/config";
import type { DeployedStack } from "../../plan/deployed";
import { stackFolder } from "../fixtures/stack";
import { awaitOutput, type MockEngine, mockEngine, type Registered } from "../support/mocks";

/** The second endpoint of the stack, with one deployment. */
const BANK: Readonly<Record<string, string>> = {
  "app/bank.yml": "name: bank\nauth_mode: key\ntraffic: { blue: 100 }\n",
};

async function update(
  outputs: NonNullable<MockEngine["outputs"]>,
  before?: DeployedStack,
): Promise<{ readonly deployed: DeployedStack; readonly resources: readonly Registered[]; readonly errors: string[] }> {
  // No two endpoints have a key in common.
  const resources = await mockEngine({
    outputs: (name, type) => ({ result: name.padEnd(64, "k"), ...outputs(name, type) }),
  });
  const folder = stackFolder(BANK);
  folder.write(
    "app/bank-blue.yml",
    readFileSync(`${folder.root}/app/blue.yml`, "utf8").replace("endpoint_name: shop", "endpoint_name: bank"),
  );
  const { config } = parse(readFileSync(folder.file, "utf8")) as { config: Record<string, unknown> };
  const values = ownValues(config) as unknown as InferenceStackArgs;
  const endpoints = [...values.endpoints, { file: "../app/bank.yml", deployments: ["../app/bank-blue.yml"] }];
  const errors: string[] = [];
  const told = (error: Error): void => void errors.push(error.message);
  const listeners = process.listeners("unhandledRejection");
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", told);
  try {
    const stack = new InferenceStack("test", {
      ...values,
      endpoints,
      configFile: folder.file,
      before: { stack: before },
    });
    const deployed = await awaitOutput(stack.deployed);
    await new Promise((resolve) => setImmediate(resolve));
    // The SDK sees one error on several promises, and tells it once.
    return { deployed, resources, errors: [...new Set(errors)] };
  } finally {
    process.off("unhandledRejection", told);
    for (const listener of listeners) {
      process.on("unhandledRejection", listener);
    }
    folder.remove();
  }
}

const WELL = () => ({});
const BANK_FAILS = (name: string) =>
  /bank.*gate$/.test(name) ? { exitCode: 1, containerLogs: "GET / answered 503" } : {};
const APPLY_FAILS = (name: string) => (name.endsWith(".apply") ? { exitCode: 1, containerLogs: "Envoy said no" } : {});

const input = (resources: readonly Registered[], name: RegExp, key: string): unknown =>
  resources.find((resource) => name.test(resource.name))?.inputs[key];

describe("an update in which something fails", function () {
  this.timeout(30_000);

  it("is the planned state when nothing does", async () => {
    const { deployed, errors, resources } = await update(WELL);
    expect(Object.keys(deployed.endpoints)).to.deep.equal(["bank", "shop"]);
    expect(deployed).to.not.have.property("failed");
    expect(errors).to.deep.equal([]);
    expect(input(resources, /\.apply$/, "command")).to.not.include("--keep");
  });

  it("keeps the endpoint whose gate stays shut, brings the others what was planned, and fails", async () => {
    const { deployed, errors, resources } = await update(BANK_FAILS);
    expect(Object.keys(deployed.endpoints)).to.deep.equal(["shop"]);
    expect(Object.keys(deployed.failed ?? {})).to.deep.equal(["bank/blue"]);
    expect(input(resources, /\.apply$/, "command")).to.deep.equal(["--drain-seconds", "180", "--keep", "bank"]);
    expect(errors).to.have.length(1);
    expect(errors[0]).to.match(/^ResourceNotReady: bank\/blue did not become ready[\s\S]*GET \/ answered 503/);
  });

  it("tries the same generation again in the next update, and once it is ready not another time", async () => {
    const failed = await update(BANK_FAILS);
    const mended = await update(WELL, failed.deployed);
    const attempt = failed.deployed.failed?.["bank/blue"]?.at;
    expect(input(failed.resources, /bank.*gate$/, "envs")).to.equal(undefined);
    expect(input(mended.resources, /bank.*gate$/, "envs")).to.deep.equal([`ATTEMPT=${attempt}`]);
    expect(input(mended.resources, /shop\.blue.*gate$/, "envs")).to.equal(undefined);
    expect(Object.keys(mended.deployed.endpoints)).to.deep.equal(["bank", "shop"]);
    const quiet = await update(WELL, mended.deployed);
    expect(input(quiet.resources, /bank.*gate$/, "envs")).to.deep.equal([`ATTEMPT=${attempt}`]);
    expect(quiet.deployed).to.deep.equal(mended.deployed);
  });

  it("leaves only those endpoints as they were that the router refuses, where it takes over the others", async () => {
    const refuses = (name: string) =>
      name.endsWith(".apply")
        ? { exitCode: 1, containerLogs: "bank: refused, not served: x\nrefused: bank; all else is served, as 1a2b" }
        : {};
    const { deployed, errors } = await update(refuses);
    expect(Object.keys(deployed.endpoints)).to.deep.equal(["shop"]);
    expect(deployed.router?.attempt).to.be.a("string");
    expect(errors[0]).to.match(/^the router did not take over the new configuration of bank;/);
  });

  it("leaves everything as it was when the router refuses, and asks it again in the next update", async () => {
    const first = await update(WELL);
    const refused = await update(APPLY_FAILS, first.deployed);
    expect(refused.deployed.endpoints).to.deep.equal(first.deployed.endpoints);
    expect(refused.errors[0]).to.include("Envoy said no");
    const again = await update(WELL, refused.deployed);
    expect(input(again.resources, /\.apply$/, "envs")).to.deep.equal([
      "ROUTER=test.router-id",
      `ATTEMPT=${refused.deployed.router?.attempt}`,
    ]);
  });
});
