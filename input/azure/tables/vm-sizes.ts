import { z } from "zod";
import type { FaultParams } from "../../documents/check";
import { withoutAbsent } from "../../documents/plain";

/**
 * The VM sizes that managed online endpoints run on (Azure: "Managed online endpoints VM SKU list", 2023-10-18 with its
 * 2025 revision). That page has no memory column: memory and GPU figures are Azure's published VM sizes.
 */
export interface VmSize {
  readonly family: string;
  /** In Azure's upper case; look-ups ignore case. */
  readonly name: string;
  readonly cores: number;
  readonly memoryGiB: number;
  /** A fraction for sizes that own part of a GPU. */
  readonly gpus: number;
  readonly gpuModel?: string;
  readonly gpuMemoryGiB?: number;
  /** True for the sizes on which Azure reserves no 20 % for upgrades. */
  readonly exempt: boolean;
}

/** family, size, cores, memory GiB, GPUs, GPU model, GPU memory GiB, whether the 20 % is reserved */
const TABLE = `
standardDASv4Family STANDARD_D2AS_V4 2 8 0 - - reserve
standardDASv4Family STANDARD_D4AS_V4 4 16 0 - - reserve
standardDASv4Family STANDARD_D8AS_V4 8 32 0 - - reserve
standardDASv4Family STANDARD_D16AS_V4 16 64 0 - - reserve
standardDASv4Family STANDARD_D32AS_V4 32 128 0 - - reserve
standardDASv4Family STANDARD_D48AS_V4 48 192 0 - - reserve
standardDASv4Family STANDARD_D64AS_V4 64 256 0 - - reserve
standardDASv4Family STANDARD_D96AS_V4 96 384 0 - - reserve
standardDAv4Family STANDARD_D2A_V4 2 8 0 - - reserve
standardDAv4Family STANDARD_D4A_V4 4 16 0 - - reserve
standardDAv4Family STANDARD_D8A_V4 8 32 0 - - reserve
standardDAv4Family STANDARD_D16A_V4 16 64 0 - - reserve
standardDAv4Family STANDARD_D32A_V4 32 128 0 - - reserve
standardDAv4Family STANDARD_D48A_V4 48 192 0 - - reserve
standardDAv4Family STANDARD_D64A_V4 64 256 0 - - reserve
standardDAv4Family STANDARD_D96A_V4 96 384 0 - - reserve
standardDSv2Family STANDARD_DS1_V2 1 3.5 0 - - reserve
standardDSv2Family STANDARD_DS2_V2 2 7 0 - - reserve
standardDSv2Family STANDARD_DS3_V2 4 14 0 - - reserve
standardDSv2Family STANDARD_DS4_V2 8 28 0 - - reserve
standardDSv2Family STANDARD_DS5_V2 16 56 0 - - reserve
standardESv3Family STANDARD_E2S_V3 2 16 0 - - reserve
standardESv3Family STANDARD_E4S_V3 4 32 0 - - reserve
standardESv3Family STANDARD_E8S_V3 8 64 0 - - reserve
standardESv3Family STANDARD_E16S_V3 16 128 0 - - reserve
standardESv3Family STANDARD_E32S_V3 32 256 0 - - reserve
standardESv3Family STANDARD_E48S_V3 48 384 0 - - reserve
standardESv3Family STANDARD_E64S_V3 64 432 0 - - reserve
standardFSv2Family STANDARD_F2S_V2 2 4 0 - - reserve
standardFSv2Family STANDARD_F4S_V2 4 8 0 - - reserve
standardFSv2Family STANDARD_F8S_V2 8 16 0 - - reserve
standardFSv2Family STANDARD_F16S_V2 16 32 0 - - reserve
standardFSv2Family STANDARD_F32S_V2 32 64 0 - - reserve
standardFSv2Family STANDARD_F48S_V2 48 96 0 - - reserve
standardFSv2Family STANDARD_F64S_V2 64 128 0 - - reserve
standardFSv2Family STANDARD_F72S_V2 72 144 0 - - reserve
standardFXMDVSFamily STANDARD_FX4MDS 4 84 0 - - reserve
standardFXMDVSFamily STANDARD_FX12MDS 12 252 0 - - reserve
standardFXMDVSFamily STANDARD_FX24MDS 24 504 0 - - reserve
standardFXMDVSFamily STANDARD_FX36MDS 36 756 0 - - reserve
standardFXMDVSFamily STANDARD_FX48MDS 48 1008 0 - - reserve
standardLASv3Family STANDARD_L8AS_V3 8 64 0 - - reserve
standardLASv3Family STANDARD_L16AS_V3 16 128 0 - - reserve
standardLASv3Family STANDARD_L32AS_V3 32 256 0 - - reserve
standardLASv3Family STANDARD_L48AS_V3 48 384 0 - - reserve
standardLASv3Family STANDARD_L64AS_V3 64 512 0 - - reserve
standardLASv3Family STANDARD_L80AS_V3 80 640 0 - - reserve
standardLSv2Family STANDARD_L8S_V2 8 64 0 - - reserve
standardLSv2Family STANDARD_L16S_V2 16 128 0 - - reserve
standardLSv2Family STANDARD_L32S_V2 32 256 0 - - reserve
standardLSv2Family STANDARD_L48S_V2 48 384 0 - - reserve
standardLSv2Family STANDARD_L64S_V2 64 512 0 - - reserve
standardLSv2Family STANDARD_L80S_V2 80 640 0 - - reserve
standardLSv3Family STANDARD_L8S_V3 8 64 0 - - reserve
standardLSv3Family STANDARD_L16S_V3 16 128 0 - - reserve
standardLSv3Family STANDARD_L32S_V3 32 256 0 - - reserve
standardLSv3Family STANDARD_L48S_V3 48 384 0 - - reserve
standardLSv3Family STANDARD_L64S_V3 64 512 0 - - reserve
standardLSv3Family STANDARD_L80S_V3 80 640 0 - - reserve
standardNCADSA100v4Family STANDARD_NC24ADS_A100_V4 24 220 1 A100 80 exact
standardNCADSA100v4Family STANDARD_NC48ADS_A100_V4 48 440 2 A100 80 exact
standardNCADSA100v4Family STANDARD_NC96ADS_A100_V4 96 880 4 A100 80 exact
standardNCASv3_T4Family STANDARD_NC4AS_T4_V3 4 28 1 T4 16 reserve
standardNCASv3_T4Family STANDARD_NC8AS_T4_V3 8 56 1 T4 16 reserve
standardNCASv3_T4Family STANDARD_NC16AS_T4_V3 16 110 1 T4 16 reserve
standardNCASv3_T4Family STANDARD_NC64AS_T4_V3 64 440 4 T4 16 reserve
standardNCSv2Family STANDARD_NC6S_V2 6 112 1 P100 16 reserve
standardNCSv2Family STANDARD_NC12S_V2 12 224 2 P100 16 reserve
standardNCSv2Family STANDARD_NC24S_V2 24 448 4 P100 16 reserve
standardNCSv3Family STANDARD_NC6S_V3 6 112 1 V100 16 reserve
standardNCSv3Family STANDARD_NC12S_V3 12 224 2 V100 16 reserve
standardNCSv3Family STANDARD_NC24S_V3 24 448 4 V100 16 reserve
standardNCADSH100v5Family STANDARD_NC40ADS_H100_V5 40 320 1 H100-NVL 94 exact
standardNCADSH100v5Family STANDARD_NC80ADIS_H100_V5 80 640 2 H100-NVL 94 exact
standardNDAMSv4_A100Family STANDARD_ND96AMSR_A100_V4 96 1900 8 A100 80 exact
standardNDASv4_A100Family STANDARD_ND96ASR_V4 96 900 8 A100 40 exact
standardNDSv2Family STANDARD_ND40RS_V2 40 672 8 V100 32 exact
standardNDv5H100Family STANDARD_ND96IS_H100_V5 96 1900 8 H100 80 exact
standardNDv5H100Family STANDARD_ND96ISR_H100_V5 96 1900 8 H100 80 exact
standardNVADSA10v5Family STANDARD_NV6ADS_A10_V5 6 55 1/6 A10 4 reserve
standardNVADSA10v5Family STANDARD_NV12ADS_A10_V5 12 110 1/3 A10 8 reserve
standardNVADSA10v5Family STANDARD_NV18ADS_A10_V5 18 220 1/2 A10 12 reserve
standardNVADSA10v5Family STANDARD_NV36ADS_A10_V5 36 440 1 A10 24 reserve
standardNVADSA10v5Family STANDARD_NV36ADMS_A10_V5 36 880 1 A10 24 reserve
standardNVADSA10v5Family STANDARD_NV72ADS_A10_V5 72 880 2 A10 24 reserve
`;

