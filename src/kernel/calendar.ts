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

/** The calendar day that a clock on the wall in `zone` shows at `instant`. */
export const civilDateIn = (zone: string, instant: Date): CivilDate =>
  DateTime.fromJSDate(instant, { zone }).toFormat('yyyy-MM-dd') as CivilDate;

/** The hour and minute, `HH:mm`, that a clock on the wall in `zone` shows at `instant`. */
export const wallTimeIn = (zone: string, instant: Date): string =>
  DateTime.fromJSDate(instant, { zone }).toFormat('HH:mm');

/** The instant at which the wall clock in `zone` shows `time` (`HH:mm`, 24:00 allowed) on `day`. A time skipped by DST gives the next valid one. */
export function instantAt(day: CivilDate, time: string, zone: string): Date {
  if (time === '24:00') return instantAt(addDays(day, 1), '00:00', zone);
  return DateTime.fromISO(`${day}T${time}`, { zone }).toJSDate();
}

export const addDays = (day: CivilDate, days: number): CivilDate => shift(day, { days });
/** Adds months; a day that the month lacks becomes its last one. */
export const addMonths = (day: CivilDate, months: number): CivilDate => shift(day, { months });
export const endOfMonth = (day: CivilDate): CivilDate => utc(day).endOf('month').toFormat('yyyy-MM-dd') as CivilDate;

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export const daysBetween = (from: CivilDate, to: CivilDate): number =>
  Math.round((Date.parse(to) - Date.parse(from)) / DAY_MS);

/** ISO weekday: 1 Monday … 7 Sunday. */
export const weekdayOf = (day: CivilDate): number => utc(day).weekday;

function shift(day: CivilDate, by: { days?: number; months?: number }): CivilDate {
  return utc(day).plus(by).toFormat('yyyy-MM-dd') as CivilDate;
}

function utc(day: CivilDate): DateTime {
  return DateTime.fromISO(day, { zone: 'utc' });
}
