import type { CivilDate } from '../kernel/calendar.ts';

/** A calendar day as a whole number: days since 1970-01-01. Plain integers, because a reading makes dozens of them. */
export type Day = number;

export interface Ymd {
  y: number;
  m: number;
  d: number;
}

/** Days of the proleptic Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
export function dayOf(y: number, m: number, d: number): Day {
  const year = m <= 2 ? y - 1 : y;
  const era = Math.floor(year / 400);
  const yearOfEra = year - era * 400;
  const dayOfYear = Math.floor((153 * (m + (m > 2 ? -3 : 9)) + 2) / 5) + d - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}

export function ymdOf(day: Day): Ymd {
  const shifted = day + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const m = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return {
    y: yearOfEra + era * 400 + (m <= 2 ? 1 : 0),
    m,
    d: dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1,
  };
}

export const dayFromCivil = (date: CivilDate): Day =>
  dayOf(Number(date.slice(0, 4)), Number(date.slice(5, 7)), Number(date.slice(8, 10)));

export function civilFromDay(day: Day): CivilDate {
  const { y, m, d } = ymdOf(day);
  return `${String(y).padStart(4, '0')}-${String(m).padStart(2, '0')}-${String(d).padStart(2, '0')}` as CivilDate;
}

/** ISO weekday: 1 Monday … 7 Sunday. 1970-01-01 was a Thursday. */
export const weekdayOfDay = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1;
export const mondayOf = (day: Day): Day => day - weekdayOfDay(day) + 1;

export function daysInMonth(y: number, m: number): number {
  if (m === 2) return (y % 4 === 0 && y % 100 !== 0) || y % 400 === 0 ? 29 : 28;
  return m === 4 || m === 6 || m === 9 || m === 11 ? 30 : 31;
}

/** The month `months` after that of `day`. */
export function monthAfter(day: Day, months: number): { y: number; m: number } {
  const { y, m } = ymdOf(day);
  const count = y * 12 + m - 1 + months;
  return { y: Math.floor(count / 12), m: (count % 12) + 1 };
}

/** Same day number `months` later; a day that the month lacks becomes its last one. */
export function plusMonths(day: Day, months: number): Day {
  const { y, m } = monthAfter(day, months);
  return dayOf(y, m, Math.min(ymdOf(day).d, daysInMonth(y, m)));
}

export const lastOfMonth = (y: number, m: number): Day => dayOf(y, m, daysInMonth(y, m));

/** The `nth` (1 … 5, or -1 for the last) `weekday` of a month. */
export function nthWeekday(y: number, m: number, weekday: number, nth: number): Day {
  if (nth < 0) {
    const last = lastOfMonth(y, m);
    return last - ((weekdayOfDay(last) - weekday + 7) % 7);
  }
  const first = dayOf(y, m, 1);
  return first + ((weekday - weekdayOfDay(first) + 7) % 7) + (nth - 1) * 7;
}

/** Western Easter Sunday (anonymous Gregorian computus). */
export function easterOf(y: number): Day {
  const a = y % 19;
  const b = Math.floor(y / 100);
  const c = y % 100;
  const d = Math.floor(b / 4);
  const e = b % 4;
  const g = Math.floor((8 * b + 13) / 25);
  const h = (19 * a + b - d - g + 15) % 30;
  const i = Math.floor(c / 4);
  const k = c % 4;
  const l = (32 + 2 * e + 2 * i - h - k) % 7;
  const n = Math.floor((a + 11 * h + 22 * l) / 451);
  const month = Math.floor((h + l - 7 * n + 114) / 31);
  return dayOf(y, month, ((h + l - 7 * n + 114) % 31) + 1);
}
