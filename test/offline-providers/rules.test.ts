import { expect } from "chai";
import { fieldsOf, itemType, type Properties } from "../../offline-providers/common/schema";
import type { Value } from "../../offline-providers/common/values";
import { dockerProvider } from "../../offline-providers/docker/provider";
import { randomProvider } from "../../offline-providers/random/provider";

interface Rules {
  /** Inputs that change in place; every other input replaces. */
  readonly inPlace: readonly string[];
  /** Inputs that the provider fills in when the program is silent. */
  readonly computed: readonly string[];
  readonly defaults: Readonly<Record<string, Value>>;
  readonly deleteBeforeReplace?: true;
}

/** The official rules (pulumi-docker 5.x and pulumi-random 4.x schemas), written down a second time on purpose. */
const RULES: Readonly<Record<string, Rules>> = {
  "docker:index/container:Container": {
    inPlace: [
      ...["attach", "containerReadRefreshTimeoutMilliseconds", "cpuPeriod", "cpuQuota", "cpuSet", "cpuShares"],
      ...["destroyGraceSeconds", "deviceReadBps", "deviceReadIops", "deviceWriteBps", "deviceWriteIops", "healthcheck"],
      ...["init", "logs", "maxRetryCount", "memory", "memoryReservation", "memorySwap", "mustRun", "removeVolumes"],
      ...["restart", "rm", "start", "tmpfs", "wait", "waitTimeout"],
    ],
    computed: [
      ...["command", "entrypoints", "envs", "healthcheck", "hostname", "init", "ipcMode", "labels", "logDriver"],
      ...["platform", "runtime", "securityOpts", "shmSize", "stopSignal", "stopTimeout"],
    ],
    defaults: {
      attach: false,
      containerReadRefreshTimeoutMilliseconds: 15000,
      logs: false,
      memoryReservation: 0,
      mustRun: true,
      networkMode: "bridge",
      readOnly: false,
      removeVolumes: true,
      restart: "no",
      rm: false,
      start: true,
      stdinOpen: false,
      tty: false,
      wait: false,
      waitTimeout: 60,
      "devices.permissions": "rwm",
      "deviceRequests.count": 0,
      "deviceRequests.driver": "cdi",
      "healthcheck.interval": "0s",
      "healthcheck.retries": 0,
      "healthcheck.startInterval": "0s",
      "healthcheck.startPeriod": "0s",
      "healthcheck.timeout": "0s",
      "ports.ip": "0.0.0.0",
      "ports.protocol": "tcp",
      "uploads.executable": false,
    },
    deleteBeforeReplace: true,
  },
  "docker:index/remoteImage:RemoteImage": {
    inPlace: ["forceRemove", "keepLocally"],
    computed: [],
    defaults: { platform: "", "build.dockerfile": "Dockerfile", "build.remove": true, "build.useLegacyBuilder": false },
  },
  "docker:index/network:Network": {
    inPlace: [],
    computed: ["driver", "internal", "ipamConfigs", "options"],
    defaults: { ipamDriver: "default" },
  },
  "docker:index/volume:Volume": {
    inPlace: ["cluster"],
    computed: ["driver", "name"],
    defaults: {
      "cluster.availability": "active",
      "cluster.group": "",
      "cluster.scope": "single",
      "cluster.sharing": "none",
      "cluster.topologyPreferred": "",
      "cluster.topologyRequired": "",
      "cluster.type": "block",
    },
  },
  "random:index/randomPassword:RandomPassword": {
    inPlace: [],
    computed: ["lower", "minLower", "minNumeric", "minSpecial", "minUpper", "number", "numeric", "special", "upper"],
    defaults: {},
  },
};

describe("offline providers: replace rules, computed inputs and defaults", () => {
  const resources = [...dockerProvider.resources, ...randomProvider.resources];

  it("every resource has its rules here", () => {
    expect(resources.map(({ token }) => token)).to.have.members(Object.keys(RULES));
  });

  for (const { token, properties, deleteBeforeReplace } of resources) {
    it(token, () => {
      const rules = RULES[token];
      const inputs = Object.entries(properties).filter(([, property]) => property.computed !== "always");
      const names = (wanted: (name: string) => boolean): string[] => inputs.map(([name]) => name).filter(wanted);
      expect(names((name) => properties[name]?.change === "update")).to.have.members([...(rules?.inPlace ?? [])]);
      expect(names((name) => properties[name]?.computed === "unset")).to.have.members([...(rules?.computed ?? [])]);
      expect(defaultsOf(properties)).to.deep.equal(rules?.defaults);
      expect(deleteBeforeReplace).to.equal(rules?.deleteBeforeReplace);
    });
  }
});

function defaultsOf(properties: Properties, path = ""): Record<string, Value> {
  const defaults: Record<string, Value> = {};
  for (const [name, property] of Object.entries(properties)) {
    if (property.default !== undefined) {
      defaults[path + name] = property.default;
    }
    const fields = fieldsOf(itemType(property.type) ?? property.type);
    if (fields !== undefined) {
      Object.assign(defaults, defaultsOf(fields, `${path}${name}.`));
    }
  }
  return defaults;
}
