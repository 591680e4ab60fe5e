import { expect } from "chai";
import fc from "fast-check";
import { vmSizesWith } from "../../input/azure/tables/vm-sizes";
import type { DeploymentSpec, EndpointSpec } from "../../input/stack/spec";
import {
  type DeployedStack,
  deployedStack,
  parseDeployed,
  type StandingDeployment,
  type StandingEndpoint,
  UNKNOWN_GENERATION,
} from "../../plan/deployed";
import { changedParts, formatParts, parseParts } from "../../plan/generation-parts";
import { correct } from "../fixtures/stack";
import { examine, LATER, NOW } from "./change";

const SIZE = vmSizesWith({}).find("Standard_DS3_v2")!;

function endpoint(name: string, deployments: readonly StandingDeployment[], own: object = {}): StandingEndpoint {
  const spec = { name, authMode: "key", publicNetworkAccess: true, traffic: {}, mirrorTraffic: {}, ...own };
  return { endpoint: spec as unknown as EndpointSpec, scoringUri: `http://${name}/score`, deployments };
}

function deployment(name: string, standing: Partial<StandingDeployment> = {}, own: object = {}): StandingDeployment {
  const spec = { name, instanceType: SIZE, instanceCount: 1, scale: { type: "default" }, sharedQuota: false, ...own };
  return { spec: spec as unknown as DeploymentSpec, generation: "g1", ...standing };
}

const first = deployedStack([endpoint("shop", [deployment("blue")])], { now: NOW });
const blue = ({ endpoints }: DeployedStack) => endpoints["shop"]!.deployments["blue"]!;

describe("what stands after a change", () => {
  it("is all that the next change is compared with", () => {
    const traffic = { blue: 90, green: 10, red: 0 };
    const scale = {
      type: "default",
      autoscale: { enabled: true, profiles: [{ capacity: { minimum: 1, maximum: 7 } }] },
    };
    const deployments = [
      deployment("green", { parts: { model: "m1", code: "c1" } }, { sharedQuota: true }),
      deployment("blue", {}, { instanceCount: 2, scale }),
    ];
    const { deployments: stand, ...rest } = deployedStack(
      [endpoint("shop", deployments, { traffic, mirrorTraffic: { green: 5, blue: 0 }, publicNetworkAccess: false })],
      { now: NOW },
    ).endpoints["shop"]!;
    expect(rest).to.deep.equal({
      since: NOW,
      authMode: "key",
      publicNetworkAccess: false,
      scoringUri: "http://shop/score",
      traffic: { blue: 90, green: 10 },
      mirrorTraffic: { green: 5 },
    });
    const common = { generation: "g1", since: NOW, instanceType: "STANDARD_DS3_V2" };
    expect(stand).to.deep.equal({
      blue: { ...common, instances: 2, maxInstances: 7, sharedQuota: false },
      green: { ...common, instances: 1, maxInstances: 1, sharedQuota: true, parts: "code c1, model m1" },
    });
  });

  it("keeps the times of what stays", () => {
    const next = deployedStack([endpoint("shop", [deployment("blue"), deployment("green")]), endpoint("fraud", [])], {
      deployed: first,
      now: LATER,
    });
    expect(next.endpoints["shop"]!.since).to.equal(NOW);
    expect(blue(next).since).to.equal(NOW);
    expect(next.endpoints["shop"]!.deployments["green"]!.since).to.equal(LATER);
    expect(next.endpoints["fraud"]!.since).to.equal(LATER);
  });

  it("gives a new generation a time of its own; the endpoint keeps its", () => {
    const next = deployedStack([endpoint("shop", [deployment("blue", { generation: "g2" })])], {
      deployed: first,
      now: LATER,
    });
    expect(blue(next)).to.include({ generation: "g2", since: LATER });
    expect(next.endpoints["shop"]!.since).to.equal(NOW);
  });

  it("gives what comes back another time", () => {
    const gone = deployedStack([], { deployed: first, now: LATER });
    expect(gone.endpoints).to.deep.equal({});
    expect(
      blue(deployedStack([endpoint("shop", [deployment("blue")])], { deployed: gone, now: LATER })).since,
    ).to.equal(LATER);
  });

  it("is not led astray by names that every object has", () => {
    const names = ["constructor", "toString", "valueOf"];
    const stand = names.map((name) => endpoint(name, [deployment(name)]));
    const once = deployedStack(stand, { deployed: { version: 1, endpoints: {} }, now: NOW });
    expect(once.endpoints["constructor"]!.deployments["constructor"]!.since).to.equal(NOW);
    expect(deployedStack(stand, { deployed: once, now: LATER })).to.deep.equal(once);
  });

  it("says that nobody can tell the generation of what cannot be planned", () => {
    const next = deployedStack([endpoint("shop", [deployment("blue", { generation: undefined })])], {
      deployed: first,
      now: LATER,
    });
    expect(blue(next).generation).to.equal(UNKNOWN_GENERATION);
  });

  describe("with secrets that only the engine can decrypt", () => {
    const known = { code: "c1", secrets: "s1", variables: "v1" };
    const before = deployedStack([endpoint("shop", [deployment("blue", { parts: known })])], { now: NOW });
    const next = (parts: Record<string, string>) =>
      blue(
        deployedStack(
          [endpoint("shop", [deployment("blue", { generation: "of no meaning", parts, secretsKnown: false })])],
          { deployed: before, now: LATER },
        ),
      );

    it("takes the secrets for the same", () => {
      expect(next({ ...known, secrets: "of no meaning" })).to.deep.equal(blue(before));
    });

    it("sees what else has changed, and does not invent a generation", () => {
      const changed = next({ ...known, code: "c2", secrets: "of no meaning" });
      expect(changed).to.include({ generation: UNKNOWN_GENERATION, since: LATER });
      expect(changedParts(blue(before).parts, changed.parts)).to.deep.equal(["code"]);
    });
  });
});

