import { readFileSync } from "node:fs";
import { expect } from "chai";
import {
  isSmall,
  VM_SIZES,
  type VmSizeConfig,
  VmSizeConfigSchema,
  VmSizesConfigSchema,
  vmSizesWith,
} from "../../../../input/azure/tables/vm-sizes";

/** The table that the rows were typed from: Azure's list of sizes for online endpoints, with the memory of each size. */
const REFERENCE = "test/fixtures/vm-sizes.csv";

const OWN: VmSizeConfig = { family: "standardDSv5Family", cores: 4, memoryGib: 16 };

describe("VM sizes", () => {
  it("are 85, of which 10 are exempt from the 20 %", () => {
    expect(VM_SIZES).to.have.length(85);
    expect(new Set(VM_SIZES.map(({ name }) => name)).size).to.equal(85);
    expect(VM_SIZES.filter(({ exempt }) => exempt)).to.have.length(10);
  });

  it("are those of the reference, with its figures", () => {
    const [, ...rows] = readFileSync(REFERENCE, "utf8")
      .trim()
      .split("\n")
      .map((line) => line.split(","));
    const expected = rows.map(([family, name, , cores, memory, gpus, model, gpuMemory, , skip]) => ({
      family,
      name,
      cores: Number(cores),
      memoryGiB: Number(memory),
      gpus: gpus!.includes("/") ? 1 / Number(gpus!.split("/")[1]) : Number(gpus),
      ...(model === "-" ? {} : { gpuModel: model }),
      ...(gpuMemory === "-" ? {} : { gpuMemoryGiB: Number(gpuMemory) }),
      exempt: skip === "yes",
    }));
    expect(expected).to.have.length(85);
    expect(VM_SIZES).to.deep.equal(expected);
  });

  it("are small where Azure warns of them", () => {
    expect(VM_SIZES.filter(isSmall).map(({ name }) => name)).to.deep.equal([
      "STANDARD_DS1_V2",
      "STANDARD_DS2_V2",
      "STANDARD_F2S_V2",
    ]);
  });
});

describe("VM sizes of a stack", () => {
  it("are found beside Azure's, in any case", () => {
    const sizes = vmSizesWith({ Standard_D4s_v5: OWN });
    expect(sizes.find("standard_d4S_V5")).to.deep.equal({
      family: "standardDSv5Family",
      name: "STANDARD_D4S_V5",
      cores: 4,
      memoryGiB: 16,
      gpus: 0,
      exempt: false,
    });
    expect(sizes.find("standard_ds3_v2")).to.equal(vmSizesWith({}).find("Standard_DS3_v2"));
    expect(sizes.find("Standard_D4s_v9")).to.equal(undefined);
    expect(sizes.names()).to.have.length(86).and.to.include("STANDARD_D4S_V5");
    expect(sizes.families()).to.include("standardDSv5Family");
  });

  it("take the place of Azure's row of that name", () => {
    const sizes = vmSizesWith({ standard_ds3_v2: { ...OWN, cores: 5, gpus: 0.5, gpuModel: "A10", exempt: true } });
    expect(sizes.find("STANDARD_DS3_V2")).to.include({ cores: 5, gpus: 0.5, gpuModel: "A10", exempt: true });
    expect(sizes.names()).to.have.length(85);
    expect(vmSizesWith({}).find("STANDARD_DS3_V2")).to.include({ cores: 4, family: "standardDSv2Family" });
  });

  it("share a family with Azure's whatever its case", () => {
    const sizes = vmSizesWith({
      Standard_DS6_v2: { ...OWN, family: "STANDARDDSV2FAMILY" },
      Standard_X1: { ...OWN, family: "ownFamily" },
      Standard_X2: { ...OWN, family: "OWNFAMILY" },
    });
    expect(sizes.find("Standard_DS6_v2")?.family).to.equal("standardDSv2Family");
    expect(sizes.find("Standard_X2")?.family).to.equal("ownFamily");
    expect(new Set(sizes.families()).size).to.equal(new Set(vmSizesWith({}).families()).size + 1);
  });

  it("are Azure's alone when a stack adds none", () => {
    const sizes = vmSizesWith({});
    expect(sizes.names()).to.deep.equal(VM_SIZES.map(({ name }) => name));
    expect(sizes.find("constructor")).to.equal(undefined);
  });

  it("are checked", () => {
    const wrong: readonly [string, unknown][] = [
      ["no cores", { family: "f", memoryGib: 1 }],
      ["half a core", { ...OWN, cores: 0.5 }],
      ["no memory", { ...OWN, memoryGib: 0 }],
      ["no GPUs, written down", { ...OWN, gpus: 0 }],
      ["a GPU model without GPUs", { ...OWN, gpuModel: "A100" }],
      ["an unknown key", { ...OWN, price: 1 }],
    ];
    for (const [what, value] of wrong) {
      expect(VmSizeConfigSchema.safeParse(value).success, what).to.equal(false);
    }
    expect(VmSizeConfigSchema.safeParse({ ...OWN, gpus: 1 / 6, gpuModel: "A10", exempt: false }).success).to.equal(
      true,
    );
  });

  it("have a name each, and once", () => {
    expect(VmSizesConfigSchema.safeParse({ Standard_A: OWN, Standard_B: OWN }).success).to.equal(true);
    expect(VmSizesConfigSchema.safeParse({ Standard_A: OWN, STANDARD_A: OWN }).success).to.equal(false);
    expect(VmSizesConfigSchema.safeParse({ "Standard A": OWN }).success).to.equal(false);
  });
});
