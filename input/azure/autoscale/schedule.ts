import type { YamlPath } from "../../documents/document";
import type { Context } from "./draft";
import { read } from "./fields";
import { DAYS, type Day, type FixedDate, SOURCES } from "./model";
import { instantOf } from "./time-zones";

/** Times of day and dates of profiles. */

const DATE_TIME =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[T\s]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i;
const DAY_MS = 24 * 60 * 60 * 1000;

/**
 * A date and time as the clocks of the profile's time zone show it, in milliseconds as if it were UTC.
 *
 * Azure's client adds a `Z` or `+00:00` to it and the service takes no notice; neither do we.
 */
export function wallTime() {
  return read<number>("a date and time, such as 2026-12-24T08:00:00", (text) => {
    const found = DATE_TIME.exec(text.trim());
    const [year, month, day, hour, minute, second] = (found?.slice(1, 7) ?? []).map((part) => Number(part ?? 0));
    const value = Date.UTC(year ?? 0, (month ?? 0) - 1, day, hour, minute, second);
    const offset = found?.[7];
    // A date that does not exist rolls over: the 31st of April becomes the 1st of May.
    const rolled = new Date(value);
    if (found === null || rolled.getUTCMonth() + 1 !== month || rolled.getUTCHours() !== hour || (minute ?? 0) > 59) {
      return refusal("is not a date and time", "write it as in 2026-12-24T08:00:00");
    }
    return offset === undefined || /^(z|[+-]00:?00)$/i.test(offset)
      ? { value }
      : refusal("has an offset of its own", "write local time of the profile's time zone, without an offset");
  });
}

function refusal(message: string, hint: string) {
  const allowed = "a local date and time: 2026-12-24T08:00:00";
  return {
    refusal: { code: "InvalidValue", message, allowed, hint, rule: "service", source: SOURCES.reference },
  } as const;
}

/** Minutes since midnight of `08:30`; `24:00` is the midnight at the end of the day. */
export function timeOfDay() {
  return read<number>("a time of day, such as 08:30", (text) => {
    const [, hours, minutes] = /^(\d{1,2}):(\d{2})(?::00)?$/.exec(text.trim()) ?? [];
    const value = Number(hours) * 60 + Number(minutes);
    return hours !== undefined && Number(minutes) < 60 && value <= 24 * 60
      ? { value }
      : {
          refusal: {
            code: "InvalidValue",
            message: "is not a time of day",
            allowed: "00:00 to 24:00",
            hint: "write hours and minutes: 08:30",
          },
        };
  });
}

/** `week sat sun`, in words or as a list: the days on which a profile recurs. */
export function readRecurrence(
  words: readonly string[],
): { readonly days: readonly Day[] } | { readonly message: string } {
  const [first = "", ...rest] = words;
  const names = first.toLowerCase() === "week" ? rest : words;
  const days: Day[] = [];
  for (const name of names) {
    const day = DAYS.find((each) => each.toLowerCase().startsWith(name.toLowerCase()));
    if (day === undefined || name.length < 2) {
      return { message: `'${name}' is not a day of the week` };
    }
    if (days.includes(day)) {
      return { message: `names ${day} twice` };
    }
    days.push(day);
  }
  return days.length === 0 ? { message: "names no day of the week" } : { days };
}

/**
 * A fixed date from wall times; undefined, with an error, when it ends before it starts or is too long.
 *
 * @param zone UTC when it is absent or could not be read: any zone moves both ends by about as much
 */
export function fixedDate(
  { start, end, zone: written }: { readonly start: number; readonly end: number; readonly zone?: string | null },
  endAt: YamlPath,
  { reader, limits }: Context,
): FixedDate | undefined {
  const zone = written ?? "UTC";
  const [from, to] = [instantOf(start, zone), instantOf(end, zone)];
  const seen = reader.get(endAt);
  const value = seen === undefined ? undefined : String(seen);
  if (to <= from) {
    reader.error(endAt, {
      code: "BadArgument",
      message: "is not after the start",
      value,
      allowed: "a time after the start",
      hint: "write an end that is later than the start",
      rule: "service",
      source: SOURCES.settings,
    });
    return undefined;
  }
  if (to - from > limits.autoscaleFixedDateDaysMax * DAY_MS) {
    reader.error(endAt, {
      code: "BadArgument",
      message: `is ${Math.ceil((to - from) / DAY_MS)} days after the start`,
      value,
      allowed: `at most ${limits.autoscaleFixedDateDaysMax} days`,
      hint: "shorten the profile, or make it recur",
      rule: "service",
      source: SOURCES.settings,
    });
    return undefined;
  }
  return { timeZone: zone, start: iso(from), end: iso(to) };
}

function iso(instant: number): string {
  return new Date(instant).toISOString().replace(".000Z", "Z");
}
