import type { Value } from "./values";

/** Checks for property tables: each returns what is wrong with a value, or undefined. */

export const matches =
  (pattern: RegExp, allowed: string) =>
  (value: Value): string | undefined =>
    typeof value === "string" && !pattern.test(value) ? `"${value}" is not allowed; ${allowed}` : undefined;

export const oneOf = (...choices: readonly string[]) =>
  matches(new RegExp(`^(${choices.join("|")})$`), `use one of ${choices.join(", ")}`);

export const atLeast =
  (minimum: number) =>
  (value: Value): string | undefined =>
    typeof value === "number" && value < minimum ? `${value} is too small; the least is ${minimum}` : undefined;

export const duration = (value: Value): string | undefined => {
  if (typeof value !== "string") {
    return undefined;
  }
  if (!/^[+-]?(0|((\d+(\.\d*)?|\.\d+)(ns|us|µs|ms|s|m|h))+)$/.test(value)) {
    return `"${value}" is not a duration; write 500ms, 10s, 1m30s or 2h`;
  }
  return value.startsWith("-") ? `"${value}" is negative` : undefined;
};

const UNIT_NANOSECONDS: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};

/** "1m30s" -> 90e9. Unreadable text is 0, as Docker takes 0 for "inherit". */
export function nanoseconds(text: string): number {
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|ms|s|m|h)/g)) {
    total += Number(amount) * (UNIT_NANOSECONDS[unit ?? ""] ?? 0);
  }
  return Math.round(total);
}

/** 90e9 -> "1m30s": how Go, and so the official provider, writes a duration. */
export function durationText(total: number): string {
  if (total === 0) {
    return "0s";
  }
  for (const [unit, size] of [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
  ] as const) {
    if (total < size * 1e3) {
      return `${trimmed(total / size)}${unit}`;
    }
  }
  const seconds = total / 1e9;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = `${trimmed(Math.round((seconds % 60) * 1e9) / 1e9)}s`;
  if (hours > 0) {
    return `${hours}h${minutes}m${rest}`;
  }
  return minutes > 0 ? `${minutes}m${rest}` : rest;
}

const trimmed = (value: number): string => String(Number(value.toFixed(9)));
