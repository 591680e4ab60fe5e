import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { InferenceStackArgs } from "../../components/args";
import { InferenceStack } from "../../components/stack";
import { ownValues } from "../../input/stack/config";
import { stackFolder } from "../fixtures/stack";
import { awaitOutput, KEY, mockEngine, type Registered } from "../support/mocks";

/** Runs the component tree against mocks and gives what it registered. */
async function register(): Promise<Registered[]> {
  const resources = await mockEngine();
  const folder = stackFolder();
  const { config } = parse(readFileSync(folder.file, "utf8")) as { config: Record<string, unknown> };
  const args = ownValues(config) as unknown as InferenceStackArgs;
  const stack = new InferenceStack("test", { ...args, configFile: folder.file });
  await awaitOutput(stack.deployed);
  folder.remove();
  return resources;
}

const SECRET = "4dabf18193072939515e22adb298388d";

const CONTAINER = "docker:index/container:Container";

describe("InferenceStack", function () {
  this.timeout(30_000);
  let resources: Registered[] = [];
  const find = (type: string, name: RegExp): Registered => {
    const found = resources.find((resource) => resource.type === type && name.test(resource.name));
    expect(found, `${type} ${name}`).to.not.equal(undefined);
    return found!;
  };

  before(async () => {
    resources = await register();
  });

  it("registers what a policy must see as plain inputs", () => {
    expect(find("mlendpoints:index:Quota", /./).inputs).to.have.nested.property("total.reserved", 16);
    expect(find("mlendpoints:index:OnlineEndpoint", /shop/).inputs).to.deep.include({
      endpoint: "shop",
      authMode: "key",
      traffic: { blue: 90, green: 10 },
    });
    expect(find("mlendpoints:index:OnlineDeployment", /blue/).inputs).to.deep.include({
      deployment: "blue",
      instanceCount: 1,
      traffic: 90,
      production: false,
    });
    const identity = find("mlendpoints:index:EndpointIdentity", /./).inputs as { roleAssignments: { role: string }[] };
    expect(identity.roleAssignments.map(({ role }) => role)).to.include("AcrPull");
  });

  it("costs few resources per deployment", () => {
    const blue = resources.filter(({ name }) => /blue/.test(name));
    // The component, its image, its gate and one instance.
    expect(blue.map(({ type }) => type.split(":").at(-1)).sort()).to.deep.equal([
      "Container",
      "Container",
      "OnlineDeployment",
      "RemoteImage",
    ]);
  });

  it("publishes the router's port and no other", () => {
    const published = resources.filter(({ type, inputs }) => type === CONTAINER && inputs["ports"] !== undefined);
    expect(published.map(({ name }) => name)).to.deep.equal(["test.router"]);
    expect(published[0]!.inputs["ports"]).to.deep.equal([{ internal: 8080, external: 8080, ip: "127.0.0.1" }]);
  });

  it("hardens every container", () => {
    for (const { name, inputs } of resources.filter(({ type }) => type === CONTAINER)) {
      expect(inputs["capabilities"], name).to.deep.equal({ drops: ["ALL"] });
      expect(inputs["securityOpts"], name).to.deep.equal(["no-new-privileges"]);
      expect(inputs["readOnly"], name).to.equal(!name.endsWith(".apply"));
    }
  });

  it("gives the keys to the secret part of their endpoint's fragment alone", () => {
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(KEY));
    expect(holders.map(({ name }) => name)).to.deep.equal(["test.router.apply"]);
    // The SDK marks a value that has a secret in it with this key.
    const uploads = holders[0]!.inputs["uploads"] as { [SECRET]?: string; value: { file: string; content: unknown }[] };
    expect(uploads[SECRET]).to.be.a("string");
    expect(
      uploads.value.filter(({ content }) => JSON.stringify(content).includes(KEY)).map(({ file }) => file),
    ).to.deep.equal(["/staging/endpoints/shop.secret.json"]);
  });

  it("names an instance by its generation", () => {
    const { name, inputs } = find(CONTAINER, /^test\.shop\.blue\.[0-9a-f]{8}\.1$/);
    expect(inputs["name"]).to.equal(`mlendpoints.${name}`);
  });
});
