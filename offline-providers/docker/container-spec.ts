import type Docker from "dockerode";
import { ProviderError } from "../common/errors";
import { Fields } from "../common/fields";
import { nanoseconds } from "../common/rules";
import type { Props } from "../common/values";
import { labelMap } from "./labels";

const MEBIBYTE = 1024 * 1024;

/** What the types of the client library lack though the Engine API has it. */
type HostConfig = Docker.HostConfig & { CgroupnsMode?: string };
type MountSettings = Docker.MountSettings & { VolumeOptions?: object; TmpfsOptions?: object };

/** The Engine API's request for a container, from the checked inputs. Pure. */
export function containerRequest(inputs: Props): Docker.ContainerCreateOptions {
  const fields = new Fields(inputs);
  const ports = portRequest(fields);
  const volumes = volumeRequest(fields);
  return {
    name: fields.text("name"),
    ...(fields.has("platform") ? { platform: fields.text("platform") } : {}),
    Image: fields.text("image"),
    Hostname: fields.text("hostname"),
    Domainname: fields.text("domainname"),
    Tty: fields.flag("tty"),
    OpenStdin: fields.flag("stdinOpen"),
    ...(fields.has("stopSignal") ? { StopSignal: fields.text("stopSignal") } : {}),
    ...(fields.has("stopTimeout") ? { StopTimeout: fields.number("stopTimeout") } : {}),
    ...(fields.has("envs") ? { Env: fields.texts("envs") } : {}),
    ...(fields.has("command") ? { Cmd: fields.texts("command") } : {}),
    ...(fields.has("entrypoints") ? { Entrypoint: fields.texts("entrypoints") } : {}),
    ...(fields.has("user") ? { User: fields.text("user") } : {}),
    ...(fields.has("workingDir") ? { WorkingDir: fields.text("workingDir") } : {}),
    ...(fields.has("labels") ? { Labels: labelMap(fields) } : {}),
    ...(fields.has("healthcheck") ? { Healthcheck: healthRequest(fields) } : {}),
    ExposedPorts: ports.exposed,
    Volumes: volumes.paths,
    HostConfig: {
      ...hostRequest(fields),
      ...sizeRequest(fields),
      ...deviceRequest(fields),
      PortBindings: ports.bindings,
      Binds: volumes.binds,
      VolumesFrom: volumes.from,
    },
  };
}

function hostRequest(fields: Fields): HostConfig {
  const security = fields.texts("securityOpts");
  // Not a security option of the engine: the docker program turns it into these two empty lists.
  const unconfined = security.includes("systempaths=unconfined");
  const capabilities = fields.item("capabilities");
  return {
    Privileged: fields.flag("privileged"),
    PublishAllPorts: fields.flag("publishAllPorts"),
    RestartPolicy: { Name: fields.text("restart"), MaximumRetryCount: fields.number("maxRetryCount") },
    AutoRemove: fields.flag("rm"),
    ReadonlyRootfs: fields.flag("readOnly"),
    Init: fields.flag("init"),
    NetworkMode: fields.text("networkMode"),
    LogConfig: { Type: fields.text("logDriver"), Config: fields.map("logOpts") },
    Mounts: fields.items("mounts").map(mountRequest),
    ...(fields.has("runtime") ? { Runtime: fields.text("runtime") } : {}),
    ...(fields.has("tmpfs") ? { Tmpfs: fields.map("tmpfs") } : {}),
    ...(fields.has("storageOpts") ? { StorageOpt: fields.map("storageOpts") } : {}),
    ...(fields.has("sysctls") ? { Sysctls: fields.map("sysctls") } : {}),
    ...(fields.has("hosts")
      ? { ExtraHosts: fields.items("hosts").map((entry) => `${entry.text("host")}:${entry.text("ip")}`) }
      : {}),
    ...(fields.has("dns") ? { Dns: fields.texts("dns") } : {}),
    ...(fields.has("dnsOpts") ? { DnsOptions: fields.texts("dnsOpts") } : {}),
    ...(fields.has("dnsSearches") ? { DnsSearch: fields.texts("dnsSearches") } : {}),
    ...(fields.has("groupAdds") ? { GroupAdd: fields.texts("groupAdds") } : {}),
    ...(fields.has("usernsMode") ? { UsernsMode: fields.text("usernsMode") } : {}),
    ...(fields.has("pidMode") ? { PidMode: fields.text("pidMode") } : {}),
    ...(fields.has("ipcMode") ? { IpcMode: fields.text("ipcMode") } : {}),
    ...(fields.has("cgroupParent") ? { CgroupParent: fields.text("cgroupParent") } : {}),
    ...(fields.has("cgroupnsMode") ? { CgroupnsMode: fields.text("cgroupnsMode") } : {}),
    ...(capabilities === undefined ? {} : { CapAdd: capabilities.texts("adds"), CapDrop: capabilities.texts("drops") }),
    ...(security.length > 0 ? { SecurityOpt: security.filter((option) => option !== "systempaths=unconfined") } : {}),
    ...(unconfined ? { MaskedPaths: [], ReadonlyPaths: [] } : {}),
  };
}

