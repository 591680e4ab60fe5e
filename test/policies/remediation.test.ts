import { expect } from "chai";
import fc from "fast-check";
import { CATALOGUE, type PolicyName } from "../../policies/catalogue";
import { POLICIES } from "../../policies/policies";
import type { Row } from "../../policies/row";
import { runs } from "../support/effort";
import { CASES } from "./cases";
import { type PackConfig, PackHost, type Resource, UNKNOWN } from "./pack-host";
import { good, resource } from "./resources";

const NAMES = (Object.keys(CATALOGUE) as PolicyName[]).filter((name) => (CATALOGUE[name] as Row).remediates === true);

const LABELS = { env: "prod", team: "search" };

/** What makes a JSON value a secret on its way between engine and pack. */
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** Every remediation on. */
const ALL: PackConfig = Object.fromEntries(
  NAMES.map((name) => [
    name,
    { enforcementLevel: "remediate", ...(name === "container-without-labels" ? { labels: LABELS } : {}) },
  ]),
);

describe("remediations", function () {
  this.timeout(60_000);
  let pack: PackHost;

  before(async () => {
    pack = await PackHost.start();
  });
  after(() => pack?.stop());

  it("are those of the catalogue, and only of resources whose inputs go to a provider", () => {
    const able = POLICIES.filter(({ remediateResource }) => remediateResource !== undefined).map(({ name }) => name);
    expect(able).to.have.members(NAMES);
    for (const name of NAMES) {
      expect(CASES[name].kind).to.equal("container");
    }
  });

  for (const name of NAMES) {
    describe(name, () => {
      for (const { inputs, config } of CASES[name].fails) {
        it(`corrects ${JSON.stringify(inputs)}, and has nothing to correct then`, async () => {
          const on = { [name]: { ...config, enforcementLevel: "remediate" } };
          const wrong = resource("container", inputs);
          const once = await pack.remediate(wrong, on);
          expect(once.by).to.deep.equal([name]);
          const corrected = { ...wrong, props: once.props };
          expect(await pack.analyze(corrected, on)).to.deep.equal([]);
          const twice = await pack.remediate(corrected, on);
          expect(twice).to.deep.equal({ props: once.props, by: [], said: [] });
        });
      }

      it("leaves a good container as it is", async () => {
        const { by } = await pack.remediate(resource("container"), { [name]: { enforcementLevel: "remediate" } });
        expect(by).to.deep.equal([]);
      });

      it("does nothing at another level, and then it is a violation", async () => {
        const { inputs, config } = CASES[name].fails[0]!;
        const wrong = resource("container", inputs);
        const advised = { [name]: { ...config, enforcementLevel: "mandatory" } };
        expect((await pack.remediate(wrong, advised)).by).to.deep.equal([]);
        expect((await pack.analyze(wrong, advised)).map(({ level }) => level)).to.deep.equal(["mandatory"]);
      });

      it("keeps to the containers of the components, unless told otherwise", async () => {
        const { inputs, config } = CASES[name].fails[0]!;
        const foreign: Resource = { ...resource("container", inputs), parentType: "" };
        const on = { ...config, enforcementLevel: "remediate" };
        expect((await pack.remediate(foreign, { [name]: on })).by).to.deep.equal([]);
        expect(await pack.analyze(foreign, { [name]: on })).to.deep.equal([]);
        expect((await pack.remediate(foreign, { [name]: { ...on, everywhere: true } })).by).to.deep.equal([name]);
        const excepted = { [name]: { ...on, except: ["under-test"] } };
        expect((await pack.remediate(resource("container", inputs), excepted)).by).to.deep.equal([]);
      });

      it("does nothing with a misspelt config, and says so", async () => {
        const { inputs } = CASES[name].fails[0]!;
        const wrong = resource("container", inputs);
        const misspelt = { [name]: { enforcementLevel: "remediate", lables: {} } };
        expect((await pack.remediate(wrong, misspelt)).by).to.deep.equal([]);
        const [said] = await pack.analyze(wrong, misspelt);
        expect(said?.level).to.equal("mandatory");
        expect(said?.message).to.include("no key lables");
      });
    });
  }

  it("together make a bare container a good one", async () => {
    const bare = resource("container", {
      labels: undefined,
      readOnly: undefined,
      capabilities: undefined,
      securityOpts: undefined,
      memorySwap: undefined,
    });
    const { props, by } = await pack.remediate(bare, ALL);
    expect(by).to.have.members(NAMES);
    const { name, image, memory } = good("container");
    expect(props).to.deep.equal({
      name,
      image,
      memory,
      memorySwap: memory,
      readOnly: true,
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges"],
      labels: Object.entries(LABELS).map(([label, value]) => ({ label, value })),
    });
  });

  it("change a label of another value, and keep the others", async () => {
    const labels = [
      { label: "env", value: "dev" },
      { label: "mlendpoints.role", value: "instance" },
    ];
    const { props } = await pack.remediate(resource("container", { labels }), ALL);
    expect(props["labels"]).to.have.deep.members([
      labels[1],
      ...Object.entries(LABELS).map(([label, value]) => ({ label, value })),
    ]);
  });

  it("keep unknown values unknown, and secrets secret", async () => {
    const envs = { ...SECRET, value: ["PASSWORD=hunter2"] };
    const { props, by } = await pack.remediate(
      resource("container", { image: UNKNOWN, envs, memorySwap: undefined, readOnly: false }),
      ALL,
    );
    expect(by).to.include.members(["container-swaps", "container-not-hardened"]);
    expect(props).to.deep.include({ image: UNKNOWN, envs, memorySwap: 1024, readOnly: true });
  });

  it("wait for a value that decides and is unknown, and say so", async () => {
    const wrong = resource("container", { labels: UNKNOWN, readOnly: UNKNOWN, memorySwap: UNKNOWN });
    const { by, said } = await pack.remediate(wrong, ALL);
    expect(by).to.deep.equal([]);
    expect(said).to.have.length(NAMES.length);
    for (const text of said) {
      expect(text).to.match(/^can't run remediation 'container-.*can't be known during preview$/);
    }
    expect((await pack.analyze(wrong, ALL)).map(({ level }) => level)).to.deep.equal(NAMES.map(() => "advisory"));
  });

  it("applied twice are the same as once, on any container", async () => {
    const strings = fc.array(fc.constantFrom("ALL", "all", "CHOWN", "no-new-privileges", "apparmor=none"), {
      maxLength: 3,
    });
    const label = fc.record({ label: fc.constantFrom("env", "team", "other"), value: fc.constantFrom("prod", "dev") });
    const container = fc.record(
      {
        privileged: fc.boolean(),
        readOnly: fc.boolean(),
        uploads: fc.array(fc.record({ file: fc.constant("/a"), content: fc.string() }), { maxLength: 1 }),
        capabilities: fc.record({ adds: strings, drops: strings }, { requiredKeys: [] }),
        securityOpts: strings,
        labels: fc.uniqueArray(label, { selector: (each) => each.label, maxLength: 3 }),
        memory: fc.nat(4096),
        memorySwap: fc.integer({ min: -1, max: 4096 }),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(container, async (props) => {
        const bare = { type: resource("container").type, props: { image: "a", ...props } };
        const once = await pack.remediate(bare, ALL);
        expect((await pack.remediate({ ...bare, props: once.props }, ALL)).by).to.deep.equal([]);
        expect(await pack.analyze({ ...bare, props: once.props }, ALL)).to.deep.equal([]);
      }),
      { numRuns: runs(200) },
    );
  });
});