export const VM_SIZES: readonly VmSize[] = TABLE.trim().split("\n").map(parseRow);

const BY_NAME = new Map(VM_SIZES.map((size) => [size.name, size]));

/**
 * Whether Azure warns of the size (reference-managed-online-endpoints-vm-sku-list): Standard_DS1_v2, Standard_DS2_v2 and
 * Standard_F2s_v2 of its list, and whatever else has less than 8 GiB of memory.
 */
export function isSmall(size: Pick<VmSize, "memoryGiB">): boolean {
  return size.memoryGiB < 8;
}

/** A VM size that a stack adds to the list, or puts in the place of a row that has changed. */
export const VmSizeConfigSchema = z
  .strictObject({
    family: z.string().min(1).describe("VM family, as in standardDSv2Family; quotas are kept per family"),
    cores: z.int().min(1).describe("vCPUs of one instance"),
    memoryGib: z.number().positive().describe("memory of one instance, in GiB"),
    gpus: z.number().positive().optional().describe("GPUs of one instance; a fraction where it owns part of one"),
    gpuModel: z.string().min(1).optional().describe("GPU model, as in A100; only with gpus"),
    exempt: z.boolean().optional().describe("true when no 20 % are held for upgrades; false when left out"),
  })
  .refine((entry) => entry.gpuModel === undefined || entry.gpus !== undefined, {
    path: ["gpuModel"],
    message: "names a GPU, but the size has none",
    params: {
      code: "InvalidValue",
      allowed: "only together with gpus",
      hint: "add gpus, or remove gpuModel",
    } satisfies FaultParams,
  });
