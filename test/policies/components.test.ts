import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import type { InferenceStackArgs } from "../../components/args";
import { InferenceStack } from "../../components/stack";
import { ownValues } from "../../input/stack/config";
import type { DeployedStack } from "../../plan/deployed";
import { COMPONENTS, CONTAINER } from "../../policies/inputs";
import { awaitOutput, mockEngine } from "../support/mocks";
import { type Diagnostic, PackHost, type Resource } from "./pack-host";

interface Registered extends Resource {
  readonly name: string;
}

const FILE = "stacks/Pulumi.dev.yaml";

/** What the components of the example stack register, and what stands then. */
async function register(
  change: Readonly<Record<string, unknown>> = {},
  before?: DeployedStack,
): Promise<{ resources: Registered[]; deployed: DeployedStack }> {
  const registered = await mockEngine();
  const { config } = parse(readFileSync(FILE, "utf8")) as { config: Record<string, unknown> };
  const args = { ...ownValues(config), ...change } as unknown as InferenceStackArgs;
  const stack = new InferenceStack("test", { ...args, configFile: FILE, before: { stack: before } });
  const deployed = await awaitOutput(stack.deployed);
  return {
    resources: registered.map(({ inputs, ...rest }) => ({ ...rest, props: inputs as Resource["props"] })),
    deployed,
  };
}

const OURS: readonly string[] = Object.values(COMPONENTS);

describe("what policies see of the components", function () {
  this.timeout(60_000);
  let pack: PackHost;

  before(async () => {
    pack = await PackHost.start();
  });
  after(() => pack?.stop());

  async function judged(resources: readonly Registered[]): Promise<Diagnostic[]> {
    const diagnostics: Diagnostic[] = [];
    for (const resource of resources.filter(({ type }) => OURS.includes(type) || type === CONTAINER)) {
      diagnostics.push(...(await pack.analyze(resource)));
    }
    return diagnostics;
  }

  it("is complete and known: every policy can decide on every component", async () => {
    const { resources } = await register();
    for (const type of [...OURS, CONTAINER]) {
      expect(
        resources.some((resource) => resource.type === type),
        type,
      ).to.equal(true);
    }
    for (const { message } of await judged(resources)) {
      expect(message).to.not.match(/cannot be checked|can't run/);
    }
  });

  it("of the example is in order, but for the images that its files name", async () => {
    const { resources } = await register();
    expect((await judged(resources)).map(({ policy }) => policy)).to.deep.equal([
      "latest-image-tag",
      "latest-image-tag",
    ]);
  });

  it("of the example in production is more", async () => {
    const { resources } = await register({ production: true, router: { host: "0.0.0.0", port: 8080 } });
    const found = await judged(resources);
    expect([...new Set(found.map(({ policy }) => policy))]).to.have.members([
      "latest-image-tag",
      "production-single-instance",
      "public-access-without-limits",
      "egress-open",
    ]);
    expect(
      found.filter(({ policy }) => policy === "production-single-instance").map(({ message }) => message)[0],
    ).to.include("diabetes/blue takes 90 % of live traffic with 1 instance, 2 are asked for");
  });

  it("stays the same in the next run, whatever the time is", async () => {
    const first = await register();
    const second = await register({}, first.deployed);
    const inputs = ({ resources }: { resources: Registered[] }) =>
      Object.fromEntries(resources.filter(({ type }) => OURS.includes(type)).map(({ name, props }) => [name, props]));
    expect(inputs(second)).to.deep.equal(inputs(first));
    const blue = inputs(first)["test.diabetes.blue"];
    expect(blue).to.deep.include({
      since: first.deployed.endpoints["diabetes"]?.since,
      endpointSince: first.deployed.endpoints["diabetes"]?.since,
      traffic: 90,
      mirrorTraffic: 0,
      maxInstances: 1,
    });
  });

  it("tells a new generation from an old endpoint", async () => {
    const { deployed } = await register();
    const old = "2026-01-01T00:00:00.000Z";
    const diabetes = { ...deployed.endpoints["diabetes"]!, since: old };
    const changed = await register(
      { docker: { sizing: "limits", capacity: { cores: 64, memoryGib: 256 } } },
      { ...deployed, endpoints: { diabetes } },
    );
    const blue = changed.resources.find(({ name }) => name === "test.diabetes.blue");
    expect(blue?.props).to.deep.include({ endpointSince: old });
    expect(blue?.props["since"]).to.be.a("string").and.not.equal(old);
    const found = await judged(changed.resources);
    expect(found.filter(({ policy }) => policy === "traffic-to-young-deployment")).to.have.length(2);
  });
});
