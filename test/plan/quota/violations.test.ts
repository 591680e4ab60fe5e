import { expect } from "chai";
import { checkQuota } from "../../../plan/quota";
import { contextOf, type Draft, stackOf } from "./stacks";
import { type Case, describeViolations } from "./violations";

const DS3 = "Standard_DS3_v2";

const ACCOUNTS: Case[] = [
  {
    what: "accepts a quota that is used up to the last core",
    files: [`shop/blue 10 ${DS3}`],
    config: { quota: { total: 48, families: { standardDSv2Family: 48 }, workspace: { standardDSv2Family: 48 } } },
    violations: [],
  },
  {
    what: "lowers a count where that is enough",
    files: [`shop/blue 5 ${DS3}`],
    config: { quota: { total: 16 } },
    violations: [
      [
        "quota.total: the stack needs 24 cores, 8 more than its quota",
        "set instance_count of shop/blue to 3 (now 5), or raise mlendpoints:quota.total to 24",
      ],
    ],
  },
  {
    what: "names every account that is overdrawn, as the config spells it",
    files: [`shop/blue 10 ${DS3}`],
    config: { quota: { total: 40, families: { STANDARDDSV2FAMILY: 47 } } },
    violations: [
      [
        "quota.total: the stack needs 48 cores, 8 more than its quota",
        "set instance_count of shop/blue to 8 (now 10), or raise mlendpoints:quota.total to 48",
      ],
      [
        "quota.families.STANDARDDSV2FAMILY: standardDSv2Family needs 48 cores, 1 more than its quota",
        "set instance_count of shop/blue to 9 (now 10), or raise mlendpoints:quota.families.STANDARDDSV2FAMILY to 48",
      ],
    ],
  },
  {
    what: "takes a count that gives up least, of all deployments",
    files: [`shop/blue 9 ${DS3}`, "shop/green 9 Standard_DS2_v2", "bank/blue 9 Standard_DS4_v2"],
    config: { quota: { total: 152 } },
    violations: [
      [
        "quota.total: the stack needs 154 cores, 2 more than its quota",
        "set instance_count of shop/green to 8 (now 9), or raise mlendpoints:quota.total to 154",
      ],
    ],
  },
  {
    what: "takes a smaller size where no count is enough",
    files: [`shop/blue 1 ${DS3}`],
    config: { quota: { families: { standardDSv2Family: 4 } } },
    violations: [
      [
        "quota.families.standardDSv2Family: standardDSv2Family needs 8 cores, 4 more than its quota",
        "set instance_type of shop/blue to STANDARD_DS2_V2 (now STANDARD_DS3_V2), or raise mlendpoints:quota.families.standardDSv2Family to 8",
      ],
    ],
  },
  {
    what: "takes a smaller size of the stack's own",
    files: ["shop/blue 1 Standard_Big"],
    config: {
      vmSizes: {
        Standard_Big: { family: "own", cores: 16, memoryGib: 64 },
        Standard_Less: { family: "OWN", cores: 8, memoryGib: 32 },
        Standard_Small: { family: "own", cores: 4, memoryGib: 16 },
      },
      quota: { total: 20 },
    },
    violations: [
      [
        "quota.total: the stack needs 32 cores, 12 more than its quota",
        "set instance_type of shop/blue to STANDARD_LESS (now STANDARD_BIG), or raise mlendpoints:quota.total to 32",
      ],
    ],
  },
  {
    what: "says how much to give up where no change of one deployment is enough",
    files: [`shop/blue 1 ${DS3}`, `shop/green 1 ${DS3}`, `shop/red 1 ${DS3}`],
    config: { quota: { total: 6 } },
    violations: [
      [
        "quota.total: the stack needs 24 cores, 18 more than its quota",
        "give up 18 cores, or raise mlendpoints:quota.total to 24",
      ],
    ],
  },
  {
    what: "says so of a single core",
    files: ["shop/blue 1 Standard_DS1_v2"],
    config: { quota: { total: 1 } },
    violations: [
      [
        "quota.total: the stack needs 2 cores, 1 more than its quota",
        "give up 1 core, or raise mlendpoints:quota.total to 2",
      ],
    ],
  },
  {
    what: "does not go below autoscale's minimum",
    files: [`shop/blue 5 ${DS3} min=4 max=6`],
    config: { quota: { total: 20 } },
    violations: [
      [
        "quota.total: the stack needs 24 cores, 4 more than its quota",
        "set instance_count of shop/blue to 4 (now 5), or raise mlendpoints:quota.total to 24",
      ],
    ],
  },
  {
    what: "takes a smaller size when autoscale's minimum is too much",
    files: [`shop/blue 5 ${DS3} min=4 max=6`],
    config: { quota: { total: 19 } },
    violations: [
      [
        "quota.total: the stack needs 24 cores, 5 more than its quota",
        "set instance_type of shop/blue to STANDARD_DS2_V2 (now STANDARD_DS3_V2), or raise mlendpoints:quota.total to 24",
      ],
    ],
  },
  {
    what: "raises the family's quota together with the cap that is part of it",
    files: [`shop/blue 5 ${DS3}`],
    config: { quota: { families: { standardDSv2Family: 20 }, workspace: { StandardDSv2Family: 16 } } },
    violations: [
      [
        "quota.families.standardDSv2Family: standardDSv2Family needs 24 cores, 4 more than its quota",
        "set instance_count of shop/blue to 4 (now 5), or raise mlendpoints:quota.families.standardDSv2Family to 24",
      ],
      [
        "quota.workspace.StandardDSv2Family: standardDSv2Family needs 24 cores, 8 more than the cap of this workspace",
        "set instance_count of shop/blue to 3 (now 5), or raise mlendpoints:quota.families.standardDSv2Family and mlendpoints:quota.workspace.StandardDSv2Family to 24",
      ],
    ],
  },
  {
    what: "raises the cap alone where the family's quota is enough",
    files: [`shop/blue 5 ${DS3}`],
    config: { quota: { families: { standardDSv2Family: 24 }, workspace: { standardDSv2Family: 20 } } },
    violations: [
      [
        "quota.workspace.standardDSv2Family: standardDSv2Family needs 24 cores, 4 more than the cap of this workspace",
        "set instance_count of shop/blue to 4 (now 5), or raise mlendpoints:quota.workspace.standardDSv2Family to 24",
      ],
    ],
  },
  {
    what: "knows that the shared pool is empty unless the stack says otherwise",
    files: [`shop/blue 1 ${DS3}`, `shop/green 2 ${DS3} shared`],
    config: { quota: { total: 8 } },
    violations: [
      [
        "quota.shared: the deployments with sharedQuota need 12 cores, 12 more than the shared pool has",
        "give up 12 cores, or raise mlendpoints:quota.shared to 12",
      ],
    ],
  },
  {
    what: "lets the peak of a change be as high as it is, when it is only shown",
    files: [`shop/blue 5 ${DS3} gen=b`],
    deployed: [`shop/blue 5 ${DS3}`],
    config: { quota: { total: 24 } },
    violations: [],
  },
  {
    what: "holds the peak of a change against the limits, when that is asked for",
    files: [`shop/blue 5 ${DS3} gen=b`],
    deployed: [`shop/blue 5 ${DS3}`],
    config: { quota: { total: 40, surge: "enforced" } },
    violations: [
      [
        "quota.total: the stack needs 48 cores at the peak of this change, 8 more than its quota",
        "set instance_count of shop/blue to 3 (now 5), or raise mlendpoints:quota.total to 48",
      ],
    ],
  },
  {
    what: "tells what stays when the peak is too high as well, and raises the limit far enough for both",
    files: [`shop/blue 5 ${DS3} gen=b`],
    deployed: [`shop/blue 5 ${DS3}`],
    config: { quota: { total: 20, surge: "enforced" } },
    violations: [
      [
        "quota.total: the stack needs 24 cores, 4 more than its quota",
        "give up 4 cores, or raise mlendpoints:quota.total to 48",
      ],
    ],
  },
  {
    what: "does not propose a size whose surge is larger than the fault",
    files: [`shop/blue 1 ${DS3}`, `shop/green 1 ${DS3}`],
    deployed: [`shop/blue 1 ${DS3}`],
    config: { quota: { total: 12, surge: "enforced" } },
    violations: [
      [
        "quota.total: the stack needs 16 cores, 4 more than its quota",
        "set instance_type of shop/green to STANDARD_DS2_V2 (now STANDARD_DS3_V2), or raise mlendpoints:quota.total to 16",
      ],
    ],
  },
  {
    what: "does not propose a size that breaks another account",
    files: [`shop/blue 1 ${DS3}`],
    deployed: [`shop/blue 1 ${DS3}`],
    // A smaller size runs beside the old one: 4 + 2 cores on a host of 5.
    config: { quota: { total: 4 }, docker: { sizing: "limits", capacity: { cores: 5 } } },
    violations: [
      [
        "quota.total: the stack needs 8 cores, 4 more than its quota",
        "set instance_type of shop/blue to STANDARD_DS1_V2 (now STANDARD_DS3_V2), or raise mlendpoints:quota.total to 8",
      ],
    ],
  },
  {
    what: "lets a stack that holds too much become smaller",
    files: [`shop/blue 5 ${DS3}`],
    deployed: [`shop/blue 10 ${DS3}`],
    config: { quota: { total: 24, surge: "enforced" }, docker: { sizing: "limits", capacity: { cores: 20 } } },
    violations: [],
  },
  {
    what: "says by how much a stack that holds too much must become smaller",
    files: [`shop/blue 10 ${DS3}`],
    deployed: [`shop/blue 10 ${DS3}`],
    config: { quota: { total: 24, surge: "enforced" } },
    violations: [
      [
        "quota.total: the stack needs 48 cores, 24 more than its quota",
        "set instance_count of shop/blue to 5 (now 10), or raise mlendpoints:quota.total to 48",
      ],
    ],
  },
  {
    what: "proposes two updates where only the change itself is too large",
    files: [`shop/green 1 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`],
    config: { quota: { total: 25, surge: "enforced" } },
    violations: [
      [
        "quota.total: the stack needs 32 cores at the peak of this change, 7 more than its quota",
        "change fewer deployments at a time, or raise mlendpoints:quota.total to 32",
      ],
    ],
  },
];

