import { type Day, dayOf, easterOf, nthWeekday, weekdayOfDay, ymdOf } from './days.ts';

/** Countries whose business days the language room can count. */
export type Country = 'MX' | 'CL' | 'CO' | 'AR' | 'BR' | 'US';

const national: Record<Country, (y: number) => Day[]> = {
  // Ley Federal del Trabajo, art. 74 (change of government: 1 October every six years since 2024).
  MX: (y) => [
    dayOf(y, 1, 1),
    nthWeekday(y, 2, 1, 1),
    nthWeekday(y, 3, 1, 3),
    dayOf(y, 5, 1),
    dayOf(y, 9, 16),
    ...((y - 2024) % 6 === 0 ? [dayOf(y, 10, 1)] : []),
    nthWeekday(y, 11, 1, 3),
    dayOf(y, 12, 25),
  ],
  // Leyes 2.977, 19.668 and 20.299 (moved days), 20.215 and 20.983 (bridges), 21.357 (solstice).
  CL: (y) => [
    dayOf(y, 1, 1),
    ...(weekdayOfDay(dayOf(y, 1, 2)) === 1 ? [dayOf(y, 1, 2)] : []),
    easterOf(y) - 2,
    easterOf(y) - 1,
    dayOf(y, 5, 1),
    dayOf(y, 5, 21),
    dayOf(y, 6, y % 4 < 2 ? 20 : 21),
    chileanMonday(dayOf(y, 6, 29)),
    dayOf(y, 7, 16),
    dayOf(y, 8, 15),
    ...(weekdayOfDay(dayOf(y, 9, 17)) === 1 ? [dayOf(y, 9, 17)] : []),
    dayOf(y, 9, 18),
    dayOf(y, 9, 19),
    ...(weekdayOfDay(dayOf(y, 9, 20)) === 5 ? [dayOf(y, 9, 20)] : []),
    chileanMonday(dayOf(y, 10, 12)),
    chileanFriday(dayOf(y, 10, 31)),
    dayOf(y, 11, 1),
    dayOf(y, 12, 8),
    dayOf(y, 12, 25),
  ],
  // Ley 51 de 1983 ("Ley Emiliani"); Virgen de Chiquinquirá: Ley 2578 de 2026.
  CO: (y) => [
    dayOf(y, 1, 1),
    mondayFrom(dayOf(y, 1, 6)),
    mondayFrom(dayOf(y, 3, 19)),
    easterOf(y) - 3,
    easterOf(y) - 2,
    dayOf(y, 5, 1),
    easterOf(y) + 43,
    easterOf(y) + 64,
    easterOf(y) + 71,
    mondayFrom(dayOf(y, 6, 29)),
    ...(y >= 2026 ? [mondayFrom(dayOf(y, 7, 9))] : []),
    dayOf(y, 7, 20),
    dayOf(y, 8, 7),
    mondayFrom(dayOf(y, 8, 15)),
    mondayFrom(dayOf(y, 10, 12)),
    mondayFrom(dayOf(y, 11, 1)),
    mondayFrom(dayOf(y, 11, 11)),
    dayOf(y, 12, 8),
    dayOf(y, 12, 25),
  ],
  // Ley 27.399.
  AR: (y) => [
    dayOf(y, 1, 1),
    easterOf(y) - 48,
    easterOf(y) - 47,
    dayOf(y, 3, 24),
    dayOf(y, 4, 2),
    easterOf(y) - 2,
    dayOf(y, 5, 1),
    dayOf(y, 5, 25),
    argentineMonday(dayOf(y, 6, 17)),
    dayOf(y, 6, 20),
    dayOf(y, 7, 9),
    argentineMonday(dayOf(y, 8, 17)),
    argentineMonday(dayOf(y, 10, 12)),
    argentineMonday(dayOf(y, 11, 20)),
    dayOf(y, 12, 8),
    dayOf(y, 12, 25),
  ],
  // Leis 662/1949, 6.802/1980, 14.759/2023. Carnival and Corpus Christi: optional by law, but banks are closed.
  BR: (y) => [
    dayOf(y, 1, 1),
    easterOf(y) - 48,
    easterOf(y) - 47,
    easterOf(y) - 2,
    dayOf(y, 4, 21),
    dayOf(y, 5, 1),
    easterOf(y) + 60,
    dayOf(y, 9, 7),
    dayOf(y, 10, 12),
    dayOf(y, 11, 2),
    dayOf(y, 11, 15),
    dayOf(y, 11, 20),
    dayOf(y, 12, 25),
  ],
  // 5 U.S.C. 6103; Saturday is observed on Friday and Sunday on Monday.
  US: (y) => [
    observed(dayOf(y, 1, 1)),
    nthWeekday(y, 1, 1, 3),
    nthWeekday(y, 2, 1, 3),
    nthWeekday(y, 5, 1, -1),
    observed(dayOf(y, 6, 19)),
    observed(dayOf(y, 7, 4)),
    nthWeekday(y, 9, 1, 1),
    nthWeekday(y, 10, 1, 2),
    observed(dayOf(y, 11, 11)),
    nthWeekday(y, 11, 4, 4),
    observed(dayOf(y, 12, 25)),
  ],
};

/** National holidays of one year, sorted. Regional ones are not counted. */
export const nationalHolidays = (country: Country, y: number): Day[] =>
  [...holidaySet(country, y)].sort((a, b) => a - b);

const computed = new Map<string, ReadonlySet<Day>>();

function holidaySet(country: Country, y: number): ReadonlySet<Day> {
  const key = `${country}${y}`;
  const known = computed.get(key);
  if (known) return known;
  const days = new Set(national[country](y));
  if (computed.size < 200) computed.set(key, days); // a table of a few years and six countries, computed once
  return days;
}

export const isHoliday = (day: Day, country: Country): boolean => holidaySet(country, ymdOf(day).y).has(day);

/** Monday to Friday and no national holiday; with `saturdays`, Monday to Saturday (Brazilian labour law, Instrução Normativa MTP 2/2021). */
export function isBusinessDay(day: Day, country: Country, saturdays = false): boolean {
  return weekdayOfDay(day) <= (saturdays ? 6 : 5) && !isHoliday(day, country);
}

/** The business day `count` business days after `day`; 0 gives `day` itself or the next one. */
export function businessDayAfter(day: Day, count: number, country: Country, saturdays = false): Day {
  let at = day;
  for (let left = count; left > 0; ) {
    at += 1;
    if (isBusinessDay(at, country, saturdays)) left -= 1;
  }
  while (!isBusinessDay(at, country, saturdays)) at += 1;
  return at;
}

export function businessDayUntil(day: Day, country: Country): Day {
  let at = day;
  while (!isBusinessDay(at, country)) at -= 1;
  return at;
}

const mondayFrom = (day: Day): Day => day + ((8 - weekdayOfDay(day)) % 7);

function chileanMonday(day: Day): Day {
  const w = weekdayOfDay(day);
  if (w >= 2 && w <= 4) return day - (w - 1);
  return w === 5 ? day + 3 : day;
}

function chileanFriday(day: Day): Day {
  const w = weekdayOfDay(day);
  if (w === 2) return day - 4;
  return w === 3 ? day + 2 : day;
}

function argentineMonday(day: Day): Day {
  const w = weekdayOfDay(day);
  if (w === 2 || w === 3) return day - (w - 1);
  return w === 4 || w === 5 ? day + (8 - w) : day;
}

function observed(day: Day): Day {
  const w = weekdayOfDay(day);
  if (w === 6) return day - 1;
  return w === 7 ? day + 1 : day;
}
