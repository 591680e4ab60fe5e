import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parse } from "yaml";
import { InferenceStack } from "../../components/stack";
import { loadStack } from "../../input/stack/load";
import { contentHash } from "../../plan/hash";
import { planStack } from "../../plan/stack-plan";
import { stackFolder } from "../fixtures/stack";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const KEY = "k".repeat(64);

/** Runs the component tree against mocks and gives what it registered. */
async function register(
  extra: Record<string, unknown> = {},
): Promise<{ resources: Registered[]; stack: InferenceStack }> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, inputs });
        // A gate and an apply that went well; the keys.
        const outputs = { ...inputs, exitCode: 0, containerLogs: "", result: KEY };
        return { id: `${name}-id`, state: outputs };
      },
      call: () => ({}),
    },
    "mlendpoints",
    "test",
    false,
  );
  const folder = stackFolder();
  const config = parse(readFileSync(folder.file, "utf8")).config as Record<string, unknown>;
  const values = Object.fromEntries(
    Object.entries(config).map(([key, value]) => [key.replace("mlendpoints:", ""), value]),
  );
  const plan = planStack(loadStack({ file: folder.file, values: { ...values, ...extra } }), {
    stack: "test",
    localImages: {},
    recipes: { environment: "e", deployment: "d", router: "r" },
    now: "2026-01-01T00:00:00.000Z",
  });
  const stack = new InferenceStack("test", { plan });
  await new Promise((resolve) => stack.keys.apply(resolve));
  folder.remove();
  return { resources, stack };
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
    ({ resources } = await register());
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
    expect(published.map(({ name }) => name)).to.deep.equal(["router"]);
    expect(published[0]!.inputs["ports"]).to.deep.equal([{ internal: 8080, external: 8080, ip: "127.0.0.1" }]);
  });

  it("hardens every container", () => {
    for (const { name, inputs } of resources.filter(({ type }) => type === CONTAINER)) {
      expect(inputs["capabilities"], name).to.deep.equal({ drops: ["ALL"] });
      expect(inputs["securityOpts"], name).to.deep.equal(["no-new-privileges"]);
      expect(inputs["readOnly"], name).to.equal(!name.endsWith("-apply"));
    }
  });

  it("gives the keys to the router's key file alone, as a secret", () => {
    const holders = resources.filter(({ inputs }) => JSON.stringify(inputs).includes(KEY));
    expect(holders.map(({ name }) => name)).to.deep.equal(["router-apply"]);
    // The SDK marks a value that has a secret in it with this key.
    const uploads = holders[0]!.inputs["uploads"] as { [SECRET]?: string; value: { file: string; content: unknown }[] };
    expect(uploads[SECRET]).to.be.a("string");
    expect(
      uploads.value.filter(({ content }) => JSON.stringify(content).includes(KEY)).map(({ file }) => file),
    ).to.deep.equal(["/staging/ecds-keys.json"]);
  });

  it("names an instance by its generation", () => {
    const { name, inputs } = find(CONTAINER, /^shop-blue-[0-9a-f]{8}-1$/);
    expect(inputs["name"]).to.equal(`mlendpoints-test-${name}`);
  });

  it("counts CONTAINER_RECIPE up with every change of how a container is made", () => {
    // A replaced container is deleted before its successor starts. So whatever makes a container different must be
    // part of its generation; when this hash changes, count up CONTAINER_RECIPE in plan/stack-plan.ts and take the new one.
    const { inputs } = find(CONTAINER, /^shop-blue-[0-9a-f]{8}-1$/);
    const { name, image, networksAdvanced, ...shape } = inputs;
    expect(Boolean(name && image && networksAdvanced)).to.equal(true);
    expect({ recipe: 1, shape: contentHash(shape) }).to.deep.equal({ recipe: 1, shape: "67d0990fad62" });
  });
});