function sizeRequest(fields: Fields): HostConfig {
  const cpus = fields.text("cpus");
  return {
    ...memoryRequest(fields),
    ShmSize: fields.number("shmSize") * MEBIBYTE,
    CpuShares: fields.number("cpuShares"),
    CpusetCpus: fields.text("cpuSet"),
    // cpus has the last word; Docker refuses it together with a period or a quota.
    ...(cpus === ""
      ? { CpuPeriod: fields.number("cpuPeriod"), CpuQuota: fields.number("cpuQuota") }
      : { NanoCpus: nanoCpus(cpus) }),
    Ulimits: fields
      .items("ulimits")
      .map((limit) => ({ Name: limit.text("name"), Soft: limit.number("soft"), Hard: limit.number("hard") })),
  };
}

function memoryRequest(fields: Fields): Pick<HostConfig, "Memory" | "MemoryReservation" | "MemorySwap"> {
  const swap = fields.number("memorySwap");
  return {
    Memory: fields.number("memory") * MEBIBYTE,
    MemoryReservation: fields.number("memoryReservation") * MEBIBYTE,
    // -1 means "no limit" and is no size.
    ...(swap === 0 ? {} : { MemorySwap: swap > 0 ? swap * MEBIBYTE : swap }),
  };
}

/** What an update in place sends: exactly what the official provider applies, the rest stays a promise in the state. */
export function containerUpdateRequest(inputs: Props): object {
  const fields = new Fields(inputs);
  return {
    RestartPolicy: { Name: fields.text("restart"), MaximumRetryCount: fields.number("maxRetryCount") },
    ...memoryRequest(fields),
    CpuShares: fields.number("cpuShares"),
    CpusetCpus: fields.text("cpuSet"),
    ...throttleRequest(fields),
  };
}

function nanoCpus(text: string): number {
  const cpus = Number(text);
  const nano = Math.round(cpus * 1e9);
  if (!Number.isFinite(cpus) || cpus < 0 || Math.abs(nano - cpus * 1e9) > 1e-3) {
    throw new ProviderError(`cpus: "${text}" is no number of processors; write "0.5" or "2.0"`);
  }
  return nano;
}

function deviceRequest(fields: Fields): HostConfig {
  const requests = fields.items("deviceRequests").map((request) => ({
    Driver: request.text("driver"),
    Count: request.number("count"),
    DeviceIDs: request.texts("deviceIds"),
    Capabilities: [request.texts("capabilities")],
    Options: request.map("options"),
  }));
  const gpus = fields.text("gpus");
  return {
    ...(fields.has("devices")
      ? {
          Devices: fields.items("devices").map((device) => ({
            PathOnHost: device.text("hostPath"),
            PathInContainer: device.text(device.has("containerPath") ? "containerPath" : "hostPath"),
            CgroupPermissions: device.text("permissions"),
          })),
        }
      : {}),
    ...(fields.has("deviceCgroupRules") ? { DeviceCgroupRules: fields.texts("deviceCgroupRules") } : {}),
    ...(requests.length > 0 ? { DeviceRequests: requests } : {}),
    ...(gpus === "" ? {} : { DeviceRequests: [gpuRequest(gpus)] }),
    ...throttleRequest(fields),
  };
}

function throttleRequest(fields: Fields): HostConfig {
  const rates = (name: string): { Path: string; Rate: number }[] =>
    fields.items(name).map((item) => ({ Path: item.text("path"), Rate: item.number("rate") }));
  return {
    ...(fields.has("deviceReadBps") ? { BlkioDeviceReadBps: rates("deviceReadBps") } : {}),
    ...(fields.has("deviceReadIops") ? { BlkioDeviceReadIOps: rates("deviceReadIops") } : {}),
    ...(fields.has("deviceWriteBps") ? { BlkioDeviceWriteBps: rates("deviceWriteBps") } : {}),
    ...(fields.has("deviceWriteIops") ? { BlkioDeviceWriteIOps: rates("deviceWriteIops") } : {}),
  };
}

