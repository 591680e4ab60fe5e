import type Docker from "dockerode";
import { Fields } from "../common/fields";
import { durationText } from "../common/rules";
import { isEmpty, type Props, type Value } from "../common/values";
import { labelItems } from "./labels";

const MEBIBYTE = 1024 * 1024;
const mebibytes = (bytes: number | undefined): number => Math.trunc((bytes ?? 0) / MEBIBYTE);

/** What the types of the client library lack though the Engine API has it. */
type Inspection = Docker.ContainerInspectInfo & {
  Config: { StopTimeout?: number | null; StopSignal?: string; Healthcheck?: HealthConfig };
  NetworkSettings: { Bridge?: string };
};
interface HealthConfig {
  readonly Test?: string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly StartInterval?: number;
  readonly Retries?: number;
}

/**
 * The container as it is now, over what was recorded. Environment, labels, volumes, networks and uploads are not read
 * back, because the image's share cannot be told from the program's: the official plug-in does not either. Pure.
 */
export function containerState(container: Docker.ContainerInspectInfo, recorded: Props): Props {
  const inspection = container as Inspection;
  const { Config: config, HostConfig: host, State: status } = inspection;
  const before = new Fields(recorded);
  const had = (name: string): boolean => before.has(name);
  const ports = portState(inspection, recorded);
  return {
    ...recorded,
    ...(ports === undefined ? {} : { ports }),
    name: container.Name.replace(/^\//, ""),
    // An image chosen by its id is compared by id, one chosen by name by name.
    image: before.text("image").startsWith("sha256:") ? container.Image : config.Image,
    bridge: inspection.NetworkSettings.Bridge ?? "",
    networkDatas: networkState(inspection),
    exitCode: status.Running ? (recorded["exitCode"] ?? null) : status.ExitCode,
    containerLogs: recorded["containerLogs"] ?? null,
    // A container that should run and does not: the difference makes the next `pulumi up` start it.
    ...(status.Running || recorded["mustRun"] !== true ? {} : { mustRun: false }),
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: texts(config.Cmd),
    entrypoints: texts(typeof config.Entrypoint === "string" ? [config.Entrypoint] : config.Entrypoint),
    user: config.User,
    workingDir: config.WorkingDir,
    tty: config.Tty,
    stdinOpen: config.OpenStdin,
    stopSignal: config.StopSignal ?? "",
    stopTimeout: config.StopTimeout ?? 0,
    ...(config.Healthcheck === undefined ? {} : { healthcheck: healthState(config.Healthcheck) }),
    platform: container.Platform,
    rm: host.AutoRemove ?? false,
    readOnly: host.ReadonlyRootfs ?? false,
    publishAllPorts: host.PublishAllPorts ?? false,
    privileged: host.Privileged ?? false,
    init: host.Init ?? false,
    restart: host.RestartPolicy?.Name ?? "",
    maxRetryCount: host.RestartPolicy?.MaximumRetryCount ?? 0,
    dns: texts(host.Dns),
    dnsOpts: texts(host.DnsOptions),
    dnsSearches: texts(host.DnsSearch),
    groupAdds: texts(host.GroupAdd),
    securityOpts: texts(host.SecurityOpt),
    ...(isEmpty(texts(host.CapAdd)) && isEmpty(texts(host.CapDrop))
      ? {}
      : { capabilities: { adds: texts(host.CapAdd), drops: texts(host.CapDrop) } }),
    runtime: host.Runtime ?? "",
    networkMode: host.NetworkMode ?? "",
    ipcMode: host.IpcMode ?? "",
    usernsMode: host.UsernsMode ?? "",
    ...(had("pidMode") ? { pidMode: host.PidMode ?? "" } : {}),
    tmpfs: map(host.Tmpfs),
    sysctls: map(host.Sysctls),
    storageOpts: map(host.StorageOpt),
    mounts: (host.Mounts ?? []).map(mountState),
    hosts: hostState(host.ExtraHosts),
    ...(had("ulimits")
      ? {
          ulimits: (host.Ulimits ?? []).map((limit) => ({
            name: limit.Name ?? "",
            soft: limit.Soft ?? 0,
            hard: limit.Hard ?? 0,
          })),
        }
      : {}),
    ...(had("devices") ? { devices: deviceState(host, before) } : {}),
    deviceReadBps: throttleState(host.BlkioDeviceReadBps),
    deviceReadIops: throttleState(host.BlkioDeviceReadIOps),
    deviceWriteBps: throttleState(host.BlkioDeviceWriteBps),
    deviceWriteIops: throttleState(host.BlkioDeviceWriteIOps),
    ...sizeState(host),
    logDriver: host.LogConfig?.Type ?? "",
    ...(had("logOpts") ? { logOpts: map(host.LogConfig?.Config as Record<string, string> | undefined) } : {}),
  };
}

function sizeState(host: Docker.HostConfig): Props {
  const swap = host.MemorySwap ?? 0;
  return {
    memory: mebibytes(host.Memory),
    memoryReservation: mebibytes(host.MemoryReservation),
    memorySwap: swap > 0 ? mebibytes(swap) : swap,
    shmSize: mebibytes(host.ShmSize),
    cpuShares: host.CpuShares ?? 0,
    cpuSet: host.CpusetCpus ?? "",
    ...((host.NanoCpus ?? 0) > 0 ? { cpus: cpuText(host.NanoCpus ?? 0) } : {}),
  };
}

/**
 * Processors as the official plug-in writes them back. A whole number gets one decimal ("2.0", so a program that says
 * "2" is replaced at every run) and what has a single digit besides zeros is rounded to one decimal. Programs must
 * write what comes back, and a test with this plug-in should find that out as one with the official plug-in would.
 */
export function cpuText(nano: number): string {
  const exact = (nano / 1e9).toFixed(9);
  if (exact.split("0").length - 1 === 9) {
    return roundedToTenths(nano);
  }
  return exact.replace(/0+$/, "");
}

/** Half away from zero, in whole numbers: 0.05 is 0.1, which binary fractions would get wrong. */
function roundedToTenths(nano: number): string {
  const tenths = Math.floor((nano + 50_000_000) / 100_000_000);
  return `${Math.floor(tenths / 10)}.${tenths % 10}`;
}

function portState(inspection: Inspection, recorded: Props): Value[] | undefined {
  if (isEmpty(recorded["ports"])) {
    return undefined;
  }
  // A stopped container publishes nothing, which says nothing about what it was given.
  if (!inspection.State.Running && recorded["mustRun"] !== true) {
    return undefined;
  }
  return Object.entries(inspection.NetworkSettings.Ports ?? {})
    .map(([key, bindings]) => ({ internal: Number.parseInt(key, 10), protocol: key.split("/")[1] ?? "tcp", bindings }))
    .sort((a, b) => a.internal - b.internal)
    .flatMap(({ internal, protocol, bindings }) =>
      (bindings ?? []).map((binding) => ({
        internal,
        external: Number(binding.HostPort),
        ip: binding.HostIp,
        protocol,
      })),
    );
}

function networkState(inspection: Inspection): Value[] {
  return Object.entries(inspection.NetworkSettings.Networks ?? {}).map(([networkName, network]) => ({
    networkName,
    ipAddress: network.IPAddress,
    ipPrefixLength: network.IPPrefixLen,
    gateway: network.Gateway,
    globalIpv6Address: network.GlobalIPv6Address,
    globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
    ipv6Gateway: network.IPv6Gateway,
    macAddress: network.MacAddress,
  }));
}

function healthState(health: HealthConfig): Props {
  return {
    tests: texts(health.Test),
    interval: durationText(health.Interval ?? 0),
    timeout: durationText(health.Timeout ?? 0),
    startPeriod: durationText(health.StartPeriod ?? 0),
    startInterval: durationText(health.StartInterval ?? 0),
    retries: health.Retries ?? 0,
  };
}

interface MountSeen {
  readonly Type: string;
  readonly Target: string;
  readonly Source?: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation?: string } | null;
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number } | null;
  readonly VolumeOptions?: {
    readonly NoCopy?: boolean;
    readonly Labels?: Record<string, string> | null;
    readonly Subpath?: string;
    readonly DriverConfig?: { readonly Name?: string; readonly Options?: Record<string, string> | null } | null;
  } | null;
}

