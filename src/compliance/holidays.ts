import { addDays, type CivilDate, civilDate } from '../kernel/calendar.ts';
import type { PackRules } from './pack-schema.ts';
import type { Holidays } from './request.ts';

type Section = PackRules['holidays'];

/** The closed days of a pack: its reviewed tables, with what it adds and removes. Answers null for a year without a table. */
export function holidaysOf(section: Section): Holidays & { years: readonly number[] } {
  const years = new Map(
    Object.entries(section.tables).map(([year, table]) => [year, closedDays(year, Object.keys(table), section)]),
  );
  return {
    years: [...years.keys()].map(Number).sort((a, b) => a - b),
    isHoliday: (day) => years.get(day.slice(0, 4))?.has(day) ?? null,
  };
}

function closedDays(year: string, table: string[], { add, remove }: Section): Set<string> {
  const days = new Set(table);
  for (const change of add) days.add(dayOf(change, year));
  for (const change of remove) days.delete(dayOf(change, year));
  return days;
}

function dayOf(change: Section['add'][number], year: string): string {
  if (typeof change === 'object' && 'rule' in change)
    return addDays(easterSunday(Number(year)), Number(change.rule.slice(6)));
  const date = typeof change === 'string' ? change : change.date;
  return date.length === 5 ? `${year}-${date}` : date;
}

/** Gregorian Easter Sunday (the anonymous algorithm printed by Meeus, Astronomical Algorithms, ch. 8). */
export function easterSunday(year: number): CivilDate {
  const century = Math.floor(year / 100);
  const a = year % 19;
  const d =
    (19 * a + century - Math.floor(century / 4) - Math.floor((century - Math.floor((century + 8) / 25) + 1) / 3) + 15) %
    30;
  const e = (32 + 2 * (century % 4) + 2 * Math.floor((year % 100) / 4) - d - ((year % 100) % 4)) % 7;
  const m = Math.floor((a + 11 * d + 22 * e) / 451);
  const n = d + e - 7 * m + 114;
  return civilDate(`${year}-${String(Math.floor(n / 31)).padStart(2, '0')}-${String((n % 31) + 1).padStart(2, '0')}`);
}
