/** A length of time that was read, in seconds, or what is wrong with the text. */
export type ParsedDuration =
  | { readonly ok: true; readonly seconds: number }
  | { readonly ok: false; readonly message: string };

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;

const ISO = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/i;
const SHORT = /^(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/i;
const UNITS = [WEEK, DAY, HOUR, MINUTE, 1] as const;

/** An ISO 8601 duration as Azure writes them: `PT1M`, `PT1H30M`, `P1D`. Years and months have no fixed length: refused. */
export function parseDuration(text: string): ParsedDuration {
  const trimmed = text.trim();
  if (/^P[^T]*\d+[YM]/i.test(trimmed)) {
    return { ok: false, message: "years and months have no fixed length" };
  }
  return read(ISO, trimmed) ?? { ok: false, message: "is not an ISO 8601 duration" };
}

/** A duration as Azure's command line takes them: `5m`, `1h30m`, `1d`, or the ISO form. Here `m` is minutes. */
export function parsePeriod(text: string): ParsedDuration {
  const trimmed = text.trim();
  return /^p/i.test(trimmed)
    ? parseDuration(trimmed)
    : (read(SHORT, trimmed) ?? { ok: false, message: "is not a length of time" });
}

function read(form: RegExp, text: string): ParsedDuration | undefined {
  const found = form.exec(text);
  // Every part may be absent, but not all of them: neither `P` nor `P1DT` is a duration.
  if (found === null || /[PT]$/i.test(text) || text === "") {
    return undefined;
  }
  const seconds = UNITS.reduce((sum, unit, index) => sum + unit * Number(found[index + 1] ?? 0), 0);
  return Number.isSafeInteger(seconds) ? { ok: true, seconds } : { ok: false, message: "is too long to count" };
}

/** Whole seconds as `1h30m`; reads back with `parsePeriod`. */
export function formatPeriod(seconds: number): string {
  const letters = ["w", "d", "h", "m", "s"];
  let left = seconds;
  const parts = UNITS.map((unit, index) => {
    const count = Math.floor(left / unit);
    left -= count * unit;
    return count === 0 ? "" : `${count}${letters[index]}`;
  });
  return parts.join("") || "0s";
}
