import { type Case, describeViolations } from "./violations";

const many = (count: number, text: (index: number) => string) =>
  Array.from({ length: count }, (_, index) => text(index));

const LIMITS: Case[] = [
  {
    what: "allows as many as Azure does",
    files: many(500, (index) => `e${Math.floor(index / 20)}/d${index} 1 Standard_DS1_v2`),
    violations: [],
  },
  {
    what: "counts the endpoints of a subscription",
    files: many(101, (index) => `e${index}/blue 1 Standard_DS1_v2`),
    violations: [
      [
        "endpoints: 101 endpoints are 1 more than a subscription may have",
        "take out 1 of the 101 endpoints, or raise mlendpoints:limits.endpointsPerSubscription to 101 once Azure has granted that",
      ],
    ],
  },
  {
    what: "counts the deployments of a subscription and its compute objects, which Azure raises to 2500 at most",
    files: many(2502, (index) => `e${Math.floor(index / 30)}/d${index} 1 Standard_DS1_v2`),
    config: { limits: { deploymentsPerSubscription: 2501, deploymentsPerEndpoint: 30, computeObjectsPerRegion: 2500 } },
    violations: [
      [
        "limits.deploymentsPerSubscription: 2502 deployments are 1 more than a subscription may have",
        "take out 1 of the 2502 deployments, or raise mlendpoints:limits.deploymentsPerSubscription to 2502 once Azure has granted that",
      ],
      [
        "limits.computeObjectsPerRegion: 2502 managed deployments are 2 more than a region may have",
        "take out 2 of the 2502 managed deployments",
      ],
    ],
  },
  {
    what: "counts the deployments of each endpoint",
    files: [
      ...many(21, (index) => `shop/d${index} 1 Standard_DS1_v2`),
      ...many(22, (index) => `bank/d${index} 1 Standard_DS1_v2`),
    ],
    violations: [
      [
        "endpoints[0].deployments: 21 deployments are 1 more than an endpoint may have",
        "take out 1 of the 21 deployments of shop, or raise mlendpoints:limits.deploymentsPerEndpoint to 21 once Azure has granted that",
      ],
      [
        "endpoints[1].deployments: 22 deployments are 2 more than an endpoint may have",
        "take out 2 of the 22 deployments of bank, or raise mlendpoints:limits.deploymentsPerEndpoint to 22 once Azure has granted that",
      ],
    ],
  },
  {
    what: "counts what is on each Kubernetes cluster, where Azure raises nothing",
    files: [
      ...many(101, (index) => `e${index % 61}/d${index} 1 defaultinstancetype cluster=aks`),
      ...many(20, (index) => `f/d${index} 1 defaultinstancetype cluster=edge`),
    ],
    violations: [
      [
        "endpoints: 61 endpoints are 1 more than a Kubernetes cluster may have",
        "take out 1 of the 61 endpoints of aks",
      ],
      [
        "endpoints: 101 deployments are 1 more than a Kubernetes cluster may have",
        "take out 1 of the 101 deployments of aks",
      ],
    ],
  },
];

describeViolations("a violation of a limit", LIMITS);