function mountState(settings: Docker.MountSettings): Props {
  const mount = settings as unknown as MountSeen;
  const { BindOptions: bind, VolumeOptions: volume, TmpfsOptions: tmpfs } = mount;
  return {
    type: mount.Type,
    target: mount.Target,
    source: mount.Source ?? "",
    readOnly: mount.ReadOnly ?? false,
    ...(bind ? { bindOptions: { propagation: bind.Propagation ?? "" } } : {}),
    ...(tmpfs ? { tmpfsOptions: { sizeBytes: tmpfs.SizeBytes ?? 0, mode: tmpfs.Mode ?? 0 } } : {}),
    ...(volume
      ? {
          volumeOptions: {
            noCopy: volume.NoCopy ?? false,
            labels: labelItems(volume.Labels),
            driverName: volume.DriverConfig?.Name ?? "",
            driverOptions: map(volume.DriverConfig?.Options),
            ...(volume.Subpath === undefined ? {} : { subpath: volume.Subpath }),
          },
        }
      : {}),
  };
}

function hostState(extra: unknown): Value[] {
  return texts(extra).map((entry) => {
    const separator = String(entry).indexOf(":");
    return { host: String(entry).slice(0, separator), ip: String(entry).slice(separator + 1) };
  });
}

function deviceState(host: Docker.HostConfig, before: Fields): Value[] {
  const named = new Set(
    before
      .items("devices")
      .filter((device) => device.has("containerPath"))
      .map((device) => device.text("hostPath")),
  );
  const devices = (host.Devices ?? []) as { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  return devices.map((device) => ({
    hostPath: device.PathOnHost,
    ...(named.has(device.PathOnHost) ? { containerPath: device.PathInContainer } : {}),
    permissions: device.CgroupPermissions,
  }));
}

function throttleState(devices: unknown): Value[] {
  const seen = (devices ?? []) as { Path: string; Rate: number }[];
  return seen.map(({ Path: path, Rate: rate }) => ({ path, rate }));
}

const texts = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
const map = (value: Record<string, string> | null | undefined): Props => ({ ...value });
