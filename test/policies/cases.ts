import type { PolicyName } from "../../policies/catalogue";
import { good, type Kind } from "./resources";

type Inputs = Readonly<Record<string, unknown>>;

/** A config that changes a policy's verdict about some inputs, one way or the other. */
export interface Override {
  readonly config: Inputs;
  /** Of the good resource, unless changed. */
  readonly inputs?: Inputs;
  readonly violated: boolean;
}

export interface Case {
  readonly kind: Kind;
  /** Changes of the good resource that violate the policy, each with what the text must name. */
  readonly fails: readonly { readonly inputs: Inputs; readonly says: readonly string[]; readonly config?: Inputs }[];
  /** Changes that come near to a violation, and are none. */
  readonly passes: readonly { readonly inputs: Inputs; readonly config?: Inputs }[];
  /** Every policy has `except` besides; a test of its own shows it. */
  readonly overrides: readonly Override[];
}

const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();

const { accounts } = good("quota");
const [total] = accounts;
const violation = {
  path: "quota.total",
  message: "total is 8 cores over its limit",
  value: "72 cores",
  allowed: "64 cores",
  fix: "take 2 fewer instances of shop/blue",
};
const { readiness, environmentVariables } = good("deployment");
const contributor = { role: "Contributor", roleId: "b24988ac-6180-42a0-ab88-20f7382dd24c", scope: "workspace" };
const reader = { role: "Reader", roleId: "acdd72a7-3385-48ef-bd42-f606fba81ae7", scope: "subscription" };

/** Put together here: whoever searches repositories for keys is not to find one. */
const STRIPE_LIKE = ["pk", "Zq3vX8rT1mN6bW0yK5sD2hJ9"].join("_");

