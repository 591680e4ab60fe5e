import { expect } from "chai";
import { checkQuota } from "../../../plan/quota";
import { contextOf, type Draft, stackOf } from "./stacks";

const DS3 = "Standard_DS3_v2";

describe("the ledger's rules", () => {
  function check(draft: Draft) {
    const { errors, warnings, violations } = checkQuota(stackOf(draft), contextOf(draft));
    const tell = (list: typeof errors) =>
      list.map(({ code, path, message, hint }) => [`${code} ${path}: ${message}`, hint]);
    return { errors: tell(errors), warnings: tell(warnings), violations: tell(violations) };
  }

  it("let a workspace's cap be the family's quota, and not a core more", () => {
    const quota = { families: { standardDSv2Family: 24 }, workspace: { STANDARDDSV2FAMILY: 24 } };
    expect(check({ files: [], config: { quota } }).errors).to.deep.equal([]);
    expect(
      check({ files: [], config: { quota: { ...quota, workspace: { STANDARDDSV2FAMILY: 25 } } } }).errors,
    ).to.deep.equal([
      [
        "InvalidValue quota.workspace.STANDARDDSV2FAMILY: is above the quota of the family, of which it is a part",
        "lower it to 24, or raise mlendpoints:quota.families.standardDSv2Family to 25",
      ],
    ]);
  });

  it("refuse two spellings of one family, of which one would be ignored", () => {
    const quota = { families: { standardDSv2Family: 24, StandardDSv2Family: 8 } };
    expect(check({ files: [], config: { quota } }).errors.map(([text]) => text)).to.deep.equal([
      "InvalidValue quota.families.StandardDSv2Family: is the same family as 'standardDSv2Family': upper and lower case are the same to Azure",
    ]);
  });

  it("warn of the shared pool every time, and refuse it in production", () => {
    const draft = { files: [`bank/blue 1 ${DS3}`, `shop/blue 1 ${DS3}`, `shop/green 1 ${DS3} shared`] };
    const config = { quota: { shared: 8 } };
    expect(check({ ...draft, config })).to.deep.equal({
      errors: [],
      warnings: [
        [
          "SharedQuota endpoints[1].deployments[1].sharedQuota: shop/green draws on the shared quota pool: it is temporary, and for tests only",
          "ask for quota of your own before others depend on it",
        ],
      ],
      violations: [],
    });
    expect(check({ ...draft, config: { ...config, production: true } })).to.deep.equal({
      errors: [
        [
          "BadArgument endpoints[1].deployments[1].sharedQuota: shop/green draws on the shared quota pool, which is not for production",
          "remove sharedQuota, and ask for quota of your own",
        ],
      ],
      warnings: [],
      violations: [],
    });
  });

  it("warn of an autoscale maximum that no limit would hold, and only of that", () => {
    const files = [`shop/blue 5 ${DS3} max=20`, `shop/green 1 ${DS3} max=3`];
    const warned = (quota: unknown) => check({ files, config: { quota } }).warnings;
    expect(warned({ total: 112, families: { standardDSv2Family: 60 } })).to.deep.equal([
      [
        "AutoscaleAboveQuota quota.families.standardDSv2Family: standardDSv2Family needs 112 cores at the autoscale maximum, 52 more than its quota; Azure does not document whether the maximum needs quota",
        "set the autoscale maximum of shop/blue to 9 (now 20), or raise mlendpoints:quota.families.standardDSv2Family to 112",
      ],
    ]);
    // Neither maximum alone brings 112 down to 32.
    expect(warned({ total: 32 }).map(([, hint]) => hint)).to.deep.equal([
      "lower the autoscale maxima, or raise mlendpoints:quota.total to 112",
    ]);
    expect(warned({ total: 31 })).to.deep.equal([]);
    expect(warned({})).to.deep.equal([]);
  });

  it("warn of an autoscale maximum that the host would not hold, without a word on Azure", () => {
    const config = { docker: { sizing: "limits", capacity: { cores: 8 } } };
    expect(check({ files: [`shop/blue 1 ${DS3} max=3`], config }).warnings).to.deep.equal([
      [
        "AutoscaleAboveQuota docker.capacity.cores: the containers need 12 cores at the autoscale maximum, 4 more than the host has",
        "set the autoscale maximum of shop/blue to 2 (now 3), or write mlendpoints:docker.sizing: shares, or take a host with 12 cores",
      ],
    ]);
  });

  it("warn of a GPU that nobody knows on the host, by name and place", () => {
    const draft = { files: ["shop/blue 1 Standard_NV6ads_A10_v5", `shop/green 1 ${DS3}`] };
    const { warnings } = checkQuota(stackOf(draft), contextOf(draft));
    expect(warnings).to.deep.equal([
      {
        code: "GpuNotKnown",
        file: "blue.yml",
        line: 1,
        column: 1,
        path: "instance_type",
        message: "no GPU of the Docker host is known: the containers of shop/blue get none",
        value: "STANDARD_NV6ADS_A10_V5, 1/6 A10 each",
        hint: "use a model that also runs on a CPU, or an instance type without a GPU",
        rule: "target",
      },
    ]);
  });

  it("name what stands in no account, instead of counting it as nothing", () => {
    const draft = {
      files: ["shop/blue 3 big cluster=aks", `bank/blue 1 ${DS3}`],
      deployed: ["bank/blue 1 Standard_Gone_v1", "bank/green 1 Standard_Gone_v1"],
    };
    const { ledger, lasting } = checkQuota(stackOf(draft), contextOf(draft));
    expect(ledger.rows.map(({ endpoint }) => endpoint)).to.deep.equal(["bank"]);
    expect(lasting.uncounted).to.deep.equal(["shop/blue"]);
    expect(check(draft).warnings.map(([text]) => text)).to.deep.equal([
      "CoresNotKnown endpoints[0]: nobody knows the cores of shop/blue: it stands in no account",
      "CoresNotKnown endpoints[1]: nobody knows the cores that bank/blue holds until this change is done: they stand in no account",
      "CoresNotKnown endpoints[1]: nobody knows the cores that bank/green holds until this change is done: they stand in no account",
    ]);
  });
});

