import { z } from "zod";
import type { FaultParams, SchemaTerms } from "../documents/check";
import type { LocatedDocument, Place, YamlPath } from "../documents/document";
import type { ErrorCode } from "../documents/error-codes";
import type { Result } from "../documents/findings";
import { checkParts, isWhole, type Parts } from "../documents/parts";
import { parseQuantity } from "../documents/quantity";
import { type Breach, Reader } from "../documents/reader";

/**
 * Instance types of a Kubernetes cluster: what `instance_type` of a Kubernetes online deployment names. Azure keeps them as
 * custom resources of the kinds InstanceType and InstanceTypeList (how-to-manage-kubernetes-instance-types).
 */
export interface InstanceTypeSpec {
  readonly name: string;
  /** Labels that a node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  readonly requests: ResourceAmounts;
  readonly limits: ResourceAmounts & { readonly gpus: number };
  /** Where it is defined; absent for the built-in one. */
  readonly place?: Place;
}

export interface ResourceAmounts {
  /** A fraction where less than a core is asked for. */
  readonly cores: number;
  readonly memoryBytes: number;
}

const SOURCE = "how-to-manage-kubernetes-instance-types";
const TERMS: SchemaTerms = { rule: "service", source: SOURCE };
const GROUP = "amlarc.azureml.com/";
const VERSION = `${GROUP}v1alpha1`;
const GPU = "nvidia.com/gpu";

/** What a deployment gets that names no instance type. The page's text says 8 GB of memory, its definition 2 GiB. */
export const DEFAULT_INSTANCE_TYPE: InstanceTypeSpec = {
  name: "defaultinstancetype",
  nodeSelector: {},
  requests: { cores: 0.1, memoryBytes: 2 * 1024 ** 3 },
  limits: { cores: 2, memoryBytes: 2 * 1024 ** 3, gpus: 0 },
};

/** True for what Azure's extension for Kubernetes takes as instance types, however faulty inside. */
export function isInstanceType(value: unknown): boolean {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const { apiVersion, kind } = value as { apiVersion?: unknown; kind?: unknown };
  return (
    typeof apiVersion === "string" &&
    apiVersion.startsWith(GROUP) &&
    (kind === "InstanceType" || kind === "InstanceTypeList")
  );
}

interface Amount {
  readonly written: string;
  readonly value: number;
}

type Reading<T> = { readonly value: T } | { readonly message: string; readonly params: FaultParams };

/** A scalar that `read` reads, also when it is missing. */
function scalar<T>(read: (seen: unknown) => Reading<T>, description: string) {
  return z
    .unknown()
    .optional()
    .transform((seen, context): T => {
      const result = read(seen);
      if ("value" in result) {
        return result.value;
      }
      context.issues.push({
        code: "custom",
        input: seen,
        message: result.message,
        params: { ...result.params },
      });
      return z.NEVER;
    })
    .describe(description);
}

function amount(allowed: string, least: Amount | undefined, description: string) {
  return scalar<Amount>((seen) => {
    const fault = (code: ErrorCode, message: string, hint: string) => ({ message, params: { code, allowed, hint } });
    if (seen === undefined || seen === null) {
      return fault("MissingField", "is missing", "add it");
    }
    if (typeof seen !== "string") {
      return fault("InvalidType", "must be text", "put it in quotes");
    }
    const value = parseQuantity(seen);
    if (value === undefined) {
      return fault("BadArgument", "is not a quantity", "write a number with or without a unit");
    }
    if (value <= 0) {
      return fault(
        value < 0 ? "BadArgument" : "InvalidValue",
        "must be more than zero",
        "write what a container needs",
      );
    }
    if (least !== undefined && value < least.value) {
      return fault("BadArgument", `is less than ${least.written}`, "write the unit too: 512Mi, 2Gi");
    }
    return { value: { written: seen, value } };
  }, description);
}

const Cpu = amount("text such as '100m' or '2'", undefined, "cores: 100m is a tenth of one");
const Memory = amount(
  "text such as '512Mi' or '2Gi'; 1 MB or more",
  { written: "1 MB", value: 1e6 },
  "memory, with its unit: 512Mi",
);

/** `null` is how the page itself writes "none". */
const GpuLimit = scalar<number>((seen) => {
  const count = typeof seen === "string" && /^\d+$/.test(seen) ? Number(seen) : (seen ?? 0);
  return typeof count === "number" && Number.isInteger(count) && count >= 0
    ? { value: count }
    : {
        message: "must be an integer",
        params: { code: "BadArgument", allowed: "0, 1, 2 …", hint: "write how many whole GPUs a container gets" },
      };
}, "whole GPUs of a container");

const NoGpu = z
  .unknown()
  .optional()
  .refine((seen) => seen === undefined || seen === null, {
    message: "GPUs can be given in limits only",
    params: {
      code: "BadArgument",
      allowed: "in limits only",
      hint: "move it to limits",
    } satisfies FaultParams,
  });

const Name = z.string().refine((name) => /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/.test(name), {
  message: "is not a name that Kubernetes takes",
  params: {
    code: "BadArgument",
    allowed: "lower-case letters, digits, dashes and dots; a letter or digit at both ends",
    hint: "choose another name",
  } satisfies FaultParams,
});

