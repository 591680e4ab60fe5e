import { readFileSync } from "node:fs";
import { expect } from "chai";
import { parse } from "yaml";
import { loadStack } from "../../../input/stack/load";
import type { StackSpec } from "../../../input/stack/spec";
import type { DeployedStack } from "../../../plan/deployed";
import { checkQuota } from "../../../plan/quota";
import { examineStack } from "../../../plan/stack-plan";
import { correct, stackFolder } from "../../fixtures/stack";

type Changes = Readonly<Record<string, string>>;

const CONFIG = "stacks/Pulumi.test.yaml";

/** Reads a stack from real files. */
function load(changes: Changes = {}): StackSpec {
  const folder = stackFolder(changes);
  try {
    const config = parse(readFileSync(folder.file, "utf8")).config as Record<string, unknown>;
    const entries = Object.entries(config).map(([key, value]) => [key.replace("mlendpoints:", ""), value]);
    return loadStack({ file: folder.file, values: Object.fromEntries(entries) });
  } finally {
    folder.remove();
  }
}

function plan(changes: Changes = {}, deployed?: DeployedStack, capacity?: { cores: number }) {
  return examineStack(load(changes), {
    stack: "test",
    localImages: {},
    recipes: { environment: "e", deployment: "d", router: "r" },
    now: "2026-01-01T00:00:00.000Z",
    deployed,
    capacity,
  });
}

const withConfig = (lines: string): Changes => ({ [CONFIG]: `${correct(CONFIG)}${lines}` });
const countOf = (name: string, count: number) =>
  correct(`app/${name}.yml`).replace("instance_count: 1", `instance_count: ${count}`);