describe("a stack's plan", () => {
  const folder = { "app/blue.yml": `${correct("app/blue.yml")}environment_variables: { PASSWORD: hunter2hunter2 }\n` };

  it("says what stands after it, and the same when nothing changes, whenever it runs", () => {
    const { plan } = examine(folder);
    expect(Object.keys(plan.deployed.endpoints["shop"]!.deployments)).to.deep.equal(["blue", "green"]);
    expect(blue(plan.deployed).generation).to.equal(plan.endpoints[0]!.deployments[0]!.generation);
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }), (date) => {
        const deployed = JSON.parse(JSON.stringify(plan.deployed)) as DeployedStack;
        const again = examine(folder, {}, { deployed, now: date.toISOString() }).plan.deployed;
        expect(JSON.stringify(again)).to.equal(JSON.stringify(plan.deployed));
      }),
      { numRuns: 5 },
    );
  });

  it("does not depend on the order in the files", () => {
    const entry = { file: "../app/endpoint.yml", traffic: { blue: 90, green: 10 } };
    const orders = [
      ["../app/blue.yml", "../app/green.yml"],
      ["../app/green.yml", "../app/blue.yml"],
    ].map((deployments) => examine({}, { endpoints: [{ ...entry, deployments }] }).plan.deployed);
    expect(JSON.stringify(orders[0])).to.equal(JSON.stringify(orders[1]));
  });

  it("keeps no value of a variable", () => {
    expect(JSON.stringify(examine(folder).plan.deployed)).to.not.include("hunter2");
  });

  const parts: readonly { readonly what: string; readonly files: Record<string, string>; readonly part: string }[] = [
    { what: "the script", files: { "app/code/score.py": `${correct("app/code/score.py")}# new\n` }, part: "code" },
    { what: "the model", files: { "app/model/weights.txt": "4 5 6\n" }, part: "model" },
    {
      what: "a package",
      files: { "app/conda.yml": `${correct("app/conda.yml")}      - joblib\n` },
      part: "environment",
    },
    {
      what: "a variable",
      files: { "app/blue.yml": `${correct("app/blue.yml")}environment_variables: { A: b }\n` },
      part: "variables",
    },
    { what: "the size", files: { "app/blue.yml": correct("app/blue.yml").replace("DS3", "DS4") }, part: "size" },
  ];
  for (const { what, files, part } of parts) {
    it(`tells by its parts that ${what} is new`, () => {
      const [before, after] = [examine(), examine(files)].map(({ plan }) => blue(plan.deployed));
      expect(after!.generation).to.not.equal(before!.generation);
      expect(changedParts(before!.parts, after!.parts)).to.deep.equal([part]);
    });
  }

  it("tells by its parts that containers are made in another way", () => {
    const recipes = { environment: "e", deployment: "other", router: "r" };
    const [before, after] = [examine(), examine({}, {}, { recipes })].map(({ plan }) => blue(plan.deployed));
    expect(after!.generation).to.not.equal(before!.generation);
    expect(changedParts(before!.parts, after!.parts)).to.deep.equal(["recipe"]);
  });
});

