import { describeLedgers, type Golden } from "./golden";

const DS3 = "Standard_DS3_v2";

/** Azure's own examples (how-to-manage-quotas): 20 % more instances, rounded up, times the cores of one. */
const ARITHMETIC: Golden[] = (
  [
    [10, DS3, 48],
    [1, DS3, 8],
    [2, DS3, 12],
    [3, DS3, 16],
    [4, DS3, 20],
    [5, DS3, 24],
    [6, DS3, 32],
    [50, DS3, 240],
    [1, "standard_ds3_V2", 8],
    [1, "Standard_DS1_v2", 2],
    [7, "Standard_F72s_v2", 648],
    [2, "Standard_NC4as_T4_v3", 12],
    [3, "Standard_NC6s_v3", 24],
    [1, "Standard_NV6ads_A10_v5", 12],
  ] as const
).map(([count, type, cores]) => ({
  what: `${count} × ${type}`,
  files: [`shop/blue ${count} ${type}`],
  rows: { "shop/blue": `0 → ${cores}, ${cores}, ${cores}` },
  total: `0 → ${cores}, ${cores}, ${cores}, —`,
}));

/** The ten sizes on which Azure reserves nothing, with their cores, written down a second time. */
const EXEMPT: Golden[] = (
  [
    ["Standard_NC24ads_A100_v4", 24],
    ["Standard_NC48ads_A100_v4", 48],
    ["Standard_NC96ads_A100_v4", 96],
    ["Standard_NC40ads_H100_v5", 40],
    ["Standard_NC80adis_H100_v5", 80],
    ["Standard_ND96amsr_A100_v4", 96],
    ["Standard_ND96asr_v4", 96],
    ["Standard_ND40rs_v2", 40],
    ["Standard_ND96is_H100_v5", 96],
    ["Standard_ND96isr_H100_v5", 96],
  ] as const
).map(([type, cores]) => ({
  what: `3 × ${type}, which is exempt`,
  files: [`shop/blue 3 ${type}`],
  rows: { "shop/blue": `0 → ${3 * cores}, ${3 * cores}, ${3 * cores}` },
}));

const FAMILIES: Golden[] = [
  {
    what: "two families and their total",
    files: ["shop/blue 1 Standard_DS3_v2", "shop/green 1 Standard_DS4_v2", "shop/red 1 Standard_F4s_v2"],
    config: { quota: { total: 100, families: { StandardDSv2Family: 24 } } },
    accounts: {
      total: "0 → 32, 32, 32, 100",
      standardDSv2Family: "0 → 24, 24, 24, 24",
      standardFSv2Family: "0 → 8, 8, 8, —",
    },
  },
  {
    what: "endpoints that share a family",
    files: ["shop/blue 5 Standard_DS3_v2", "bank/blue 10 Standard_DS3_v2"],
    accounts: { total: "0 → 72, 72, 72, —", standardDSv2Family: "0 → 72, 72, 72, —" },
  },
  {
    what: "an exempt size beside one that is not",
    files: ["shop/blue 1 Standard_NC24ads_A100_v4", "shop/green 1 Standard_NC4as_T4_v3"],
    accounts: {
      total: "0 → 32, 32, 32, —",
      standardNCADSA100v4Family: "0 → 24, 24, 24, —",
      standardNCASv3_T4Family: "0 → 8, 8, 8, —",
    },
  },
  {
    what: "a VM size of the stack's own",
    files: ["shop/blue 5 Standard_D4s_v5"],
    config: {
      vmSizes: { Standard_D4s_v5: { family: "standardDSv5Family", cores: 4, memoryGib: 16 } },
      quota: { families: { standardDSv5Family: 30 } },
    },
    accounts: { total: "0 → 24, 24, 24, —", standardDSv5Family: "0 → 24, 24, 24, 30" },
  },
  {
    what: "a VM size of the stack's own that is exempt",
    files: ["shop/blue 5 Standard_X"],
    config: { vmSizes: { Standard_X: { family: "x", cores: 4, memoryGib: 16, exempt: true } } },
    accounts: { total: "0 → 20, 20, 20, —", x: "0 → 20, 20, 20, —" },
  },
  {
    what: "no deployment at all",
    files: [],
    config: { quota: { total: 10 } },
    rows: {},
    accounts: { total: "0 → 0, 0, 0, 10" },
  },
  {
    what: "a limit of 0, which is one",
    files: [`shop/blue 1 ${DS3}`],
    config: { quota: { total: 0, families: { standardDSv2Family: 0 } } },
    accounts: { total: "0 → 8, 8, 8, 0", standardDSv2Family: "0 → 8, 8, 8, 0" },
  },
  {
    what: "a cap of this workspace",
    files: [`shop/blue 5 ${DS3}`, "shop/green 1 Standard_F4s_v2"],
    config: { quota: { families: { standardDSv2Family: 48 }, workspace: { standarddsv2family: 24 } } },
    accounts: {
      total: "0 → 32, 32, 32, —",
      standardDSv2Family: "0 → 24, 24, 24, 48",
      standardFSv2Family: "0 → 8, 8, 8, —",
      "standardDSv2Family of this workspace": "0 → 24, 24, 24, 24",
    },
  },
  {
    what: "a cap of this workspace without a quota of the family",
    files: [`shop/blue 5 ${DS3}`],
    config: { quota: { workspace: { standardDSv2Family: 8 } } },
    accounts: {
      total: "0 → 24, 24, 24, —",
      standardDSv2Family: "0 → 24, 24, 24, —",
      "standardDSv2Family of this workspace": "0 → 24, 24, 24, 8",
    },
  },
  {
    what: "the shared pool, which is an account of its own",
    files: [`shop/blue 5 ${DS3}`, `shop/green 1 ${DS3} shared`],
    config: { quota: { shared: 8, total: 24 } },
    rows: { "shop/blue": "0 → 24, 24, 24", "shop/green": "0 → 8, 8, 8" },
    accounts: {
      total: "0 → 24, 24, 24, 24",
      standardDSv2Family: "0 → 24, 24, 24, —",
      "shared pool": "0 → 8, 8, 8, 8",
    },
  },
  {
    what: "the shared pool alone, of which there is nothing by default",
    files: [`shop/green 1 ${DS3} shared`],
    accounts: { total: "0 → 0, 0, 0, —", "shared pool": "0 → 8, 8, 8, 0" },
  },
];

