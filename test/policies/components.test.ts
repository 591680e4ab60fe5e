import { readFileSync } from "node:fs";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { parse } from "yaml";
import { InferenceStack } from "../../components/stack";
import { ownValues } from "../../input/stack/config";
import { loadStack } from "../../input/stack/load";
import type { DeployedStack } from "../../plan/deployed";
import { planStack } from "../../plan/stack-plan";
import { COMPONENTS, CONTAINER } from "../../policies/inputs";
import { type Diagnostic, PackHost, type Resource } from "./pack-host";

interface Registered extends Resource {
  readonly name: string;
}

const FIRST = "2026-01-01T00:00:00.000Z";
const LATER = "2026-02-01T00:00:00.000Z";

const FILE = "stacks/Pulumi.dev.yaml";

/** What the components of the example stack register, and what stands then. */
async function register(
  change: Readonly<Record<string, unknown>> = {},
  context: { readonly now?: string; readonly deployed?: DeployedStack } = {},
): Promise<{ resources: Registered[]; deployed: DeployedStack }> {
  const resources: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        resources.push({ type, name, props: inputs as Resource["props"] });
        return { id: `${name}-id`, state: { ...inputs, exitCode: 0, containerLogs: "", result: "k".repeat(64) } };
      },
      call: () => ({}),
    },
    "mlendpoints",
    "test",
    false,
  );
  const { config } = parse(readFileSync(FILE, "utf8")) as { config: Record<string, unknown> };
  const plan = planStack(loadStack({ file: FILE, values: { ...ownValues(config), ...change } }), {
    stack: "test",
    localImages: {},
    recipes: { environment: "e", deployment: "d", router: "r" },
    now: FIRST,
    ...context,
  });
  const stack = new InferenceStack("test", { plan });
  await new Promise((resolve) => stack.keys.apply(resolve));
  return { resources, deployed: plan.deployed };
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
    const second = await register({}, { now: LATER, deployed: first.deployed });
    const inputs = ({ resources }: { resources: Registered[] }) =>
      Object.fromEntries(resources.filter(({ type }) => OURS.includes(type)).map(({ name, props }) => [name, props]));
    expect(inputs(second)).to.deep.equal(inputs(first));
    const blue = inputs(first)["diabetes-blue"];
    expect(blue).to.deep.include({
      since: FIRST,
      endpointSince: FIRST,
      traffic: 90,
      mirrorTraffic: 0,
      maxInstances: 1,
    });
  });

  it("tells a new generation from an old endpoint", async () => {
    const first = await register();
    const now = new Date().toISOString();
    const changed = await register(
      { docker: { sizing: "limits", capacity: { cores: 64, memoryGib: 256 } } },
      { now, deployed: first.deployed },
    );
    const blue = changed.resources.find(({ name }) => name === "diabetes-blue");
    expect(blue?.props).to.deep.include({ since: now, endpointSince: FIRST });
    const found = await judged(changed.resources);
    expect(found.filter(({ policy }) => policy === "traffic-to-young-deployment")).to.have.length(2);
  });
});
