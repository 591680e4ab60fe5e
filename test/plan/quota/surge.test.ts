import { describeLedgers, type Golden } from "./golden";

const DS3 = "Standard_DS3_v2";

const SURGE: Golden[] = [
  {
    what: "nothing that changes",
    files: [`shop/blue 5 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`],
    rows: { "shop/blue": "24 → 24, 24, 24" },
  },
  {
    what: "a new deployment beside one that stays",
    files: [`shop/blue 5 ${DS3}`, `shop/green 1 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`],
    rows: { "shop/blue": "24 → 24, 24, 24", "shop/green": "0 → 8, 8, 8" },
    accounts: { total: "24 → 32, 32, 32, —", standardDSv2Family: "24 → 32, 32, 32, —" },
  },
  {
    what: "more instances",
    files: [`shop/blue 10 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`],
    rows: { "shop/blue": "24 → 48, 48, 48" },
  },
  {
    what: "fewer instances",
    files: [`shop/blue 5 ${DS3}`],
    deployed: [`shop/blue 10 ${DS3}`],
    rows: { "shop/blue": "48 → 24, 24, 48" },
  },
  {
    what: "a new generation",
    files: [`shop/blue 5 ${DS3} gen=b`],
    deployed: [`shop/blue 5 ${DS3}`],
    rows: { "shop/blue": "24 → 24, 24, 48" },
    accounts: { total: "24 → 24, 24, 48, —", standardDSv2Family: "24 → 24, 24, 48, —" },
  },
  {
    what: "a new generation with fewer instances",
    files: [`shop/blue 3 ${DS3} gen=b`],
    deployed: [`shop/blue 10 ${DS3}`],
    rows: { "shop/blue": "48 → 16, 16, 64" },
  },
  {
    what: "a removed deployment",
    files: [`shop/blue 5 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`, `shop/green 3 ${DS3}`],
    rows: { "shop/blue": "24 → 24, 24, 24", "shop/green": "16 → 0, 0, 16" },
    total: "40 → 24, 24, 40, —",
  },
  {
    what: "a removed endpoint whose family nobody else uses",
    files: [`shop/blue 5 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`, "bank/blue 1 Standard_F4s_v2"],
    rows: { "shop/blue": "24 → 24, 24, 24", "bank/blue": "8 → 0, 0, 8" },
    accounts: {
      total: "32 → 24, 24, 32, —",
      standardDSv2Family: "24 → 24, 24, 24, —",
      standardFSv2Family: "8 → 0, 0, 8, —",
    },
  },
  {
    what: "blue that stays and green in a new generation: they add up",
    files: [`shop/blue 5 ${DS3}`, `shop/green 5 ${DS3} gen=b`],
    deployed: [`shop/blue 5 ${DS3}`, `shop/green 5 ${DS3}`],
    rows: { "shop/blue": "24 → 24, 24, 24", "shop/green": "24 → 24, 24, 48" },
    total: "48 → 48, 48, 72, —",
  },
  {
    what: "blue and green both in new generations",
    files: [`shop/blue 5 ${DS3} gen=b`, `shop/green 1 ${DS3} gen=b`],
    deployed: [`shop/blue 5 ${DS3}`, `shop/green 1 ${DS3}`],
    total: "32 → 32, 32, 64, —",
  },
  {
    what: "green in the place of blue",
    files: [`shop/green 5 ${DS3}`],
    deployed: [`shop/blue 5 ${DS3}`],
    rows: { "shop/green": "0 → 24, 24, 24", "shop/blue": "24 → 0, 0, 24" },
    total: "24 → 24, 24, 48, —",
  },
  {
    what: "another size of the same family",
    files: ["shop/blue 1 Standard_DS4_v2 gen=b"],
    deployed: [`shop/blue 1 ${DS3}`],
    rows: { "shop/blue": "8 → 16, 16, 24" },
    accounts: { total: "8 → 16, 16, 24, —", standardDSv2Family: "8 → 16, 16, 24, —" },
  },
  {
    what: "another family: the old one is held in its own account",
    files: ["shop/blue 1 Standard_F4s_v2 gen=b"],
    deployed: [`shop/blue 1 ${DS3}`],
    rows: { "shop/blue": "8 → 8, 8, 16" },
    accounts: {
      total: "8 → 8, 8, 16, —",
      standardDSv2Family: "8 → 0, 0, 8, —",
      standardFSv2Family: "0 → 8, 8, 8, —",
    },
  },
  {
    what: "another size that makes no new generation where only shares count",
    files: ["shop/blue 1 Standard_F4s_v2"],
    deployed: [`shop/blue 1 ${DS3}`],
    rows: { "shop/blue": "8 → 8, 8, 16" },
  },
  {
    what: "from the shared pool to a quota of one's own",
    files: [`shop/blue 1 ${DS3}`],
    deployed: [`shop/blue 1 ${DS3} shared`],
    config: { quota: { shared: 8 } },
    rows: { "shop/blue": "8 → 8, 8, 16" },
    accounts: {
      total: "0 → 8, 8, 8, —",
      standardDSv2Family: "0 → 8, 8, 8, —",
      "shared pool": "8 → 0, 0, 8, 8",
    },
  },
  {
    what: "an exempt size in a new generation",
    files: ["shop/blue 2 Standard_NC24ads_A100_v4 gen=b"],
    deployed: ["shop/blue 1 Standard_NC24ads_A100_v4"],
    rows: { "shop/blue": "24 → 48, 48, 72" },
  },
  {
    what: "an endpoint called constructor, which no map must inherit",
    files: [`constructor/valueOf 1 ${DS3}`],
    deployed: [],
    rows: { "constructor/valueOf": "0 → 8, 8, 8" },
  },
];

describeLedgers("the ledger of a change:", SURGE);
