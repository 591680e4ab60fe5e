import { expect } from "chai";
import fc from "fast-check";
import { parseQuantity } from "../../../input/documents/quantity";

const VALID: readonly [string, number][] = [
  ["0", 0],
  ["1", 1],
  ["+1", 1],
  ["-1", -1],
  ["0.1", 0.1],
  [".5", 0.5],
  ["1.", 1],
  ["100m", 0.1],
  ["700m", 0.7],
  ["1500m", 1.5],
  ["5u", 0.000005],
  ["5n", 0.000000005],
  ["1k", 1000],
  ["1.1M", 1_100_000],
  ["2G", 2e9],
  ["3T", 3e12],
  ["1P", 1e15],
  ["1E", 1e18],
  ["1E3", 1000],
  ["1e3", 1000],
  ["1.5e+3", 1500],
  ["15e-1", 1.5],
  ["1Ki", 1024],
  ["1500Mi", 1500 * 1024 ** 2],
  ["0.5Gi", 512 * 1024 ** 2],
  ["2Gi", 2 * 1024 ** 3],
  ["1Ti", 1024 ** 4],
  ["1Pi", 1024 ** 5],
  ["1Ei", 1024 ** 6],
];

const INVALID = [
  "",
  " ",
  "1 ",
  " 1",
  "1 Gi",
  "Gi",
  ".",
  "+",
  "1..2",
  "1.2.3",
  "1K",
  "1ki",
  "1gi",
  "1mi",
  "1Mib",
  "1MB",
  "1GB",
  "1mm",
  "1e",
  "1e1.5",
  "e3",
  "1e3Gi",
  "1,5",
  "0x10",
  "1_000",
  "two",
  "NaN",
  "Infinity",
  "1e999",
  "１",
];

describe("quantity", () => {
  for (const [text, value] of VALID) {
    it(`${text} is ${value}`, () => {
      expect(parseQuantity(text)).to.equal(value);
    });
  }

  it("is nothing else", () => {
    expect(INVALID.filter((text) => parseQuantity(text) !== undefined)).to.deep.equal([]);
  });

  it("is the same in thousandths as in decimals", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_000_000 }), (milli) => {
        const decimal = `${Math.floor(milli / 1000)}.${String(milli % 1000).padStart(3, "0")}`;
        expect(parseQuantity(`${milli}m`)).to.equal(parseQuantity(decimal));
      }),
    );
  });

  it("is the same with a unit as with an exponent", () => {
    const exponents: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
    fc.assert(
      fc.property(fc.integer(), fc.nat(999), fc.constantFrom(...Object.keys(exponents)), (whole, part, unit) => {
        const number = `${whole}.${part}`;
        expect(parseQuantity(number + unit)).to.equal(parseQuantity(`${number}e${exponents[unit]}`));
      }),
    );
  });
});