describe("the ledger that policies see", () => {
  const change: Draft = {
    files: [`shop/blue 3 ${DS3} gen=b max=9`, `shop/green 1 ${DS3} shared`],
    deployed: [`shop/blue 10 ${DS3}`, "shop/red 1 Standard_F4s_v2", `shop/green 1 ${DS3} shared`],
    config: {
      quota: { total: 15, surge: "enforced" },
      docker: { sizing: "limits", capacity: { cores: 30, memoryGib: 40 } },
    },
  };
  const seen = (draft: Draft) => JSON.stringify(checkQuota(stackOf(draft), contextOf(draft)).lasting);

  it("is the same before the change, after it and long after it", () => {
    expect(seen({ ...change, deployed: undefined })).to.equal(seen(change));
    expect(seen({ ...change, deployed: change.files })).to.equal(seen(change));
  });

  it("has a row for what stays, without what only this change says", () => {
    const { rows, accounts } = checkQuota(stackOf(change), contextOf(change)).lasting;
    expect(rows.map(({ deployment }) => deployment)).to.deep.equal(["blue", "green"]);
    expect(rows[0]).to.deep.equal({
      endpoint: "shop",
      deployment: "blue",
      instanceType: "STANDARD_DS3_V2",
      family: "standardDSv2Family",
      pool: "dedicated",
      instances: 3,
      heldInstances: 4,
      coresPerInstance: 4,
      reserved: 16,
      atMaximum: 44,
    });
    expect(accounts.map(({ name, reserved, limit, free }) => [name, reserved, limit, free])).to.deep.equal([
      ["total", 16, 15, -1],
      ["standardDSv2Family", 16, undefined, undefined],
      ["shared pool", 8, 0, -8],
      ["host cores", 16, 30, 14],
      ["host memory", 56, 40, -16],
    ]);
  });

  it("has the violations that stay, each with the change that fits then", () => {
    expect(checkQuota(stackOf(change), contextOf(change)).lasting.violations).to.deep.equal([
      {
        path: "quota.total",
        message: "the stack needs 16 cores, 1 more than its quota",
        value: "16 cores after this change",
        allowed: "15 cores",
        fix: "set instance_count of shop/blue to 2 (now 3), or raise mlendpoints:quota.total to 16",
      },
      {
        path: "quota.shared",
        message: "the deployments with sharedQuota need 8 cores, 8 more than the shared pool has",
        value: "8 cores after this change",
        allowed: "0 cores",
        fix: "give up 8 cores, or raise mlendpoints:quota.shared to 8",
      },
      {
        path: "docker.capacity.memoryGib",
        message: "the containers need 56 GiB of memory, 16 more than the host has",
        value: "56 GiB of memory after this change",
        allowed: "40 GiB of memory",
        fix: "set instance_count of shop/blue to 1 (now 3), or write mlendpoints:docker.sizing: shares, or take a host with 56 GiB",
      },
    ]);
  });
});
