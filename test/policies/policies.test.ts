import { expect } from "chai";
import { CATALOGUE, type PolicyName } from "../../policies/catalogue";
import { DOMAINS } from "../../policies/policies";
import type { Row } from "../../policies/row";
import { CASES, type Case } from "./cases";
import { type Diagnostic, PackHost, type Resource, UNKNOWN } from "./pack-host";
import { KINDS, resource, SUBJECT } from "./resources";

type Inputs = Readonly<Record<string, unknown>>;

const NAMES = Object.keys(CATALOGUE) as PolicyName[];

/** Inputs that a component may leave out; containers may leave out all of theirs. */
const OPTIONAL = ["image"];

describe("the policy pack", function () {
  this.timeout(60_000);
  let pack: PackHost;

  before(async () => {
    pack = await PackHost.start();
  });
  after(() => pack?.stop());

  /** What one policy says; the others have their own tests. */
  function said(name: PolicyName, of: Resource, config: Inputs = {}): Promise<Diagnostic[]> {
    return pack.analyzeBy(name, of, config);
  }

  it("holds every policy of the catalogue, each in the file of its domain", () => {
    expect(pack.policies.map(({ name }) => name)).to.have.members(NAMES);
    for (const [domain, policies] of Object.entries(DOMAINS)) {
      for (const policy of Object.values(policies)) {
        expect(CATALOGUE[policy.name as PolicyName].domain, policy.name).to.equal(domain);
      }
    }
  });

  it("has a kebab-case name, a fix, a link and a severity for each", () => {
    for (const { name, description, severity, url, fix } of pack.policies) {
      expect(name).to.match(/^[a-z]+(-[a-z]+)+$/);
      expect(description, name).to.match(/^[A-Z].*\.$/);
      expect(fix, name).to.match(/^[A-Z].*\.$/);
      expect(url, name).to.match(/^https:\/\/(learn\.microsoft\.com\/azure\/machine-learning|docs\.docker\.com)\//);
      expect(severity, name).to.be.greaterThan(0);
    }
  });

  for (const kind of KINDS) {
    it(`has nothing to say about a good ${kind}`, async () => {
      expect(await pack.analyze(resource(kind))).to.deep.equal([]);
    });
  }

  it("leaves other types alone, whatever they hold", async () => {
    expect(
      await pack.analyze({ type: "random:index/randomId:RandomId", props: { production: UNKNOWN } }),
    ).to.deep.equal([]);
  });

  for (const name of NAMES) {
    describe(name, () => {
      const row: Row = CATALOGUE[name];
      const { kind, fails, passes, overrides }: Case = CASES[name];

      for (const { inputs, says, config } of fails) {
        it(`reports: ${says.join(" … ")}`, async () => {
          const diagnostics = await said(name, resource(kind, inputs), config);
          expect(diagnostics).to.not.have.length(0);
          for (const { level, message } of diagnostics) {
            expect(level).to.equal(row.level);
            if (!message.includes("cannot be checked")) {
              expect(message).to.include(`\n${SUBJECT[kind]}`).and.include(row.fix);
            }
          }
          for (const text of says) {
            expect(diagnostics.map(({ message }) => message).join("\n")).to.include(text);
          }
        });
      }

      it("passes what comes near", async () => {
        expect(passes).to.not.have.length(0);
        for (const { inputs, config } of passes) {
          expect(await said(name, resource(kind, inputs), config), JSON.stringify(inputs)).to.deep.equal([]);
        }
      });

      it("is never silent while a value is unknown that would decide", async () => {
        for (const { inputs, config } of fails) {
          for (const [path, props] of unknowns(resource(kind, inputs).props, Object.keys(inputs))) {
            const diagnostics = await said(name, { ...resource(kind), props }, config);
            expect(diagnostics, `unknown ${path}`).to.not.have.length(0);
          }
        }
      });

      it("names an unknown value in preview, whatever its level", async () => {
        const seen = await keysThat(kind, async (key) => {
          const config = { ...fails[0]?.config, enforcementLevel: "mandatory" };
          const all = await said(name, resource(kind, { [key]: UNKNOWN }), config);
          const unable = all.filter(({ message }) => message.includes(`can't run policy '${name}'`));
          for (const { level, message } of unable) {
            expect(level).to.equal("advisory");
            expect(message).to.match(new RegExp(`\\.${key} can't be known during preview`));
          }
          return unable;
        });
        expect(seen).to.not.have.length(0);
      });

      it("takes its level from the config", async () => {
        const { inputs, config } = fails[0]!;
        for (const enforcementLevel of ["advisory", "mandatory"] as const) {
          const [diagnostic] = await said(name, resource(kind, inputs), { ...config, enforcementLevel });
          expect(diagnostic?.level).to.equal(enforcementLevel);
        }
        expect(await said(name, resource(kind, inputs), { ...config, enforcementLevel: "disabled" })).to.deep.equal([]);
      });

      it("leaves alone what the config excepts", async () => {
        const { inputs, config } = fails[0]!;
        for (const except of EXCEPTIONS[kind]) {
          expect(await said(name, resource(kind, inputs), { ...config, except: [except] }), except).to.deep.equal([]);
        }
        expect(await said(name, resource(kind, inputs), { ...config, except: ["another"] })).to.not.have.length(0);
      });

      for (const { config, inputs, violated } of overrides) {
        it(`with ${JSON.stringify(config)} ${violated ? "reports" : "passes"}`, async () => {
          const diagnostics = await said(name, resource(kind, inputs), config);
          expect(diagnostics.length > 0).to.equal(violated);
        });
      }

      it("has an override of each key of its config under test", () => {
        const used = [...overrides, ...fails, ...passes].flatMap(({ config }) => Object.keys(config ?? {}));
        const keys = Object.keys(row.config).filter((key) => kind !== "container" || key !== "everywhere");
        expect(used).to.include.members(keys);
      });

      it("tells a misspelt key of its config", async () => {
        const [diagnostic] = await said(name, resource(kind), { totl: 8 });
        expect(diagnostic?.message).to.include("cannot be checked: its config has no key totl, only");
      });

      if (kind !== "container") {
        it("tells an input that is missing", async () => {
          const missing = await keysThat(kind, (key) =>
            said(name, resource(kind, { [key]: undefined }), fails[0]?.config),
          );
          const unknown = await keysThat(kind, (key) =>
            said(name, resource(kind, { [key]: UNKNOWN }), fails[0]?.config),
          );
          // What it cannot do without is what it reads.
          expect(missing).to.include.members(unknown.filter((key) => !OPTIONAL.includes(key)));
          expect(missing).to.not.have.length(0);
        });
      }
    });
  }

  /** The inputs of a good resource for which a check says anything. */
  async function keysThat(kind: Case["kind"], check: (key: string) => Promise<Diagnostic[]>): Promise<string[]> {
    const keys: string[] = [];
    for (const key of Object.keys(resource(kind).props)) {
      if ((await check(key)).length > 0) {
        keys.push(key);
      }
    }
    return keys;
  }
});

const EXCEPTIONS: Readonly<Record<Case["kind"], readonly string[]>> = {
  endpoint: ["shop"],
  deployment: ["shop", "shop/blue"],
  identity: ["shop"],
  quota: ["the stack"],
  container: ["under-test"],
};

/** Copies of some inputs in which one value, at any depth, is unknown. */
function unknowns(props: Inputs, keys: readonly string[]): [string, Inputs][] {
  return keys.flatMap((key) =>
    leaves(props[key], [key]).map((path): [string, Inputs] => [path.join("."), replaced(props, path) as Inputs]),
  );
}

/** Every place below a value, itself included. */
function leaves(value: unknown, path: readonly string[]): (readonly string[])[] {
  const below = value !== null && typeof value === "object" ? Object.entries(value) : [];
  return [path, ...below.flatMap(([key, inner]) => leaves(inner, [...path, key]))];
}

function replaced(value: unknown, [head, ...rest]: readonly string[]): unknown {
  if (head === undefined) {
    return UNKNOWN;
  }
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === head ? replaced(item, rest) : item));
  }
  return { ...(value as Inputs), [head]: replaced((value as Inputs)[head], rest) };
}
