import { expect } from "chai";
import fc from "fast-check";
import { loadStack } from "../../input/stack/load";
import type { PlanContext } from "../../plan/plan-context";
import { changeReport } from "../../plan/report/data";
import { SecretValues } from "../../plan/secret-values";
import { examineStack } from "../../plan/stack-plan";
import { expectPlain } from "../fixtures/plain";
import { correct, stackFolder } from "../fixtures/stack";

const SECRET = "s3cr3t-value";

const CONTEXT: PlanContext = {
  stack: "test",
  localImages: {},
  recipes: { environment: "e", deployment: "d", router: "r" },
  now: "2026-01-01T00:00:00.000Z",
};

const AUTOSCALE = {
  min: 1,
  max: 3,
  count: 2,
  rules: [{ condition: "CpuUtilizationPercentage > 70 avg 5m", scale: "out 1" }],
};

/** Parts of a deployment file and of a stack's config, each there or not. */
const lines = fc.subarray([
  "environment_variables: { KEY: '${{azureml://connections/openai/credentials/key}}', A: b }",
  "tags: { team: a }",
  "data_collector: { collections: { model_inputs: { enabled: true } } }",
  "readiness_probe: { period: 3 }",
]);
const keys = fc.subarray([
  ["prices", { Standard_DS3_v2: 0.2, Standard_Wrong: 1 }],
  ["quota", { total: 4, enforcement: "advisory", workspace: { standardDSv2Family: 2 }, shared: 1 }],
  ["docker", { sizing: "limits", capacity: { cores: 2, memoryGib: 4 } }],
  ["identities", { mine: { resourceId: "/subscriptions/0/mine" } }],
  ["roleAssignments", [{ identity: "shop", role: "Reader", scope: "subscription" }]],
] as [string, unknown][]);

/** The plan with what hides secrets replaced by what everybody may see of it. */
function withoutHidden(value: unknown): unknown {
  if (value instanceof SecretValues) {
    return value.toJSON();
  }
  if (typeof value !== "object" || value === null) {
    return value;
  }
  return Array.isArray(value)
    ? value.map(withoutHidden)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutHidden(inner)]));
}

describe("a stack's plan", () => {
  const folder = stackFolder();
  after(() => folder.remove());

  it("is plain data but for its secrets, which nobody can print", () => {
    const entry = fc.record({
      sharedQuota: fc.boolean(),
      autoscale: fc.constantFrom<unknown>(undefined, AUTOSCALE),
    });
    fc.assert(
      fc.property(lines, keys, entry, fc.boolean(), (text, config, options, known) => {
        folder.write("app/blue.yml", [correct("app/blue.yml"), ...text, ""].join("\n"));
        const endpoints = [
          {
            file: "../app/endpoint.yml",
            deployments: [
              JSON.parse(JSON.stringify({ file: "../app/blue.yml", ...options })) as object,
              "../app/green.yml",
            ],
            traffic: { blue: 100 },
          },
        ];
        const connections = { openai: { credentials: { key: SECRET } } };
        const spec = loadStack({
          file: folder.file,
          values: { ...Object.fromEntries(config), connections, endpoints },
        });
        const before = examineStack(spec, CONTEXT).plan.deployed;
        folder.write("app/code/score.py", `${correct("app/code/score.py")}# ${text.length}\n`);
        const { plan, errors, warnings } = examineStack(spec, { ...CONTEXT, deployed: known ? before : undefined });
        expectPlain(withoutHidden(plan));
        expectPlain(changeReport({ stack: "test", plan, errors, warnings }, { stack: before }));
        expect(JSON.stringify(plan)).not.to.include(SECRET);
      }),
      { numRuns: 30 },
    );
  });
});