describe("parts of a generation", () => {
  it("come back from the line that they are kept in", () => {
    const hashes = fc.stringMatching(/^[0-9a-f]{8}$/);
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,9}$/), hashes, { minKeys: 1 }), (parts) => {
        expect(parseParts(formatParts(parts))).to.deep.equal({ ...parts });
        expect(changedParts(formatParts(parts), formatParts(parts))).to.deep.equal([]);
      }),
    );
  });

  it("differ by a part that comes or goes; without one side nobody can tell", () => {
    expect(changedParts("code 1, model 2", "code 1, variables 3")).to.deep.equal(["model", "variables"]);
    expect(changedParts(undefined, "code 1")).to.equal(undefined);
    expect(changedParts("code 1", undefined)).to.equal(undefined);
  });
});

describe("reading what is deployed", () => {
  const read = (value: unknown): { readonly stack?: DeployedStack; readonly warned: string[] } => {
    const { stack, unknown } = parseDeployed(value);
    return { stack, warned: unknown === undefined ? [] : [unknown] };
  };

  it("gives back what a plan has left", () => {
    const { deployed } = examine().plan;
    expect(read(JSON.parse(JSON.stringify(deployed)))).to.deep.equal({ stack: deployed, warned: [] });
  });

  it("takes nothing for nothing, without a word", () => {
    expect(read(undefined)).to.deep.equal({ stack: undefined, warned: [] });
    expect(read(null)).to.deep.equal({ stack: undefined, warned: [] });
  });

  it("leaves another version alone, and says so", () => {
    for (const [value, version] of [
      [{ version: 2, endpoints: {} }, "2"],
      [{ endpoints: {} }, "(none)"],
      ["text", "(none)"],
    ] as const) {
      const { stack, warned } = read(value);
      expect(stack).to.equal(undefined);
      expect(warned.join()).to.include(`version ${version}`);
    }
  });

  it("says where it makes no sense", () => {
    const { deployments, ...shop } = first.endpoints["shop"]!;
    const { stack, warned } = read({
      version: 1,
      endpoints: { shop: { ...shop, deployments: { blue: { since: 3 } } } },
    });
    expect(stack).to.equal(undefined);
    expect(warned.join()).to.include("endpoints.shop.deployments.blue");
    expect(Object.keys(deployments)).to.deep.equal(["blue"]);
  });

  it("bears fields that a later program may add", () => {
    const { stack } = read({ ...first, note: "later", endpoints: { shop: { ...first.endpoints["shop"], kind: "x" } } });
    expect(stack).to.deep.equal(first);
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        read(value);
        read({ version: 1, endpoints: value });
        read({ version: 1, endpoints: { shop: value } });
      }),
    );
  });
});
