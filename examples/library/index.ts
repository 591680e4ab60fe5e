// Endpoints of Azure ML beside whatever else your program makes. In a project of your own: `npm install` this package, then
// write the same import. Paths start at the folder of Pulumi.yaml.
import { output } from "@pulumi/pulumi";
import { InferenceStack } from "mlendpoints";

const shop = new InferenceStack("shop", {
  endpoints: [
    {
      file: "../diabetes/endpoint.yml",
      deployments: ["../diabetes/blue.yml", "../diabetes/green.yml"],
      traffic: { blue: 90, green: 10 },
    },
  ],
  quota: { total: 64 },
  router: { port: 8081 },
  transform: {
    // What has no option of its own: 2 GiB for each instance, and a label for the bill.
    instance: (args) => ({
      ...args,
      memory: 2048,
      memorySwap: 2048,
      labels: output(args.labels).apply((labels = []) => [...labels, { label: "team", value: "diabetes" }]),
    }),
  },
});

/** The next version on trial, with keys, a router and a quota of its own. */
const trial = new InferenceStack("trial", {
  endpoints: [{ file: "../diabetes/endpoint.yml", deployments: ["../diabetes/green.yml"], traffic: { green: 100 } }],
  router: { port: 8082 },
});

/** Address of the endpoint in either stack. */
export const uris = { shop: shop.scoringUris["diabetes"], trial: trial.scoringUris["diabetes"] };

/** Keys by endpoint; secret. */
export const keys = { shop: shop.keys, trial: trial.keys };
