import { expect } from "chai";
import { InferenceStack } from "../../components/stack";
import { accessArgs, BASE_ROLES, BLUE, RESOURCE_ID, SECRETS_READER, USER_ASSIGNED } from "../plan/access";
import { awaitOutput, mockEngine, type Registered } from "../support/mocks";

/** The SDK marks a value that has a secret in it with this key. */
const SECRET = "4dabf18193072939515e22adb298388d";
const VALUE = "sk-4f1c-value";

const INSTANCE = /^test\.shop\.blue\.[0-9a-f]{8}\.1$/;

/** The component tree of a stack with a user-assigned identity and a reference, against mocks. */
async function register(): Promise<readonly Registered[]> {
  const resources = await mockEngine();
  const variables =
    "environment_variables: { KEY: '${{azureml://connections/openai/credentials/key}}', A1: x, A: z }\n";
  const { args, remove } = accessArgs(
    { "app/endpoint.yml": USER_ASSIGNED, "app/blue.yml": BLUE + variables },
    {
      connections: { openai: { credentials: { key: VALUE } } },
      identities: { "shop-id": { resourceId: RESOURCE_ID, clientId: "11-22" } },
      roleAssignments: [
        ...BASE_ROLES.slice(0, 2),
        { identity: "shop-id", role: SECRETS_READER, scope: "connection/openai" },
        { identity: "shop-id", role: "Contributor", scope: "vault/old" },
      ],
    },
  );
  const stack = new InferenceStack("test", args);
  await awaitOutput(stack.deployed);
  remove();
  expect(resources.map(({ name }) => name).filter((name) => INSTANCE.test(name))).to.have.length(1);
  return resources;
}

describe("secrets in the component tree", function () {
  this.timeout(30_000);
  let resources: readonly Registered[] = [];
  const instance = () => resources.find(({ name }) => INSTANCE.test(name))!;

  before(async () => {
    resources = await register();
  });

  it("reach the container's environment as secrets, beside the plain variables", () => {
    // One secret makes the whole list secret.
    const envs = instance().inputs["envs"] as { [SECRET]?: string; value: string[] };
    expect(envs[SECRET]).to.be.a("string");
    const own = envs.value.filter((variable) => !variable.startsWith("MLENDPOINTS_"));
    expect(own).to.deep.equal(["A1=x", "A=z", "AZURE_CLIENT_ID=11-22", `KEY=${VALUE}`]);
  });

  it("stand nowhere else: not in labels, names, components or other resources", () => {
    const holders = resources.filter(({ name, inputs }) => `${name} ${JSON.stringify(inputs)}`.includes(VALUE));
    expect(holders.map(({ name }) => name)).to.deep.equal([instance().name]);
    const { envs: _envs, ...rest } = instance().inputs;
    expect(JSON.stringify(rest)).to.not.include(VALUE);
    const encoded = Buffer.from(VALUE).toString("base64");
    expect(JSON.stringify(resources)).to.not.include(encoded);
  });

  it("leave the reference where policies look", () => {
    const deployment = resources.find(({ type }) => type === "mlendpoints:index:OnlineDeployment")!;
    expect(deployment.inputs["environmentVariables"]).to.deep.equal({
      KEY: "${{azureml://connections/openai/credentials/key}}",
      A1: "x",
      A: "z",
    });
  });

  it("belong to an identity whose roles are plain inputs", () => {
    const { inputs } = resources.find(({ type }) => type === "mlendpoints:index:EndpointIdentity")!;
    expect(Object.keys(inputs).sort()).to.deep.equal(
      ["endpoint", "missing", "name", "roleAssignments", "type", "unused"].sort(),
    );
    expect(inputs).to.deep.include({ endpoint: "shop", type: "user_assigned", name: "shop-id" });
    const held = inputs["roleAssignments"] as { role: string; used: boolean; automatic: boolean }[];
    expect(held.map(({ role, used, automatic }) => [role, used, automatic])).to.deep.equal([
      ["AcrPull", true, false],
      ["Storage Blob Data Reader", true, false],
      [SECRETS_READER, true, false],
      ["Contributor", false, false],
    ]);
    expect(inputs["missing"]).to.deep.equal([
      {
        role: "AzureML Metrics Writer (preview)",
        roleId: "635dd51f-9968-44d3-b7fb-6d9a6bd613ae",
        scope: "workspace",
        purpose: "write the CPU, GPU, memory and disk metrics of a deployment",
      },
    ]);
    expect(inputs["unused"]).to.deep.equal([
      { role: "Contributor", roleId: "b24988ac-6180-42a0-ab88-20f7382dd24c", scope: "vault/old" },
    ]);
  });
});
