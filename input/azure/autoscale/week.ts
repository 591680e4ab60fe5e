import { show } from "../../documents/check";
import type { YamlPath } from "../../documents/document";
import { isWhole, type PartsOf } from "../../documents/parts";
import type { Context } from "./draft";
import { fieldOf } from "./located";
import { DAYS, type Day, type Recurrence, SOURCES } from "./model";

/** The days and hours of a recurring profile of our own form, in minutes since midnight. */
export interface Week {
  readonly days: readonly Day[];
  readonly start: number;
  readonly end: number | undefined;
  readonly zone: string;
}

/** The fields that say so. */
interface WeekFields {
  readonly recurrence: readonly Day[];
  readonly start: number;
  readonly end?: number;
  readonly timezone: string;
}

const MIDNIGHT = 24 * 60;
/** Azure's command line ends a profile there when nobody says when; for that minute the default profile runs. */
const LAST_MINUTE = MIDNIGHT - 1;

/** When a profile runs; undefined when that cannot be read, or, with an error, when it ends before it starts. */
export function readWeek(
  value: unknown,
  parts: PartsOf<WeekFields> | undefined,
  at: YamlPath,
  { reader }: Context,
): Week | undefined {
  const { recurrence: days, start, end, timezone: zone = "UTC" } = parts ?? {};
  if (start !== undefined && end !== undefined && end <= start) {
    reader.error([...at, "end"], {
      code: "BadArgument",
      message: "is not after the start",
      value: show(reader.get([...at, "end"])),
      allowed: "a later time of the same day, up to 24:00",
      hint: "end the profile at 24:00 and write another one for the rest of the night",
      rule: "stack",
      source: SOURCES.profiles,
    });
    return undefined;
  }
  const unreadableEnd = end === undefined && fieldOf(value, "end") !== undefined;
  return isWhole<readonly Day[]>(days) && start !== undefined && !unreadableEnd
    ? { days, start, end, zone }
    : undefined;
}

export function startOf({ days, start, zone }: Week): Recurrence {
  return recurrenceAt(zone, days, start);
}

/** When the default profile takes over again; undefined when the profile runs all week long. */
export function endOf({ days, start, end, zone }: Week, at: YamlPath, { reader }: Context): Recurrence | undefined {
  if (end === MIDNIGHT) {
    // A profile that starts again at that midnight just goes on.
    const after = days.map(nextDay).filter((day) => start !== 0 || !days.includes(day));
    return after.length === 0 ? undefined : recurrenceAt(zone, after, 0);
  }
  if (end === undefined && start === 0 && days.some((day) => days.includes(nextDay(day)))) {
    reader.warn([...at, "recurrence"], {
      code: "NoEffect",
      message: "does not apply in the last minute of each day: without an end it ends at 23:59",
      allowed: "an end of 24:00",
      hint: "write end: '24:00'",
      rule: "service",
      source: SOURCES.profiles,
    });
  }
  return recurrenceAt(zone, days, end ?? LAST_MINUTE);
}

function nextDay(day: Day): Day {
  return DAYS[(DAYS.indexOf(day) + 1) % DAYS.length] ?? day;
}

function recurrenceAt(zone: string, days: readonly Day[], minutes: number): Recurrence {
  return { timeZone: zone, days, hour: Math.floor(minutes / 60), minute: minutes % 60 };
}