const ItemSchema = z.strictObject({
  apiVersion: z.literal(VERSION).optional(),
  kind: z.literal("InstanceType").optional(),
  metadata: z.looseObject({ name: Name }),
  spec: z.strictObject({
    nodeSelector: z.record(z.string(), z.string()).nullish().describe("labels that a node must have"),
    resources: z.strictObject({
      requests: z.strictObject({ cpu: Cpu, memory: Memory, [GPU]: NoGpu }),
      limits: z.strictObject({ cpu: Cpu, memory: Memory, [GPU]: GpuLimit }),
    }),
  }),
  status: z.unknown().optional(),
});
type Item = z.output<typeof ItemSchema>;

const ListSchema = z.strictObject({
  apiVersion: z.literal(VERSION),
  kind: z.literal("InstanceTypeList"),
  metadata: z.unknown().optional(),
  items: z.array(z.unknown()),
});

/** Reads the instance types of a document for which `isInstanceType` holds; those with a fault are left out. */
export function parseInstanceTypes(document: LocatedDocument): Result<InstanceTypeSpec[]> {
  const reader = new Reader(document);
  const read = items(reader);
  refuseSameNames(reader, read);
  return reader.result(read.flatMap((item) => parseItem(reader, item) ?? []));
}

/** Names are compared as they are written: one with a fault can still be that of another instance type. */
function refuseSameNames(reader: Reader, items: readonly ItemValue[]): void {
  const names = new Set<string>();
  for (const { path, value } of items) {
    const name = fieldOf(fieldOf(value, "metadata"), "name");
    if (typeof name !== "string") {
      continue;
    }
    if (names.has(name)) {
      refuse(reader, [...path, "metadata", "name"], {
        code: "BadArgument",
        message: `two instance types of this file are called '${name}'`,
        value: name,
        allowed: "a name that is unique within the cluster",
        hint: "rename one of them",
      });
    }
    names.add(name);
  }
}

/** An instance type as the file has it. */
interface ItemValue {
  readonly path: YamlPath;
  readonly value: unknown;
}

/** The document itself, or the items of a list; also of one with faults of its own. */
function items(reader: Reader): readonly ItemValue[] {
  const { document } = reader;
  const { value } = document;
  if (fieldOf(value, "kind") !== "InstanceTypeList") {
    return [{ path: [], value }];
  }
  const { parts: list } = reader.take(checkParts(ListSchema, document, TERMS, value, []));
  if (list?.items?.length === 0) {
    reader.warn(["items"], {
      code: "NoEffect",
      message: "the list holds no instance type",
      hint: "add one, or remove the file",
      rule: "service",
      source: SOURCE,
    });
  }
  return (list?.items ?? []).map((item, index) => ({ path: ["items", index], value: item }));
}

function parseItem(reader: Reader, { path, value }: ItemValue): InstanceTypeSpec | undefined {
  const { document } = reader;
  const { whole, parts } = reader.take(checkParts(ItemSchema, document, TERMS, value, path));
  const fits = requestsFit(reader, path, parts);
  if (fieldOf(fieldOf(value, "metadata"), "namespace") !== undefined) {
    reader.warnAtKey([...path, "metadata", "namespace"], {
      code: "NoEffect",
      message: "has no effect: an instance type belongs to the whole cluster",
      hint: "remove it",
      rule: "service",
      source: SOURCE,
    });
  }
  return whole === undefined || !fits ? undefined : toSpec(whole, document.at([...path, "metadata", "name"]));
}

/** Whether no request is over its limit, as far as they can be read. */
function requestsFit(reader: Reader, path: YamlPath, item: Parts<Item>): boolean {
  const { requests, limits } = item?.spec?.resources ?? {};
  const exceeding = (["cpu", "memory"] as const).flatMap((key) => {
    const [request, limit] = [requests?.[key], limits?.[key]];
    return isWhole<Amount>(request) && isWhole<Amount>(limit) && request.value > limit.value
      ? [{ key, request, limit }]
      : [];
  });
  for (const { key, request, limit } of exceeding) {
    refuse(reader, [...path, "spec", "resources", "requests", key], {
      code: "BadArgument",
      message: `is more than the limit of ${limit.written}`,
      value: request.written,
      allowed: `at most ${limit.written}`,
      hint: "lower the request, or raise the limit",
      source: "how-to-troubleshoot-online-endpoints",
    });
  }
  return exceeding.length === 0;
}

/** The own field of that name, if the value is a map that has it. */
function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function toSpec({ metadata, spec }: Item, place: Place): InstanceTypeSpec {
  const { requests, limits } = spec.resources;
  return {
    name: metadata.name,
    nodeSelector: spec.nodeSelector ?? {},
    requests: { cores: requests.cpu.value, memoryBytes: requests.memory.value },
    limits: { cores: limits.cpu.value, memoryBytes: limits.memory.value, gpus: limits[GPU] },
    place,
  };
}

function refuse(reader: Reader, path: YamlPath, fault: Omit<Breach, "rule" | "source"> & Partial<Breach>): void {
  reader.error(path, { rule: "service", source: SOURCE, ...fault });
}

/** Instance types by name. */
export interface InstanceTypes {
  find(name: string): InstanceTypeSpec | undefined;
  names(): readonly string[];
}

/** The built-in instance type and those of a cluster; one called `defaultinstancetype` takes the built-in one's place. */
export function instanceTypesWith(own: readonly InstanceTypeSpec[]): InstanceTypes {
  const byName = new Map([DEFAULT_INSTANCE_TYPE, ...own].map((type) => [type.name, type]));
  const names = [...byName.keys()];
  // Kubernetes names have no capitals; Azure compares instance types without regard to case.
  return { find: (name) => byName.get(name.toLowerCase()), names: () => names };
}
