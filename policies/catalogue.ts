import type { Row } from "./row";

const AZURE = "https://learn.microsoft.com/azure/machine-learning";

const NAMES = { type: "array", items: { type: "string" } } as const;

const EVERYWHERE = {
  everywhere: { type: "boolean", default: false, description: "hold outside production stacks too" },
} as const;

const ALL_CONTAINERS = {
  everywhere: { type: "boolean", default: false, description: "hold for containers outside the components too" },
} as const;

/**
 * Every policy of the pack with all that is said about it. The check itself stands in the domain's file; docs/policies.md
 * is held to this table by a test.
 */
export const CATALOGUE = {
  "quota-exceeded": {
    domain: "quota",
    level: "mandatory",
    severity: "high",
    what: "Deployments must not reserve more cores than the quota allows.",
    reason: "On Azure the deployment fails with OutOfQuota, minutes after it began.",
    fix: "Take fewer instances or a smaller instance type, or raise mlendpoints:quota.",
    link: `${AZURE}/how-to-manage-quotas`,
    config: {
      total: {
        type: "integer",
        minimum: 0,
        description: "cores that one stack may reserve, whatever its own limit says",
      },
    },
  },
  "maximum-above-quota": {
    domain: "quota",
    level: "advisory",
    severity: "medium",
    what: "Autoscale should not promise instances that the quota does not hold.",
    reason: "It fails to scale out just when requests come in.",
    fix: "Lower the maximum of autoscale, or raise mlendpoints:quota.",
    link: `${AZURE}/how-to-manage-quotas`,
    config: {},
  },
  "deployment-outside-quota": {
    domain: "quota",
    level: "advisory",
    severity: "medium",
    what: "Every deployment should stand in the quota ledger.",
    reason: "Nobody knows the cores of its instance type, so they count in no account, and no limit can hold.",
    fix: "Name an instance type of Azure's list, or add this one under mlendpoints:vmSizes.",
    link: `${AZURE}/reference-managed-online-endpoints-vm-sku-list`,
    config: {},
  },
  "shared-quota-in-production": {
    domain: "quota",
    level: "mandatory",
    severity: "high",
    what: "A production stack must not live on the shared quota pool.",
    reason: "Azure lends the pool for a short time, for tests, and takes it back.",
    fix: "Remove sharedQuota from the deployment's entry and ask for quota of your own.",
    link: `${AZURE}/how-to-manage-quotas`,
    config: EVERYWHERE,
  },
  "production-single-instance": {
    domain: "availability",
    level: "advisory",
    severity: "high",
    what: "A deployment that takes live traffic in a production stack should have more than one instance.",
    reason: "Its requests fail whenever the only instance stops, is moved or is upgraded.",
    fix: "Raise instance_count; Azure recommends 3 for high availability.",
    link: `${AZURE}/reference-yaml-deployment-managed-online`,
    config: {
      ...EVERYWHERE,
      instances: { type: "integer", minimum: 2, default: 2, description: "instances that are enough" },
    },
  },
  "production-without-traffic": {
    domain: "availability",
    level: "advisory",
    severity: "medium",
    what: "An endpoint of a production stack should send its traffic to some deployment.",
    reason: "Without traffic every request that names no deployment is answered with 404.",
    fix: "Give a deployment traffic in the stack's config.",
    link: `${AZURE}/how-to-safely-rollout-online-endpoints`,
    config: EVERYWHERE,
  },
  "byoc-without-readiness-probe": {
    domain: "probes",
    level: "advisory",
    severity: "high",
    what: "A custom container should have a readiness probe of its own.",
    reason:
      "The defaults are made for Azure's inference server; a server that starts otherwise is called too early or too late.",
    fix: "Write readiness_probe with the times that this server needs.",
    link: `${AZURE}/how-to-deploy-custom-container`,
    config: {},
  },
  "startup-budget-too-short": {
    domain: "probes",
    level: "advisory",
    severity: "medium",
    what: "An instance should be given enough time to load its model.",
    reason:
      "Whoever is not ready after initial_delay + period × failure_threshold is restarted, or fails the deployment.",
    fix: "Raise initial_delay or failure_threshold of the probe.",
    link: `${AZURE}/how-to-troubleshoot-online-endpoints`,
    config: {
      seconds: {
        type: "integer",
        minimum: 1,
        default: 60,
        description: "seconds that each instance must get at least",
      },
    },
  },
  "request-timeout-against-probes": {
    domain: "requests",
    level: "advisory",
    severity: "high",
    what: "A request that takes as long as it may should not make its instance fail its probes.",
    reason:
      "A busy server answers no probe: after period × failure_threshold the instance is restarted, and its requests are lost.",
    fix: "Raise failure_threshold or period of the probe, or lower request_timeout_ms.",
    link: `${AZURE}/reference-yaml-deployment-managed-online`,
    config: {},
  },
  "concurrency-without-workers": {
    domain: "requests",
    level: "advisory",
    severity: "medium",
    what: "An instance should have a worker for every request that it is sent at a time.",
    reason:
      "Azure's inference server works with WORKER_COUNT processes, one by default; the other requests queue inside the container, unseen.",
    fix: "Set the environment variable WORKER_COUNT to max_concurrent_requests_per_instance.",
    link: `${AZURE}/reference-yaml-deployment-managed-online`,
    config: {},
  },
  "mirror-with-live": {
    domain: "traffic",
    level: "mandatory",
    severity: "medium",
    what: "A deployment must take live or mirrored traffic, not both.",
    reason: "Azure refuses it: the copies would disturb the requests that count.",
    fix: "Set its traffic or its mirror_traffic to 0.",
    link: `${AZURE}/how-to-safely-rollout-online-endpoints`,
    config: {},
  },
  "mirror-above-limit": {
    domain: "traffic",
    level: "mandatory",
    severity: "medium",
    what: "Mirrored traffic must stay below Azure's limit.",
    reason: "Copies count against the bandwidth of the endpoint; Azure mirrors half of the traffic at most.",
    fix: "Lower mirror_traffic.",
    link: `${AZURE}/how-to-safely-rollout-online-endpoints`,
    config: {
      percent: {
        type: "integer",
        minimum: 0,
        maximum: 50,
        default: 50,
        description: "percent that may be mirrored at most",
      },
    },
  },
  "traffic-to-young-deployment": {
    domain: "traffic",
    level: "advisory",
    severity: "medium",
    what: "A version should be watched for a while before live traffic goes to it.",
    reason: "Callers of an endpoint that served them well would be the first to try the new version.",
    fix: "Deploy it beside the old one with no traffic, mirror or call it by name, and move the traffic later.",
    link: `${AZURE}/how-to-safely-rollout-online-endpoints`,
    config: {
      minutes: { type: "integer", minimum: 0, default: 10, description: "minutes until a version is no longer young" },
      percent: {
        type: "integer",
        minimum: 0,
        maximum: 100,
        default: 0,
        description: "percent of the traffic that a young version may take",
      },
    },
  },
  "public-access-without-limits": {
    domain: "access",
    level: "mandatory",
    severity: "high",
    what: "An endpoint that other machines can reach must not be open to whoever holds a key.",
    reason: "A key never expires and says nothing about its holder; whoever copied it can call from anywhere.",
    fix: "Listen on 127.0.0.1 (mlendpoints:router.host) behind a gateway, take tokens (auth_mode), or allow the address in this policy's config.",
    link: `${AZURE}/concept-secure-online-endpoint`,
    config: {
      hosts: {
        ...NAMES,
        default: [],
        description: "addresses that only known callers reach, as in 10.1.0.4",
      },
    },
  },
  "key-auth-where-tokens-required": {
    domain: "access",
    level: "mandatory",
    severity: "high",
    what: "An endpoint must use one of the ways of authentication that this environment allows.",
    reason: "Keys never expire; Entra tokens do, and they name their caller.",
    fix: "Change auth_mode of the endpoint.",
    link: `${AZURE}/how-to-authenticate-online-endpoint`,
    config: {
      authModes: {
        type: "array",
        items: { type: "string", enum: ["key", "aml_token", "aad_token"] },
        minItems: 1,
        default: ["key", "aml_token", "aad_token"],
        description: "what is allowed; everything by default",
      },
    },
  },
  "wide-role": {
    domain: "access",
    level: "mandatory",
    severity: "critical",
    what: "The identity of an endpoint must not hold more rights than serving needs.",
    reason: "Code that answers requests from outside acts with these rights: a fault in it would open the whole scope.",
    fix: "Grant the narrow role instead, on the one thing that it is for, as in Storage Blob Data Reader on storage.",
    link: `${AZURE}/concept-endpoints-online-auth`,
    config: {
      roles: {
        ...NAMES,
        default: [],
        description: "names or ids of more roles that are too wide",
      },
      scopes: {
        ...NAMES,
        default: ["subscription", "resource-group"],
        description: "scopes that are too wide for any role",
      },
    },
  },
  "unused-role": {
    domain: "access",
    level: "advisory",
    severity: "low",
    what: "The identity of an endpoint should hold no role that nothing needs.",
    reason: "Rights that nobody uses are missed by nobody but whoever breaks in.",
    fix: "Remove the line from mlendpoints:roleAssignments.",
    link: `${AZURE}/concept-endpoints-online-auth`,
    config: {},
  },
  "plain-secret-in-environment": {
    domain: "secrets",
    level: "mandatory",
    severity: "critical",
    what: "Environment variables must not hold secrets in plain text.",
    reason: "They stand in the file, in version control, in the state and in every process of the container.",
    fix: "Keep the value in a workspace connection or a key vault and write a reference, as in ${{azureml://connections/openai/credentials/key}}.",
    link: `${AZURE}/how-to-deploy-online-endpoint-with-secret-injection`,
    config: {
      allowed: {
        ...NAMES,
        default: [],
        description: "names of variables whose values are no secrets",
      },
      entropy: {
        type: "number",
        minimum: 0,
        default: 3.5,
        description: "bits per character from which mixed text counts as random; 0 looks at names and known forms only",
      },
    },
  },
  "latest-image-tag": {
    domain: "images",
    level: "advisory",
    severity: "medium",
    what: "An image should be named by a version that stays what it is.",
    reason:
      "A tag such as latest means another image tomorrow: what was tested is not what runs, and going back is impossible.",
    fix: "Name a version tag, or best a digest (name@sha256:…).",
    link: `${AZURE}/how-to-troubleshoot-environments`,
    config: {
      digest: { type: "boolean", default: false, description: "ask for a digest: a version tag is not enough" },
      tags: {
        ...NAMES,
        default: ["latest", "stable", "main", "master", "edge", "nightly", "dev"],
        description: "tags that move",
      },
    },
  },
  "unpinned-packages": {
    domain: "packages",
    level: "advisory",
    severity: "medium",
    what: "Packages should have exact versions, or a lock file beside the conda file.",
    reason: "The next build of the same file takes what is newest on that day, and may answer otherwise.",
    fix: "Write name=1.2.3 (conda) or name==1.2.3 (pip), or keep a lock file.",
    link: `${AZURE}/how-to-troubleshoot-environments`,
    config: {},
  },
  "egress-open": {
    domain: "network",
    level: "advisory",
    severity: "medium",
    what: "A deployment of a production stack should not reach the whole internet.",
    reason: "A model that was tampered with, or a package of it, could send away what it is asked.",
    fix: "Write egress_public_network_access: disabled.",
    link: `${AZURE}/concept-secure-online-endpoint`,
    config: EVERYWHERE,
  },
  "small-instance-type-in-production": {
    domain: "cost",
    level: "advisory",
    severity: "medium",
    what: "A production deployment should not run on the smallest instance types.",
    reason: "Azure warns of them: memory or disk run out, or the container starts too slowly for its probes.",
    fix: "Take Standard_DS3_v2, Standard_F4s_v2 or larger.",
    link: `${AZURE}/reference-managed-online-endpoints-vm-sku-list`,
    config: {
      ...EVERYWHERE,
      instanceTypes: {
        ...NAMES,
        default: ["Standard_DS1_v2", "Standard_F2s_v2"],
        description: "instance types that are too small",
      },
    },
  },
  "instances-above-ceiling": {
    domain: "cost",
    level: "mandatory",
    severity: "medium",
    what: "A deployment must not grow beyond what was agreed to pay.",
    reason: "Autoscale goes up to its maximum by itself; an extra digit there is seen on the bill.",
    fix: "Lower instance_count or the maximum of autoscale, or raise the ceiling in this policy's config.",
    link: `${AZURE}/how-to-autoscale-endpoints`,
    config: {
      instances: { type: "integer", minimum: 1, default: 20, description: "instances of one deployment at most" },
    },
  },
  "required-tags": {
    domain: "cost",
    level: "advisory",
    severity: "low",
    what: "An endpoint should have the tags that costs are shared out by.",
    reason: "Costs of an endpoint without them are nobody's.",
    fix: "Write them under tags of the endpoint file, or in the stack's set.",
    link: `${AZURE}/how-to-view-online-endpoints-costs`,
    config: {
      tags: {
        ...NAMES,
        default: [],
        description: "tags that every endpoint must have",
      },
    },
  },
  "container-without-labels": {
    domain: "containers",
    level: "advisory",
    severity: "low",
    what: "Containers should have the labels of this environment.",
    reason: "Who pays, who answers at night: people who see only the Docker host find it on the container.",
    fix: "Set this policy to 'remediate': it adds the labels.",
    link: "https://docs.docker.com/engine/manage-resources/labels/",
    remediates: true,
    config: {
      ...ALL_CONTAINERS,
      labels: { type: "object", default: {}, description: "label to value" },
    },
  },
  "container-not-hardened": {
    domain: "containers",
    level: "advisory",
    severity: "high",
    what: "Containers should run without rights that they do not need.",
    reason:
      "Requests and models come from outside; a container without capabilities and with a read-only root gives a fault nothing to build on.",
    fix: "Set this policy to 'remediate': it makes the root read-only, drops all capabilities and forbids new privileges.",
    link: "https://docs.docker.com/engine/security/",
    remediates: true,
    config: ALL_CONTAINERS,
  },
  "container-swaps": {
    domain: "containers",
    level: "advisory",
    severity: "low",
    what: "A container with a memory limit should not swap.",
    reason:
      "Docker allows as much swap as memory again: an instance above its limit gets slow instead of being restarted.",
    fix: "Set this policy to 'remediate': it makes memorySwap equal to memory.",
    link: "https://docs.docker.com/engine/containers/resource_constraints/",
    remediates: true,
    config: ALL_CONTAINERS,
  },
} as const satisfies Record<string, Row>;

export type PolicyName = keyof typeof CATALOGUE;