const CAPACITY: Case[] = [
  {
    what: "names what a host lacks, cores and memory each",
    files: [`shop/blue 3 ${DS3}`],
    config: { docker: { sizing: "limits", capacity: { cores: 8, memoryGib: 30 } } },
    violations: [
      [
        "docker.capacity.cores: the containers need 12 cores, 4 more than the host has",
        "set instance_count of shop/blue to 2 (now 3), or write mlendpoints:docker.sizing: shares, or take a host with 12 cores",
      ],
      [
        "docker.capacity.memoryGib: the containers need 42 GiB of memory, 12 more than the host has",
        "set instance_count of shop/blue to 2 (now 3), or write mlendpoints:docker.sizing: shares, or take a host with 42 GiB",
      ],
    ],
  },
  {
    what: "counts both generations on the host, whatever the stack says of its quota",
    files: [`shop/blue 1 ${DS3} gen=b`],
    deployed: [`shop/blue 1 ${DS3}`],
    config: { docker: { sizing: "limits" } },
    context: { host: { cores: 6 } },
    violations: [
      [
        "docker.sizing: the containers need 8 cores at the peak of this change, 2 more than the host has",
        "set instance_type of shop/blue to STANDARD_DS2_V2 (now STANDARD_DS3_V2), or write mlendpoints:docker.sizing: shares, or take a host with 8 cores",
      ],
    ],
  },
  {
    what: "finds less memory at the same number of cores",
    files: ["shop/blue 1 Standard_NV36adms_A10_v5"],
    config: { docker: { sizing: "limits", capacity: { cores: 36, memoryGib: 500 } } },
    violations: [
      [
        "docker.capacity.memoryGib: the containers need 880 GiB of memory, 380 more than the host has",
        "set instance_type of shop/blue to STANDARD_NV36ADS_A10_V5 (now STANDARD_NV36ADMS_A10_V5), or write mlendpoints:docker.sizing: shares, or take a host with 880 GiB",
      ],
    ],
  },
  {
    what: "has nothing to say of a host that only gives shares, or that nobody knows",
    files: [`shop/blue 9 ${DS3}`],
    config: { docker: { sizing: "limits" } },
    violations: [],
  },
  {
    what: "knows a cluster by what its pods request",
    files: ["shop/blue 3 defaultinstancetype cluster=aks cpu=2"],
    context: { clusters: { aks: { cores: 5 } } },
    violations: [
      [
        "endpoints: the pods on cluster aks request 6 cores, 1 more than it has",
        "set instance_count of shop/blue to 2 (now 3), or add nodes, up to 6 cores",
      ],
    ],
  },
  {
    what: "names the field that says how many pods there are at least",
    files: ["shop/blue 3 defaultinstancetype cluster=aks cpu=2 max=9"],
    context: { clusters: { aks: { cores: 5 } } },
    violations: [
      [
        "endpoints: the pods on cluster aks request 6 cores, 1 more than it has",
        "set scale_settings.min_instances of shop/blue to 2 (now 3), or add nodes, up to 6 cores",
      ],
    ],
  },
];

describeViolations("a violation of an account", [...ACCOUNTS, ...CAPACITY]);

describe("the ledger's violations", () => {
  it("say what is needed after the change and at its peak, and what is allowed", () => {
    const draft: Draft = {
      files: [`shop/blue 5 ${DS3} gen=b`],
      deployed: [`shop/blue 5 ${DS3}`],
      config: { quota: { total: 40, surge: "enforced" } },
    };
    const [violation] = checkQuota(stackOf(draft), contextOf(draft)).violations;
    expect(violation).to.include({
      value: "24 cores after this change, 48 at its peak",
      allowed: "40 cores",
      rule: "quota",
      source: "how-to-manage-quotas",
    });
  });

  it("stand where their limit stands", () => {
    const stack = stackOf({
      files: [`shop/blue 5 ${DS3}`],
      config: { quota: { families: { StandardDSv2Family: 1 } }, limits: { endpointsPerSubscription: 1 } },
    });
    const place = { file: "stack.yaml", line: 7, column: 3 };
    const { violations } = checkQuota({
      ...stack,
      places: { ...stack.places, "quota.families.StandardDSv2Family": place },
    });
    expect(violations.map(({ file, line, column }) => ({ file, line, column }))).to.deep.equal([place]);
  });
});