function gpuRequest(text: string): Docker.DeviceRequest {
  const value = text.trim().replace(/^(["'])(.*)\1$/, "$2");
  const base = { Driver: "", Capabilities: [["gpu"]], Options: {} };
  if (value === "all") {
    return { ...base, Count: -1 };
  }
  const [, devices] = /^device=(.+)$/.exec(value) ?? [];
  if (devices !== undefined) {
    return { ...base, Count: 0, DeviceIDs: devices.split(",") };
  }
  if (/^\d+$/.test(value)) {
    return { ...base, Count: Number(value) };
  }
  throw new ProviderError(`gpus: "${text}" is not understood; write "all", a number or "device=0,2"`);
}

function healthRequest(fields: Fields): Docker.HealthConfig & { StartInterval?: number } {
  const health = fields.item("healthcheck") ?? new Fields({});
  const startInterval = nanoseconds(health.text("startInterval"));
  return {
    Test: health.texts("tests"),
    Interval: nanoseconds(health.text("interval")),
    Timeout: nanoseconds(health.text("timeout")),
    StartPeriod: nanoseconds(health.text("startPeriod")),
    ...(startInterval === 0 ? {} : { StartInterval: startInterval }),
    Retries: health.number("retries"),
  };
}

function mountRequest(mount: Fields): MountSettings {
  const type = mount.text("type") as Docker.MountType;
  const bind = mount.item("bindOptions");
  const volume = mount.item("volumeOptions");
  const tmpfs = mount.item("tmpfsOptions");
  const driver = volume !== undefined && (volume.has("driverName") || volume.has("driverOptions"));
  return {
    Type: type,
    Target: mount.text("target"),
    Source: mount.text("source"),
    ReadOnly: mount.flag("readOnly"),
    ...(type === "bind" && bind !== undefined
      ? { BindOptions: { Propagation: bind.text("propagation") as Docker.MountPropagation } }
      : {}),
    ...(type === "volume" && volume !== undefined
      ? {
          VolumeOptions: {
            NoCopy: volume.flag("noCopy"),
            Labels: labelMap(volume),
            ...(volume.has("subpath") ? { Subpath: volume.text("subpath") } : {}),
            ...(driver
              ? { DriverConfig: { Name: volume.text("driverName"), Options: volume.map("driverOptions") } }
              : {}),
          },
        }
      : {}),
    ...(type === "tmpfs" && tmpfs !== undefined
      ? { TmpfsOptions: { SizeBytes: tmpfs.number("sizeBytes"), Mode: tmpfs.number("mode") } }
      : {}),
  } as MountSettings;
}

function portRequest(fields: Fields): {
  exposed: Record<string, object>;
  bindings: Record<string, { HostIp: string; HostPort: string }[]>;
} {
  const exposed: Record<string, object> = {};
  const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
  for (const port of fields.items("ports")) {
    const key = `${port.number("internal")}/${port.text("protocol")}`;
    exposed[key] = {};
    // Port "0" asks the engine for any free one.
    const binding = { HostIp: port.text("ip"), HostPort: String(port.number("external")) };
    bindings[key] = [...(bindings[key] ?? []), binding];
  }
  return { exposed, bindings };
}

function volumeRequest(fields: Fields): { paths: Record<string, object>; binds: string[]; from: string[] } {
  const paths: Record<string, object> = {};
  const binds: string[] = [];
  const from: string[] = [];
  for (const volume of fields.items("volumes")) {
    const path = volume.text("containerPath");
    const source = volume.text(volume.has("hostPath") ? "hostPath" : "volumeName");
    if (volume.has("fromContainer")) {
      from.push(volume.text("fromContainer"));
      continue;
    }
    paths[path] = {};
    if (source === "") {
      continue;
    }
    const relabel = volume.has("selinuxRelabel") ? `,${volume.text("selinuxRelabel")}` : "";
    binds.push(`${source}:${path}:${volume.flag("readOnly") ? "ro" : "rw"}${relabel}`);
  }
  return { paths, binds, from };
}
