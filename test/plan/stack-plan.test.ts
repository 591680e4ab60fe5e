import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { SpecErrors } from "../../input/documents/errors";
import { loadStack } from "../../input/stack/load";
import { planStack, type StackPlan } from "../../plan/stack-plan";
import { correct, stackFolder } from "../fixtures/stack";

function plan(
  changes: Readonly<Record<string, string | undefined>> = {},
  extra: Record<string, unknown> = {},
): StackPlan {
  const folder = stackFolder(changes);
  try {
    const config = parse(readFileSync(folder.file, "utf8")).config as Record<string, unknown>;
    const values = Object.fromEntries(
      Object.entries(config).map(([key, value]) => [key.replace("mlendpoints:", ""), value]),
    );
    const spec = loadStack({ file: folder.file, values: { ...values, ...extra } });
    return planStack(spec, {
      stack: "test",
      localImages: {},
      recipes: { environment: "e", deployment: "d", router: "r" },
      now: "2026-01-01T00:00:00.000Z",
    });
  } finally {
    folder.remove();
  }
}

function blueOf(stack: StackPlan) {
  return stack.endpoints[0]!.deployments.find((deployment) => deployment.name === "blue")!;
}

describe("planStack", () => {
  it("plans the same thing twice, wherever the files lie", () => {
    expect(JSON.stringify(plan().routing)).to.equal(JSON.stringify(plan().routing));
  });

  it("shares one environment between deployments that ask for the same packages", () => {
    expect(plan().environments).to.have.length(1);
  });

  it("gives the router every deployment, and traffic only where there is some", () => {
    const [endpoint] = plan(
      {},
      {
        endpoints: [
          {
            file: "../app/endpoint.yml",
            deployments: ["../app/green.yml", "../app/blue.yml"],
            traffic: { blue: 0, green: 100 },
          },
        ],
      },
    ).routing.endpoints;
    expect(endpoint!.deployments.map(({ name }) => name)).to.deep.equal(["blue", "green"]);
    expect(endpoint!.traffic).to.deep.equal({ green: 100 });
  });

  const generations: readonly {
    readonly what: string;
    readonly changes: Record<string, string>;
    readonly same: boolean;
  }[] = [
    { what: "the script", changes: { "app/code/score.py": `${correct("app/code/score.py")}# new\n` }, same: false },
    { what: "the model", changes: { "app/model/weights.txt": "4 5 6\n" }, same: false },
    { what: "a package", changes: { "app/conda.yml": `${correct("app/conda.yml")}      - joblib\n` }, same: false },
    {
      what: "a variable",
      changes: { "app/blue.yml": `${correct("app/blue.yml")}environment_variables: { A: b }\n` },
      same: false,
    },
    { what: "the size", changes: { "app/blue.yml": correct("app/blue.yml").replace("DS3", "DS4") }, same: false },
    {
      what: "the number of instances",
      changes: { "app/blue.yml": correct("app/blue.yml").replace("count: 1", "count: 2") },
      same: true,
    },
    {
      what: "a time-out",
      changes: { "app/blue.yml": `${correct("app/blue.yml")}request_settings: { request_timeout_ms: 9 }\n` },
      same: true,
    },
    {
      what: "a probe",
      changes: { "app/blue.yml": `${correct("app/blue.yml")}readiness_probe: { period: 3 }\n` },
      same: true,
    },
    {
      what: "a comment in the conda file",
      changes: { "app/conda.yml": `# note\n${correct("app/conda.yml")}` },
      same: true,
    },
  ];
  for (const { what, changes, same } of generations) {
    it(`${same ? "keeps" : "changes"} the generation with ${what}`, () => {
      const before = blueOf(plan()).generation;
      const after = blueOf(plan(changes)).generation;
      expect(after === before).to.equal(same);
    });
  }

  it("names the backend by generation alone: how many instances it has is data", () => {
    const one = blueOf(plan());
    const two = blueOf(plan({ "app/blue.yml": correct("app/blue.yml").replace("count: 1", "count: 2") }));
    expect(one.route.backend).to.equal(`shop_blue_${one.generation}`);
    expect(two.route.backend).to.equal(one.route.backend);
    expect(two.route.instances.addresses.map(({ host }) => host)).to.deep.equal([
      `i1.${one.generation}.blue.shop.mlendpoints.invalid`,
      `i2.${one.generation}.blue.shop.mlendpoints.invalid`,
    ]);
  });

  it("turns cores into shares, or into limits when the stack says so", () => {
    const sizeOfBlue = (stack: StackPlan) => stack.target.deployments["shop/blue"]!.size;
    expect(sizeOfBlue(plan())).to.deep.equal({ sizing: "shares", cpuShares: 4096 });
    expect(sizeOfBlue(plan({}, { docker: { sizing: "limits" } }))).to.deep.equal({
      sizing: "limits",
      cores: 4,
      memoryMiB: 14336,
    });
  });

  it("gives an address by path, or by host name where the stack has a domain", () => {
    expect(plan().endpoints[0]!.scoringUri).to.equal("http://127.0.0.1:8080/api/v1/endpoint/shop/score");
    expect(plan({}, { router: { domain: "ml.example.org", port: 80 } }).endpoints[0]!.scoringUri).to.equal(
      "http://shop.ml.example.org:80/score",
    );
  });

  it("says how to get a base image that a machine without a registry lacks", () => {
    const folder = stackFolder({ "app/conda.yml": correct("app/conda.yml").replace("3.12", "3.10") });
    const spec = loadStack({
      file: folder.file,
      values: {
        endpoints: [{ file: "../app/endpoint.yml", deployments: ["../app/blue.yml"] }],
        images: { "example/*": "python:{python}-slim" },
      },
    });
    folder.remove();
    const recipes = { environment: "e", deployment: "d", router: "r" };
    const now = "2026-01-01T00:00:00.000Z";
    const localImages = { "python:3.12-slim": "local:312" };
    expect(() => planStack(spec, { stack: "test", localImages, recipes, now })).to.throw(
      /no base image for Python 3\.10[\s\S]*fix: npx tsx engine\/ensure\.ts --python 3\.10/,
    );
    expect(planStack(spec, { stack: "test", localImages: {}, recipes, now }).environments[0]!.base).to.equal(
      "python:3.10-slim",
    );
  });

  it("refuses an overdrawn quota with the ledger, or warns when the stack leaves it to the policies", () => {
    const quota = { total: 10 };
    expect(() => plan({}, { quota }))
      .to.throw(SpecErrors)
      .with.property("message")
      .that.matches(
        /OutOfQuota: quota\.total: the stack needs 16 cores[\s\S]*shop\/blue[\s\S]*shop\/green[\s\S]*total +cores +0 +16 +16 +16 +10 +6 over/,
      );
    const warned = plan({}, { quota: { ...quota, enforcement: "advisory" } });
    expect(warned.warnings.map(({ code }) => code)).to.include("OutOfQuota");
    expect(warned.ledger.accounts[0]).to.include({ kind: "total", reserved: 16, limit: 10 });
  });
});
