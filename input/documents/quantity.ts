/**
 * Quantities as Kubernetes writes them: `100m` is 0.1, `2Gi` is 2 × 1024³, `1.5k` and `1.5e3` are 1500. Cores for CPU, bytes
 * for memory. Note that `m` is a thousandth and `M` a million: `128m` of memory is less than a byte.
 */
const QUANTITY = /^([+-]?(?:\d+(?:\.\d*)?|\.\d+))([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/;

const POWER_OF_1024 = ["Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const POWER_OF_10: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };

/** @returns the number in base units; undefined when the text is not a quantity. */
export function parseQuantity(text: string): number | undefined {
  const [, number, suffix = ""] = QUANTITY.exec(text) ?? [];
  if (number === undefined) {
    return undefined;
  }
  const binary = POWER_OF_1024.indexOf(suffix);
  // Number() rounds a decimal literal once; multiplying would round twice, and 0.1 would not be 100m.
  const value =
    binary >= 0
      ? Number(number) * 1024 ** (binary + 1)
      : Number(`${number}e${POWER_OF_10[suffix] ?? (suffix === "" ? 0 : suffix.slice(1))}`);
  return Number.isFinite(value) ? value : undefined;
}