describe("the ledger of a stack on the disk", () => {
  it("points at the limit that does not hold", () => {
    const { errors } = plan({
      ...withConfig("  mlendpoints:quota:\n    total: 15\n    families:\n      STANDARDdsv2family: 8\n"),
    });
    expect(errors.map(({ code, path, line, column }) => ({ code, path, line, column }))).to.deep.equal([
      { code: "OutOfQuota", path: "quota.total", line: 7, column: 12 },
      { code: "OutOfQuota", path: "quota.families.STANDARDdsv2family", line: 9, column: 27 },
    ]);
    expect(errors[0]!.file).to.match(/Pulumi\.test\.yaml$/);
  });

  it("points at the deployment that draws on the shared pool", () => {
    const entry = correct(CONFIG).replace("../app/green.yml]", "{ file: ../app/green.yml, sharedQuota: true }]");
    const shared = { [CONFIG]: `${entry}  mlendpoints:quota: { shared: 8 }\n` };
    const { errors, warnings, plan: planned } = plan(shared);
    expect(errors).to.deep.equal([]);
    expect(warnings.map(({ code, line, column }) => [code, line, column])).to.deep.include(["SharedQuota", 4, 77]);
    expect(planned.ledger.accounts.map(({ name, reserved }) => [name, reserved])).to.deep.equal([
      ["total", 8],
      ["standardDSv2Family", 8],
      ["shared pool", 8],
    ]);
    expect(
      plan({ [CONFIG]: `${shared[CONFIG]}  mlendpoints:production: true\n` }).errors.map(({ code }) => code),
    ).to.deep.equal(["BadArgument"]);
  });

  it("has no surge in a second run, and the same inputs for policies", () => {
    const first = plan().plan;
    const second = plan({}, first.deployed).plan;
    expect(first.ledger.rows.map(({ change, surge }) => [change, surge])).to.deep.equal([
      ["new", 8],
      ["new", 8],
    ]);
    expect(second.ledger.rows.map(({ change, reservedNow, surge }) => [change, reservedNow, surge])).to.deep.equal([
      ["unchanged", 8, 8],
      ["unchanged", 8, 8],
    ]);
    expect(second.quota).to.deep.equal(first.quota);
  });

  it("holds both generations of a deployment whose model has changed, and one of a deployment with more instances", () => {
    const { deployed } = plan().plan;
    const script = { "app/code/score.py": `${correct("app/code/score.py")}# new\n` };
    const rows = (changes: Changes) =>
      plan(changes, deployed).plan.ledger.rows.map(({ deployment, change, surge }) => [deployment, change, surge]);
    expect(rows(script)).to.deep.equal([
      ["blue", "replaced", 16],
      ["green", "replaced", 16],
    ]);
    expect(rows({ "app/blue.yml": countOf("blue", 5) })).to.deep.equal([
      ["blue", "scaled", 24],
      ["green", "unchanged", 8],
    ]);
    const alone = correct(CONFIG).replace(", ../app/green.yml", "").replace("{ blue: 90, green: 10 }", "{ blue: 100 }");
    expect(rows({ [CONFIG]: alone })).to.deep.equal([
      ["blue", "unchanged", 8],
      ["green", "removed", 8],
    ]);
  });

  it("asks for what the host has only where containers have hard limits", () => {
    const codes = (lines: string) => plan(withConfig(lines), undefined, { cores: 7 }).errors.map(({ path }) => path);
    expect(codes("  mlendpoints:docker: { sizing: limits }\n")).to.deep.equal(["docker.sizing"]);
    expect(codes("  mlendpoints:docker: { sizing: limits, capacity: { cores: 8 } }\n")).to.deep.equal([]);
    expect(codes("  mlendpoints:docker: { sizing: shares }\n")).to.deep.equal([]);
  });

  it("leaves violations to the policies where the stack says so, but never a wrong config", () => {
    const {
      errors,
      warnings,
      plan: planned,
    } = plan(
      withConfig(
        "  mlendpoints:quota: { total: 8, enforcement: advisory, families: { standardDSv2Family: 16 }, workspace: { standardDSv2Family: 17 } }\n",
      ),
    );
    expect(errors.map(({ path }) => path)).to.deep.equal(["quota.workspace.standardDSv2Family"]);
    expect(warnings.map(({ code }) => code)).to.include("OutOfQuota");
    expect(planned.quota.violations.map(({ path }) => path)).to.deep.equal(["quota.total"]);
  });

  it("reads the autoscale maximum out of the stack's entry", () => {
    const entry = correct(CONFIG).replace(
      "../app/green.yml]",
      "{ file: ../app/green.yml, autoscale: { min: 1, max: 10, count: 1 } }]",
    );
    const { ledger, warnings } = checkQuota(load({ [CONFIG]: `${entry}  mlendpoints:quota: { total: 30 }\n` }));
    expect(ledger.rows.map(({ deployment, reserved, atMaximum }) => [deployment, reserved, atMaximum])).to.deep.equal([
      ["blue", 8, 8],
      ["green", 8, 48],
    ]);
    expect(warnings.map(({ code, hint }) => [code, hint])).to.deep.equal([
      [
        "AutoscaleAboveQuota",
        "set the autoscale maximum of shop/green to 4 (now 10), or raise mlendpoints:quota.total to 56",
      ],
    ]);
  });

  it("reads the requests of a Kubernetes deployment", () => {
    const kubernetes = correct("app/blue.yml")
      .replace(
        "instance_type: Standard_DS3_v2\n",
        "type: kubernetes\nresources: { requests: { cpu: 500m, memory: 1Gi } }\n",
      )
      .replace("instance_count: 1", "scale_settings: { type: target_utilization, min_instances: 2, max_instances: 5 }");
    const stack = load({
      "app/endpoint.yml": "name: shop\nauth_mode: key\ncompute: azureml:edge\n",
      "app/blue.yml": kubernetes,
      [CONFIG]: correct(CONFIG).replace(", ../app/green.yml", "").replace("{ blue: 90, green: 10 }", "{ blue: 100 }"),
    });
    const { ledger } = checkQuota(stack, { clusters: { edge: { cores: 4 } } });
    expect(
      ledger.accounts.map(({ name, reserved, atMaximum, free }) => [name, reserved, atMaximum, free]),
    ).to.deep.equal([
      ["total", 0, 0, undefined],
      ["cluster edge", 1, 2.5, 3],
    ]);
  });
});
