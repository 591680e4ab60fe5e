import { atLeast, duration, matches, oneOf } from "../common/rules";
import {
  list,
  object,
  orComputed,
  output,
  type Properties,
  type PropertyType,
  replace,
  set,
  stringMap,
  update,
} from "../common/schema";
import { labelSet } from "./labels";

const throttle: PropertyType = set(
  object({
    path: update("string", { required: true }),
    rate: update("int", { required: true, check: atLeast(0) }),
  }),
);

const mounts = set(
  object({
    target: replace("string", { required: true }),
    source: replace("string"),
    type: replace("string", { required: true, check: oneOf("bind", "volume", "tmpfs") }),
    readOnly: replace("bool"),
    bindOptions: replace(
      object({
        propagation: replace("string", {
          check: oneOf("private", "rprivate", "shared", "rshared", "slave", "rslave"),
        }),
      }),
    ),
    volumeOptions: replace(
      object({
        driverName: replace("string"),
        driverOptions: replace(stringMap),
        labels: replace(labelSet),
        noCopy: replace("bool"),
        subpath: replace("string"),
      }),
    ),
    tmpfsOptions: replace(object({ mode: replace("int"), sizeBytes: replace("int") })),
  }),
);

const ports = list(
  object({
    internal: replace("int", { required: true }),
    external: orComputed(replace("int")),
    ip: replace("string", { default: "0.0.0.0" }),
    protocol: replace("string", { default: "tcp" }),
  }),
);

const uploads = set(
  object({
    file: replace("string", { required: true }),
    content: replace("string"),
    contentBase64: replace("string", {
      check: matches(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/, "it must be base64"),
    }),
    executable: replace("bool", { default: false }),
    group: replace("string"),
    owner: replace("string"),
    permissions: replace("string", { check: matches(/^0[0-7]{3}$/, "write four octal digits such as 0644") }),
    source: replace("string"),
    sourceHash: replace("string"),
  }),
);

