import { rmSync } from "node:fs";
import { expect } from "chai";
import { docker, leftovers, needsDocker } from "../docker/engine";
import { count, startLoad } from "../docker/load";
import type { TestStack } from "../docker/stack";
import { pulumiMissing } from "../fixtures/pulumi-project";
import { skip } from "../support/skip";
import { allowedBy } from "./allowed";
import { type Backend, backend, COMMIT, checkOut, fixtureStack, REQUEST, tagBases, whyNoCommit } from "./support";

/** Requests per second while the program changes: enough to notice, little enough for a machine of two cores. */
const RATE = 100;

/** Containers that live for one update are made anew in each. */
const SHORT_LIVED = /[-.](gate|apply)$/;

/** A stack of the commit's own program, which gets today's program while it serves. */
describe(`a stack that ${COMMIT} made and that serves`, function () {
  this.timeout(900_000);
  needsDocker();
  let own: Backend;
  let then: Backend;
  let old: string | undefined;
  let earlier: TestStack;
  let today: TestStack;
  let standing: readonly Standing[] = [];
  let network = "";

  before(async function () {
    const why = pulumiMissing() ?? whyNoCommit();
    if (why !== undefined) {
      skip(this, why);
    }
    await tagBases();
    [own, then] = [await backend(), await backend()];
    // One state and one passphrase; each program has plug-ins of its own time.
    const env = { ...own.env, PULUMI_HOME: then.env["PULUMI_HOME"]! };
    old = await checkOut(env);
    earlier = fixtureStack(env, old);
    today = fixtureStack(own.env);
    await earlier.pulumi(["stack", "init"]);
    const { code, text } = await earlier.up();
    expect(code, text).to.equal(0);
    standing = await running(earlier);
    network = await networkId(earlier);
  });
  after(async () => {
    if (old === undefined) {
      return;
    }
    await today.remove();
    earlier.discard();
    rmSync(old, { recursive: true, force: true });
    own.remove();
    then.remove();
    expect(await leftovers(today.stack)).to.deep.equal([]);
  });

  it("stands", () => {
    expect(standing.map(({ name }) => name.replace(/-[0-9a-f]{8}-/, "-")).sort()).to.deep.equal([
      "credit-main-1",
      "router",
      "shop-blue-1",
      "shop-blue-2",
      "shop-green-1",
    ]);
  });

  it("is taken over by today's program without a failed request, and keeps what it says it keeps", async () => {
    const outputs = await earlier.outputs();
    const load = startLoad({
      url: outputs.scoringUris["shop"]!,
      key: outputs.keys["shop"]!.primary,
      request: REQUEST,
      connections: 4,
      rate: RATE,
    });
    const { code, text, seconds } = await today.up();
    load.stop();
    const { answers, lost, faults, p99 } = await load.done;
    expect(code, text).to.equal(0);
    console.log(`      up: ${seconds.toFixed(1)} s; ${answers.length} answers, ${lost} lost, p99 ${p99} ms`);
    expect(count(answers, ({ status }) => String(status))).to.deep.equal({ "200": answers.length });
    // Where the report has said that the router is replaced, connections fail between the two, and nothing else does.
    const refused = Object.keys(faults).filter((fault) => !/ECONNREFUSED|ECONNRESET|socket hang up/.test(fault));
    expect(refused).to.deep.equal([]);
    expect(/^\s*ROUTER\n\s+replaced/m.test(text) || lost === 0, `${lost} lost without a word`).to.equal(true);
    expect(answers.length).to.be.greaterThan(RATE);
    expect(Object.keys(count(answers, ({ body }) => body)).sort()).to.deep.equal(['["blue"]', '["green"]']);

    const after = new Map((await running(today)).map((each) => [each.id, each.startedAt]));
    const touched = standing.filter(({ id, startedAt }) => after.get(id) !== startedAt);
    const unannounced = touched.filter(({ urn }) => !["replace", "delete"].some((op) => allowedBy(op, urn)));
    expect(unannounced).to.deep.equal([]);
    // The report names the generation of each instance that goes, and why there is another; the router, when it goes.
    for (const { name } of touched) {
      const generation = /-([0-9a-f]{8})-\d+$/.exec(name)?.[1];
      expect(text).to.match(
        generation === undefined ? /ROUTER\n\s+replaced/ : new RegExp(`new version ${generation} → .*\\(`),
      );
    }
    expect(await networkId(today)).to.equal(network);
    expect(await today.outputs()).to.deep.include({ keys: outputs.keys, scoringUris: outputs.scoringUris });
  });

  it("has nothing left to change", async () => {
    expect((await today.preview()).text).to.match(/Resources:\s+\d+ unchanged\n/);
  });
});

interface Standing {
  /** Container name without the stack's prefix. */
  readonly name: string;
  readonly id: string;
  readonly startedAt: string;
  /** Of the resource that it is. */
  readonly urn: string;
}

/** The containers of a stack that serve, as the engine and the state know them. */
async function running(stack: TestStack): Promise<Standing[]> {
  const { deployment } = JSON.parse((await stack.pulumi(["stack", "export"])).stdout) as {
    deployment: { resources: { id?: string; urn: string }[] };
  };
  const prefix = `/mlendpoints-${stack.stack}-`;
  const all = await docker.listContainers({ filters: { label: [`mlendpoints.stack=${stack.stack}`] } });
  return Promise.all(
    all
      .filter(({ Names }) => !SHORT_LIVED.test(Names[0]!))
      .map(async ({ Id, Names }) => ({
        name: Names[0]!.slice(prefix.length),
        id: Id,
        startedAt: (await docker.getContainer(Id).inspect()).State.StartedAt,
        urn: deployment.resources.find(({ id }) => id === Id)?.urn ?? "",
      })),
  );
}

async function networkId(stack: TestStack): Promise<string> {
  return ((await docker.getNetwork(`mlendpoints-${stack.stack}`).inspect()) as { Id: string }).Id;
}