export type VmSizeConfig = z.output<typeof VmSizeConfigSchema>;

/** The VM sizes of a stack, by name. */
export const VmSizesConfigSchema = z
  .record(z.string().regex(/^\S+$/), VmSizeConfigSchema)
  .refine((sizes) => new Set(Object.keys(sizes).map((name) => name.toUpperCase())).size === Object.keys(sizes).length, {
    message: "has a VM size twice: upper and lower case are the same to Azure",
    params: { code: "InvalidValue", allowed: "each size once", hint: "remove one of them" } satisfies FaultParams,
  })
  .describe("a map of VM size to its figures");

/** VM sizes by name; names and families in any case. */
export interface VmSizes {
  /** The size of that name; undefined when there is none. */
  find(name: string): VmSize | undefined;
  /** In Azure's upper case. */
  names(): readonly string[];
  families(): readonly string[];
}

/**
 * Azure's VM sizes and those of a stack: `vmSizesWith({ Standard_D4s_v5: { family: "standardDSv5Family", cores: 4,
 * memoryGib: 16 } })`. A size of the stack takes the place of Azure's row of the same name.
 */
export function vmSizesWith(custom: Readonly<Record<string, VmSizeConfig>>): VmSizes {
  const families = new Map(VM_SIZES.map(({ family }) => [family.toLowerCase(), family]));
  const byName = new Map(BY_NAME);
  for (const [name, entry] of Object.entries(custom)) {
    // One spelling for each family: the quota ledger adds up by it.
    const family = families.get(entry.family.toLowerCase()) ?? entry.family;
    families.set(family.toLowerCase(), family);
    byName.set(
      name.toUpperCase(),
      withoutAbsent({
        family,
        name: name.toUpperCase(),
        cores: entry.cores,
        memoryGiB: entry.memoryGib,
        gpus: entry.gpus ?? 0,
        gpuModel: entry.gpuModel,
        exempt: entry.exempt ?? false,
      }),
    );
  }
  const names = [...byName.keys()];
  const familyNames = [...new Set([...byName.values()].map(({ family }) => family))];
  return {
    find: (name) => byName.get(name.toUpperCase()),
    names: () => names,
    families: () => familyNames,
  };
}

function parseRow(row: string): VmSize {
  const [family, name, cores, memory, gpus, model, gpuMemory, rule] = row.split(" ") as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  return withoutAbsent({
    family,
    name,
    cores: Number(cores),
    memoryGiB: Number(memory),
    gpus: parseGpus(gpus),
    gpuModel: model === "-" ? undefined : model,
    gpuMemoryGiB: gpuMemory === "-" ? undefined : Number(gpuMemory),
    exempt: rule === "exact",
  });
}

function parseGpus(text: string): number {
  const [whole, parts] = text.split("/");
  return Number(whole) / Number(parts ?? 1);
}