const volumes = set(
  object({
    containerPath: replace("string"),
    fromContainer: replace("string"),
    hostPath: replace("string", { check: matches(/^[a-zA-Z]:[\\/]|^\//, "it must be an absolute path") }),
    readOnly: replace("bool"),
    selinuxRelabel: replace("string", { check: oneOf("z", "Z") }),
    volumeName: replace("string"),
  }),
);

const networksAdvanced = set(
  object({
    name: replace("string", { required: true }),
    aliases: replace(set("string")),
    driverOpts: replace(set("string")),
    gwPriority: replace("int", { check: atLeast(0) }),
    ipv4Address: replace("string"),
    ipv6Address: replace("string"),
    linkLocalIps: replace(set("string")),
    macAddress: replace("string"),
  }),
);

const healthcheck = object({
  tests: update(list("string")),
  interval: update("string", { default: "0s", check: duration }),
  timeout: update("string", { default: "0s", check: duration }),
  startPeriod: update("string", { default: "0s", check: duration }),
  startInterval: update("string", { default: "0s", check: duration }),
  retries: update("int", { default: 0, check: atLeast(0) }),
});

const networkDatas = list(
  object({
    networkName: output("string"),
    ipAddress: output("string"),
    ipPrefixLength: output("int"),
    gateway: output("string"),
    globalIpv6Address: output("string"),
    globalIpv6PrefixLength: output("int"),
    ipv6Gateway: output("string"),
    macAddress: output("string"),
  }),
);

/**
 * `docker:index/container:Container` of version 5.2.0. Where two columns disagree with intuition (a changed health check
 * is an "update" that nothing applies) it is the official behaviour that is kept.
 */
export const containerProperties: Properties = {
  name: replace("string"),
  image: replace("string", { required: true }),

  // What is run
  command: orComputed(replace(list("string"))),
  entrypoints: orComputed(replace(list("string"))),
  envs: orComputed(replace(set("string"))),
  user: replace("string", { blankKeepsOld: true }),
  groupAdds: replace(set("string")),
  workingDir: replace("string", { blankKeepsOld: true }),
  labels: orComputed(replace(labelSet)),
  uploads: replace(uploads),
  tty: replace("bool", { default: false }),
  stdinOpen: replace("bool", { default: false }),
  init: orComputed(update("bool")),
  healthcheck: orComputed(update(healthcheck)),
  stopSignal: orComputed(replace("string")),
  stopTimeout: orComputed(replace("int")),

  // Its life
  start: update("bool", { default: true }),
  mustRun: update("bool", { default: true }),
  attach: update("bool", { default: false }),
  logs: update("bool", { default: false }),
  wait: update("bool", { default: false }),
  waitTimeout: update("int", { default: 60 }),
  rm: update("bool", { default: false }),
  removeVolumes: update("bool", { default: true }),
  destroyGraceSeconds: update("int"),
  containerReadRefreshTimeoutMilliseconds: update("int", { default: 15000 }),
  restart: update("string", { default: "no", check: oneOf("no", "on-failure", "always", "unless-stopped") }),
  maxRetryCount: update("int"),

  // Sizes
  memory: update("int", { check: atLeast(0) }),
  memoryReservation: update("int", { default: 0, check: atLeast(0) }),
  memorySwap: update("int", { check: atLeast(-1) }),
  shmSize: orComputed(replace("int", { check: atLeast(0) })),
  cpus: replace("string"),
  cpuShares: update("int", { check: atLeast(0) }),
  cpuSet: update("string", { check: matches(/^\d+([,-]\d+)*$/, "write core numbers such as 0-3 or 0,2") }),
  cpuPeriod: update("int", { check: atLeast(0) }),
  cpuQuota: update("int", { check: atLeast(0) }),
  ulimits: replace(
    set(
      object({
        name: replace("string", { required: true }),
        soft: replace("int", { required: true }),
        hard: replace("int", { required: true }),
      }),
    ),
  ),

  // Files
  readOnly: replace("bool", { default: false }),
  mounts: replace(mounts),
  volumes: replace(volumes),
  tmpfs: update(stringMap),
  storageOpts: replace(stringMap),

  // Network
  networkMode: replace("string", { default: "bridge" }),
  networksAdvanced: replace(networksAdvanced),
  // The engine reports ports by number, whatever the order they were given in.
  ports: replace(ports, { unordered: true }),
  publishAllPorts: replace("bool"),
  hostname: orComputed(replace("string")),
  domainname: replace("string"),
  hosts: replace(
    set(object({ host: replace("string", { required: true }), ip: replace("string", { required: true }) })),
  ),
  dns: replace(set("string")),
  dnsOpts: replace(set("string")),
  dnsSearches: replace(set("string")),

  // Rights and devices
  privileged: replace("bool"),
  capabilities: replace(object({ adds: replace(set("string")), drops: replace(set("string")) })),
  securityOpts: orComputed(replace(set("string"))),
  usernsMode: replace("string"),
  pidMode: replace("string"),
  ipcMode: orComputed(replace("string")),
  cgroupParent: replace("string"),
  cgroupnsMode: replace("string", { check: oneOf("private", "host") }),
  sysctls: replace(stringMap),
  runtime: orComputed(replace("string")),
  platform: orComputed(replace("string")),
  gpus: replace("string"),
  devices: replace(
    set(
      object({
        hostPath: replace("string", { required: true }),
        containerPath: replace("string"),
        permissions: replace("string", { default: "rwm" }),
      }),
    ),
  ),
  deviceCgroupRules: replace(set("string")),
  deviceRequests: replace(
    set(
      object({
        driver: replace("string", { default: "cdi" }),
        count: replace("int", { default: 0 }),
        deviceIds: replace(set("string")),
        capabilities: replace(set("string")),
        options: replace(stringMap),
      }),
    ),
  ),
  deviceReadBps: update(throttle),
  deviceReadIops: update(throttle),
  deviceWriteBps: update(throttle),
  deviceWriteIops: update(throttle),

  // Logs
  logDriver: orComputed(replace("string")),
  logOpts: replace(stringMap),

  // Outputs
  bridge: output("string"),
  containerLogs: output("string"),
  exitCode: output("int"),
  networkDatas: output(networkDatas),
};