export const CASES: Readonly<Record<PolicyName, Case>> = {
  "quota-exceeded": {
    kind: "quota",
    fails: [
      {
        inputs: { violations: [violation] },
        says: ["OutOfQuota", "72 cores", "64 cores", "fewer instances of shop/blue"],
      },
      {
        inputs: { accounts: [{ ...total, reserved: 17 }] },
        config: { total: 16 },
        says: ["needs 17 cores", "allows 16"],
      },
      { inputs: { accounts: [] }, config: { total: 16 }, says: ["cannot be checked", "no account of the kind total"] },
    ],
    passes: [
      { inputs: { accounts: [{ ...total, reserved: 16 }] }, config: { total: 16 } },
      { inputs: { accounts: [{ ...total, limit: undefined }] } },
    ],
    overrides: [
      { config: { total: 8 }, violated: true },
      { config: { total: 16 }, violated: false },
    ],
  },
  "maximum-above-quota": {
    kind: "quota",
    fails: [{ inputs: { accounts: [{ ...total, atMaximum: 80 }] }, says: ["total needs up to 80 cores", "is 64"] }],
    passes: [{ inputs: { accounts: [{ ...total, atMaximum: 64 }] } }],
    overrides: [],
  },
  "deployment-outside-quota": {
    kind: "quota",
    fails: [{ inputs: { uncounted: ["shop/blue", "shop/green"] }, says: ["cores of shop/blue, shop/green"] }],
    passes: [{ inputs: { uncounted: [] } }],
    overrides: [],
  },
  "shared-quota-in-production": {
    kind: "deployment",
    fails: [{ inputs: { sharedQuota: true }, says: ["shared quota pool"] }],
    passes: [{ inputs: { sharedQuota: true, production: false } }],
    overrides: [{ config: { everywhere: true }, inputs: { sharedQuota: true, production: false }, violated: true }],
  },
  "production-single-instance": {
    kind: "deployment",
    fails: [{ inputs: { instanceCount: 1 }, says: ["90 % of live traffic", "1 instance, 2 are asked for"] }],
    passes: [
      { inputs: { instanceCount: 2 } },
      { inputs: { instanceCount: 1, traffic: 0 } },
      { inputs: { instanceCount: 1, production: false } },
    ],
    overrides: [
      { config: { instances: 4 }, violated: true },
      { config: { everywhere: true }, inputs: { instanceCount: 1, production: false }, violated: true },
    ],
  },
  "production-without-traffic": {
    kind: "endpoint",
    fails: [
      { inputs: { traffic: {} }, says: ["0 %", "blue, green", "404"] },
      { inputs: { traffic: { blue: 0 } }, says: ["0 %"] },
    ],
    passes: [{ inputs: { traffic: {}, production: false } }, { inputs: { traffic: {}, deployments: [] } }],
    overrides: [{ config: { everywhere: true }, inputs: { traffic: {}, production: false }, violated: true }],
  },
  "byoc-without-readiness-probe": {
    kind: "deployment",
    fails: [{ inputs: { customContainer: true }, says: ["default readiness probe", "every 10 s"] }],
    passes: [{ inputs: { customContainer: true, ownProbes: { liveness: false, readiness: true } } }],
    overrides: [],
  },
  "startup-budget-too-short": {
    kind: "deployment",
    fails: [
      {
        inputs: { readiness: { ...readiness, initialDelaySeconds: 5, periodSeconds: 5, failureThreshold: 10 } },
        says: ["has 55 s to start", "readiness", "60 s"],
      },
      { inputs: { liveness: { ...readiness, failureThreshold: 4 } }, says: ["has 50 s to start", "liveness"] },
    ],
    passes: [{ inputs: { readiness: { ...readiness, failureThreshold: 5 } } }],
    overrides: [
      { config: { seconds: 600 }, violated: true },
      { config: { seconds: 50 }, inputs: { liveness: { ...readiness, failureThreshold: 4 } }, violated: false },
    ],
  },
  "request-timeout-against-probes": {
    kind: "deployment",
    fails: [
      {
        inputs: { requestTimeoutMs: 90_000, liveness: { ...readiness, failureThreshold: 9 } },
        says: ["may work 90 s", "liveness probe gives up after 90 s"],
      },
      { inputs: { requestTimeoutMs: 300_000 }, says: ["may work 300 s", "after 300 s"] },
    ],
    passes: [{ inputs: { requestTimeoutMs: 299_999 } }],
    overrides: [],
  },
  "concurrency-without-workers": {
    kind: "deployment",
    fails: [
      { inputs: { maxConcurrentRequestsPerInstance: 4 }, says: ["4 requests at a time", "no WORKER_COUNT"] },
      {
        inputs: { maxConcurrentRequestsPerInstance: 4, environmentVariables: { WORKER_COUNT: "2" } },
        says: ["WORKER_COUNT=2"],
      },
      {
        inputs: { maxConcurrentRequestsPerInstance: 2, environmentVariables: { WORKER_COUNT: "many" } },
        says: ["WORKER_COUNT=many"],
      },
    ],
    passes: [
      { inputs: { maxConcurrentRequestsPerInstance: 4, environmentVariables: { WORKER_COUNT: "4" } } },
      {
        inputs: {
          maxConcurrentRequestsPerInstance: 4,
          customContainer: true,
          ownProbes: { liveness: true, readiness: true },
        },
      },
    ],
    overrides: [],
  },
  "mirror-with-live": {
    kind: "deployment",
    fails: [{ inputs: { mirrorTraffic: 20 }, says: ["90 % of the live traffic", "20 % of mirrored"] }],
    passes: [{ inputs: { mirrorTraffic: 20, traffic: 0 } }],
    overrides: [],
  },
  "mirror-above-limit": {
    kind: "deployment",
    fails: [{ inputs: { traffic: 0, mirrorTraffic: 51 }, says: ["51 % of mirrored traffic", "50 % are allowed"] }],
    passes: [{ inputs: { traffic: 0, mirrorTraffic: 50 } }],
    overrides: [
      { config: { percent: 10 }, inputs: { traffic: 0, mirrorTraffic: 20 }, violated: true },
      { config: { percent: 20 }, inputs: { traffic: 0, mirrorTraffic: 20 }, violated: false },
    ],
  },
  // Times that stay young, or old, for as long as all tests may take.
  "traffic-to-young-deployment": {
    kind: "deployment",
    fails: [
      { inputs: { since: ago(-120) }, says: ["90 % of live traffic", "0 minutes old", "10 minutes"] },
      { inputs: { since: ago(5000) }, config: { minutes: 100_000 }, says: ["minutes old", "100000 minutes"] },
      { inputs: { since: "yesterday" }, says: ["no readable times", "yesterday"] },
      { inputs: { endpointSince: "?" }, says: ["no readable times"] },
    ],
    passes: [
      { inputs: { since: ago(11) } },
      { inputs: { since: ago(-120), traffic: 0 } },
      { inputs: { since: ago(-120), endpointSince: ago(-120) } },
    ],
    overrides: [
      { config: { minutes: 2 }, inputs: { since: ago(3) }, violated: false },
      { config: { minutes: 100_000 }, inputs: { since: ago(5000) }, violated: true },
      { config: { percent: 90 }, inputs: { since: ago(-120) }, violated: false },
    ],
  },
  "public-access-without-limits": {
    kind: "endpoint",
    fails: [
      { inputs: { routerHost: "0.0.0.0" }, says: ["listens on 0.0.0.0", "keys"] },
      { inputs: { routerHost: "10.1.0.4" }, says: ["listens on 10.1.0.4"] },
    ],
    passes: [
      { inputs: { routerHost: "0.0.0.0", authMode: "aad_token" } },
      { inputs: { routerHost: "0.0.0.0", publicNetworkAccess: false } },
      { inputs: { routerHost: "127.0.0.5" } },
    ],
    overrides: [{ config: { hosts: ["10.1.0.4"] }, inputs: { routerHost: "10.1.0.4" }, violated: false }],
  },
  "key-auth-where-tokens-required": {
    kind: "endpoint",
    fails: [
      {
        inputs: {},
        config: { authModes: ["aml_token", "aad_token"] },
        says: ["auth_mode key", "aml_token or aad_token"],
      },
    ],
    passes: [{ inputs: { authMode: "aad_token" }, config: { authModes: ["aml_token", "aad_token"] } }],
    overrides: [{ config: { authModes: ["aad_token"] }, violated: true }],
  },
  "wide-role": {
    kind: "identity",
    fails: [
      { inputs: { roleAssignments: [contributor] }, says: ["the role Contributor on workspace"] },
      {
        inputs: {
          roleAssignments: [
            { role: "what it is called today", roleId: contributor.roleId.toUpperCase(), scope: "storage" },
          ],
        },
        says: ["what it is called today on storage"],
      },
      { inputs: { roleAssignments: [reader] }, says: ["Reader on a whole subscription"] },
      { inputs: { roleAssignments: [{ ...reader, scope: "resource-group" }] }, says: ["on a whole resource-group"] },
    ],
    passes: [{ inputs: { roleAssignments: [{ ...reader, scope: "vault/keys" }] } }],
    overrides: [
      { config: { scopes: [] }, inputs: { roleAssignments: [reader] }, violated: false },
      { config: { roles: ["acrpull"] }, violated: true },
    ],
  },
  "unused-role": {
    kind: "identity",
    fails: [{ inputs: { unused: [reader] }, says: ["holds Reader on subscription, which nothing needs"] }],
    passes: [{ inputs: { unused: [] } }],
    overrides: [],
  },
  "plain-secret-in-environment": {
    kind: "deployment",
    fails: [
      { inputs: { environmentVariables: { DB_PASSWORD: "hunter2" } }, says: ["DB_PASSWORD", "its name tells"] },
      {
        inputs: { environmentVariables: { ...environmentVariables, STRIPE: STRIPE_LIKE } },
        says: ["STRIPE", "looks like a key"],
      },
    ],
    passes: [
      { inputs: { environmentVariables: {} } },
      { inputs: { environmentVariables: { DB_PASSWORD: "", MAX_TOKEN: "512" } } },
    ],
    overrides: [
      { config: { allowed: ["STRIPE"] }, inputs: { environmentVariables: { STRIPE: STRIPE_LIKE } }, violated: false },
      { config: { entropy: 0 }, inputs: { environmentVariables: { STRIPE: STRIPE_LIKE } }, violated: false },
      { config: { entropy: 8 }, inputs: { environmentVariables: { STRIPE: STRIPE_LIKE } }, violated: false },
    ],
  },
  "latest-image-tag": {
    kind: "deployment",
    fails: [
      { inputs: { image: "tensorflow/serving:latest" }, says: ["tensorflow/serving:latest", "the tag latest moves"] },
      { inputs: { image: "registry.example:5000/serving" }, says: ["names no tag"] },
    ],
    passes: [
      { inputs: { image: undefined } },
      { inputs: { image: `tensorflow/serving:latest@sha256:${"0".repeat(64)}` } },
      { inputs: { image: "registry.example:5000/serving:2.1" } },
    ],
    overrides: [
      { config: { digest: true }, violated: true },
      { config: { tags: [] }, inputs: { image: "tensorflow/serving:latest" }, violated: false },
    ],
  },
  "unpinned-packages": {
    kind: "deployment",
    fails: [
      {
        inputs: {
          packages: ["a", "b", "c", "d", "e", "f", "g"].map((name) => ({
            name,
            requirement: `${name}>=1`,
            pinned: false,
          })),
        },
        says: ["a>=1, b>=1, c>=1, d>=1, e>=1 and 2 more"],
      },
    ],
    passes: [{ inputs: { packages: [{ name: "a", requirement: "a>=1", pinned: false }], locked: true } }],
    overrides: [],
  },
  "egress-open": {
    kind: "deployment",
    fails: [{ inputs: { egressPublicNetworkAccess: true }, says: ["any address", "egress_public_network_access"] }],
    passes: [{ inputs: { egressPublicNetworkAccess: true, production: false } }],
    overrides: [
      { config: { everywhere: true }, inputs: { egressPublicNetworkAccess: true, production: false }, violated: true },
    ],
  },
  "small-instance-type-in-production": {
    kind: "deployment",
    fails: [{ inputs: { instanceType: "STANDARD_DS1_V2" }, says: ["runs on STANDARD_DS1_V2"] }],
    passes: [{ inputs: { instanceType: "Standard_DS1_v2", production: false } }],
    overrides: [
      { config: { instanceTypes: ["Standard_DS3_v2"] }, violated: true },
      { config: { everywhere: true }, inputs: { instanceType: "Standard_F2s_v2", production: false }, violated: true },
    ],
  },
  "instances-above-ceiling": {
    kind: "deployment",
    fails: [
      { inputs: { maxInstances: 21 }, says: ["21 instances", "20 are agreed"] },
      { inputs: { instanceCount: 30 }, says: ["30 instances"] },
    ],
    passes: [{ inputs: { instanceCount: 20, maxInstances: 20 } }],
    overrides: [{ config: { instances: 4 }, violated: true }],
  },
  "required-tags": {
    kind: "endpoint",
    fails: [
      { inputs: {}, config: { tags: ["team", "cost-center", "owner"] }, says: ["no tag cost-center, owner"] },
      { inputs: { tags: { owner: "" } }, config: { tags: ["owner"] }, says: ["no tag owner"] },
    ],
    passes: [{ inputs: {}, config: { tags: ["team"] } }],
    overrides: [{ config: { tags: ["owner"] }, violated: true }],
  },
  "container-without-labels": {
    kind: "container",
    fails: [
      { inputs: {}, config: { labels: { env: "prod" } }, says: ["lacks the label env=prod"] },
      { inputs: { labels: undefined }, config: { labels: { env: "prod" } }, says: ["env=prod"] },
      {
        inputs: { labels: [{ label: "env", value: "dev" }] },
        config: { labels: { env: "prod", team: "search" } },
        says: ["env=prod, team=search"],
      },
    ],
    passes: [{ inputs: {}, config: { labels: { "mlendpoints.stack": "test" } } }],
    overrides: [{ config: { labels: { env: "prod" } }, violated: true }],
  },
  "container-not-hardened": {
    kind: "container",
    fails: [
      { inputs: { readOnly: undefined }, says: ["writable root"] },
      { inputs: { capabilities: { adds: ["NET_ADMIN"] } }, says: ["default capabilities"] },
      { inputs: { securityOpts: ["apparmor=none"] }, says: ["new privileges"] },
      { inputs: { privileged: true, readOnly: false }, says: ["is privileged, has a writable root"] },
    ],
    passes: [
      { inputs: { readOnly: false, uploads: [{ file: "/a", content: "b" }] } },
      { inputs: { securityOpts: ["no-new-privileges:true"], capabilities: { drops: ["all"], adds: ["CHOWN"] } } },
    ],
    overrides: [],
  },
  "container-swaps": {
    kind: "container",
    fails: [
      { inputs: { memorySwap: undefined }, says: ["1024 MiB of memory", "as much swap again"] },
      { inputs: { memorySwap: 0 }, says: ["as much swap again"] },
      { inputs: { memorySwap: -1 }, says: ["as much swap as there is"] },
    ],
    passes: [{ inputs: { memory: undefined, memorySwap: undefined } }, { inputs: { memorySwap: 2048 } }],
    overrides: [],
  },
};
