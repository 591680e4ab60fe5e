import { COMPONENTS, CONTAINER } from "../../policies/inputs";
import type { Resource } from "./pack-host";

/** Long ago, for every reader of this file. */
const LONG_AGO = "2024-02-29T12:00:00.000Z";

const PROBE = {
  initialDelaySeconds: 10,
  periodSeconds: 10,
  timeoutSeconds: 2,
  successThreshold: 1,
  failureThreshold: 30,
};

/** Resources of a production stack that no policy has anything to say about. */
const GOOD = {
  endpoint: {
    endpoint: "shop",
    kind: "managed",
    authMode: "key",
    publicNetworkAccess: true,
    routerHost: "127.0.0.1",
    traffic: { blue: 90, green: 10 },
    mirrorTraffic: {},
    tags: { team: "search" },
    production: true,
    deployments: ["blue", "green"],
    since: LONG_AGO,
  },
  deployment: {
    endpoint: "shop",
    deployment: "blue",
    instanceType: "Standard_DS3_v2",
    instanceCount: 3,
    maxInstances: 5,
    traffic: 90,
    mirrorTraffic: 0,
    production: true,
    generation: "0123abcd",
    requestTimeoutMs: 5000,
    maxConcurrentRequestsPerInstance: 1,
    maxQueueWaitMs: 500,
    readiness: PROBE,
    liveness: PROBE,
    ownProbes: { liveness: false, readiness: false },
    customContainer: false,
    image: "mcr.microsoft.com/azureml/inference:20260101.v1",
    environmentVariables: { LOG_LEVEL: "info", OPENAI_KEY: "${{azureml://connections/openai/credentials/key}}" },
    packages: [{ name: "numpy", requirement: "numpy==2.3.1", pinned: true }],
    locked: false,
    egressPublicNetworkAccess: false,
    sharedQuota: false,
    since: LONG_AGO,
    endpointSince: LONG_AGO,
  },
  identity: {
    endpoint: "shop",
    type: "system_assigned",
    name: "shop",
    roleAssignments: [
      {
        role: "AcrPull",
        roleId: "7f951dda-4ed3-4680-a7ca-43fe172d538d",
        scope: "registry",
        purpose: "pull the image of a deployment",
        automatic: true,
      },
    ],
    missing: [],
    unused: [],
  },
  quota: {
    rows: [],
    accounts: [
      { kind: "total", name: "total", unit: "cores", reserved: 16, atMaximum: 24, limit: 64 },
      { kind: "family", name: "standardDSv2Family", unit: "cores", reserved: 16, atMaximum: 24, limit: 32 },
      { kind: "hostCores", name: "cores of the host", unit: "cores", reserved: 16, atMaximum: 24 },
    ],
    violations: [],
    uncounted: [],
  },
  container: {
    name: "mlendpoints-test-shop-blue-1",
    image: "mlendpoints/test/shop-blue:0123abcd",
    readOnly: true,
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges"],
    labels: [{ label: "mlendpoints.stack", value: "test" }],
    memory: 1024,
    memorySwap: 1024,
  },
} as const;

export type Kind = keyof typeof GOOD;

export const KINDS = Object.keys(GOOD) as Kind[];

/** A good resource of a kind with some inputs changed; `undefined` takes one away. */
export function resource(kind: Kind, changed: Readonly<Record<string, unknown>> = {}): Resource {
  const type = kind === "container" ? CONTAINER : COMPONENTS[kind];
  return { type, props: { ...GOOD[kind], ...changed } };
}

/** The inputs that a good resource has, for those who change a part of one. */
export function good<K extends Kind>(kind: K): (typeof GOOD)[K] {
  return GOOD[kind];
}

/** What a violation calls the good resource of a kind. */
export const SUBJECT: Readonly<Record<Kind, string>> = {
  endpoint: "shop ",
  deployment: "shop/blue ",
  identity: "shop ",
  quota: "the stack ",
  container: "container under-test ",
};
