import { DateTime, IANAZone } from 'luxon';

declare const civil: unique symbol;
/** A calendar day, `YYYY-MM-DD`, with no zone. Compares and sorts as text. */
export type CivilDate = string & { readonly [civil]: true };

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;

/** @throws RangeError when `text` is not a day of the calendar written YYYY-MM-DD. */
export function civilDate(text: string): CivilDate {
  if (!isCivilDate(text)) throw new RangeError(`not a calendar day written YYYY-MM-DD: ${text}`);
  return text;
}

export function isCivilDate(text: string): text is CivilDate {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && DateTime.fromISO(text, { zone: 'utc' }).isValid;
}

const knownZones = new Set<string>(); // asking Intl costs 55 µs, and every decision asks

export function isZone(zone: string): boolean {
  if (knownZones.has(zone)) return true;
  const isValid = IANAZone.isValidZone(zone);
  if (isValid) knownZones.add(zone);
  return isValid;
}

/** Kept by zone: making a format costs a hundred times what using it does, and using it ten times what remembering the minute does. */
const wallClocks = new Map<string, { format: Intl.DateTimeFormat; minute: number; shown: string }>();

/** What a clock on the wall shows, as `YYYY-MM-DD HH:mm`. */
function wallClock(zone: string, instant: Date): string {
  let known = wallClocks.get(zone);
  if (!known) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
    known = { format, minute: Number.NaN, shown: '' };
    wallClocks.set(zone, known);
  }
  const minute = Math.floor(instant.getTime() / 60_000);
  if (minute !== known.minute) Object.assign(known, { minute, shown: known.format.format(instant) });
  return known.shown;
}

/** The calendar day that a clock on the wall in `zone` shows at `instant`. @throws RangeError for a zone that there is not */
export const civilDateIn = (zone: string, instant: Date): CivilDate =>
  wallClock(zone, instant).slice(0, 10) as CivilDate;

/** The hour and minute, `HH:mm`, that a clock on the wall in `zone` shows at `instant`. */
export const wallTimeIn = (zone: string, instant: Date): string => wallClock(zone, instant).slice(11, 16);

/** Both at once, for those who ask a thousand times a second: the day, and the minutes since midnight. */
export function civilTimeIn(zone: string, instant: Date): { day: CivilDate; minute: number } {
  const shown = wallClock(zone, instant);
  return {
    day: shown.slice(0, 10) as CivilDate,
    minute: Number(shown.slice(11, 13)) * 60 + Number(shown.slice(14, 16)),
  };
}

/** The instant at which the wall clock in `zone` shows `time` (`HH:mm`, 24:00 allowed) on `day`. A time skipped by DST gives the next valid one. */
export function instantAt(day: CivilDate, time: string, zone: string): Date {
  if (time === '24:00') return instantAt(addDays(day, 1), '00:00', zone);
  return DateTime.fromISO(`${day}T${time}`, { zone }).toJSDate();
}

/** By arithmetic: a calendar's objects took a third of an import's time. */
export const addDays = (day: CivilDate, days: number): CivilDate =>
  new Date(Date.parse(day) + days * DAY_MS).toISOString().slice(0, 10) as CivilDate;
export const endOfMonth = (day: CivilDate): CivilDate => utc(day).endOf('month').toFormat('yyyy-MM-dd') as CivilDate;

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: CivilDate, to: CivilDate): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** ISO weekday: 1 Monday … 7 Sunday. */
export const weekdayOf = (day: CivilDate): number => utc(day).weekday;

function utc(day: CivilDate): DateTime {
  return DateTime.fromISO(day, { zone: 'utc' });
}