const MAXIMUM: Golden[] = [
  {
    what: "autoscale to 10",
    files: [`shop/blue 5 ${DS3} max=10`],
    rows: { "shop/blue": "0 → 24, 48, 24" },
    total: "0 → 24, 48, 24, —",
  },
  {
    what: "autoscale that is switched off",
    files: [`shop/blue 5 ${DS3} max=10 off`],
    rows: { "shop/blue": "0 → 24, 24, 24" },
  },
  {
    what: "an autoscale maximum below the number of instances at the start",
    files: [`shop/blue 5 ${DS3} max=3`],
    rows: { "shop/blue": "0 → 24, 24, 24" },
  },
  {
    what: "a new generation that scales: the peak is the change's, the maximum is autoscale's",
    files: [`shop/blue 1 ${DS3} max=10 gen=b`],
    deployed: [`shop/blue 1 ${DS3} max=10`],
    rows: { "shop/blue": "8 → 8, 48, 16" },
  },
];

const CLUSTERS: Golden[] = [
  {
    what: "pods that request half a core, without 20 %",
    files: ["shop/blue 3 defaultinstancetype cluster=aks cpu=500m"],
    context: { clusters: { aks: { cores: 4 } } },
    rows: { "shop/blue": "0 → 1.5, 1.5, 1.5" },
    accounts: { total: "0 → 0, 0, 0, —", "cluster aks": "0 → 1.5, 1.5, 1.5, 4" },
  },
  {
    what: "the built-in instance type, of which three are exactly 0.3 cores",
    files: ["shop/blue 3 defaultinstancetype cluster=aks"],
    accounts: { total: "0 → 0, 0, 0, —", "cluster aks": "0 → 0.3, 0.3, 0.3, —" },
  },
  {
    what: "two clusters, one deployment that scales and one that changes",
    files: [
      "shop/blue 2 defaultinstancetype cluster=aks cpu=1 max=8",
      "bank/blue 1 defaultinstancetype cluster=edge gen=b",
    ],
    deployed: ["bank/blue 1 defaultinstancetype"],
    rows: { "shop/blue": "0 → 2, 8, 2", "bank/blue": "0.1 → 0.1, 0.1, 0.2" },
    accounts: {
      total: "0 → 0, 0, 0, —",
      "cluster aks": "0 → 2, 8, 2, —",
      "cluster edge": "0.1 → 0.1, 0.1, 0.2, —",
    },
  },
];

const CAPACITY: Golden[] = [
  {
    what: "a host's cores and memory, without 20 %",
    files: [`shop/blue 2 ${DS3}`],
    config: { docker: { sizing: "limits", capacity: { cores: 8, memoryGib: 32 } } },
    accounts: {
      total: "0 → 12, 12, 12, —",
      standardDSv2Family: "0 → 12, 12, 12, —",
      "host cores": "0 → 8, 8, 8, 8",
      "host memory": "0 → 28, 28, 28, 32",
    },
  },
  {
    what: "a host that must hold two generations of different sizes",
    files: ["shop/blue 1 Standard_DS4_v2 gen=b"],
    deployed: [`shop/blue 2 ${DS3}`],
    config: { docker: { sizing: "limits" } },
    context: { host: { cores: 16, memoryGib: 64 } },
    accounts: {
      total: "12 → 16, 16, 28, —",
      standardDSv2Family: "12 → 16, 16, 28, —",
      "host cores": "8 → 8, 8, 16, 16",
      "host memory": "28 → 28, 28, 56, 64",
    },
  },
  {
    what: "a host of which the config knows the cores and the engine the memory",
    files: [`shop/blue 1 ${DS3} shared max=2`],
    config: { quota: { shared: 20 }, docker: { sizing: "limits", capacity: { cores: 4 } } },
    context: { host: { cores: 64, memoryGib: 15.5 } },
    accounts: {
      total: "0 → 0, 0, 0, —",
      "shared pool": "0 → 8, 12, 8, 20",
      "host cores": "0 → 4, 8, 4, 4",
      "host memory": "0 → 14, 28, 14, 15.5",
    },
  },
  {
    what: "a host that has nothing to do with a cluster's pods",
    files: [`shop/blue 1 ${DS3}`, "bank/blue 2 defaultinstancetype cluster=aks cpu=8"],
    config: { docker: { sizing: "limits", capacity: { cores: 4 } } },
    accounts: {
      total: "0 → 8, 8, 8, —",
      standardDSv2Family: "0 → 8, 8, 8, —",
      "cluster aks": "0 → 16, 16, 16, —",
      "host cores": "0 → 4, 4, 4, 4",
    },
  },
  {
    what: "a host whose containers only have shares: it promises nothing",
    files: [`shop/blue 9 ${DS3}`],
    config: { docker: { sizing: "shares", capacity: { cores: 1, memoryGib: 1 } } },
    accounts: { total: "0 → 44, 44, 44, —", standardDSv2Family: "0 → 44, 44, 44, —" },
  },
];

describeLedgers("the ledger of", [...ARITHMETIC, ...EXEMPT, ...FAMILIES, ...MAXIMUM, ...CLUSTERS, ...CAPACITY]);
