import {
  type Day,
  dayOf,
  daysInMonth,
  lastOfMonth,
  mondayOf,
  monthAfter,
  nthWeekday,
  plusMonths,
  weekdayOfDay,
  ymdOf,
} from './days.ts';
import type { DateReading } from './heard.ts';
import { businessDayAfter, businessDayUntil, type Country, isBusinessDay } from './holidays.ts';

/** What resolves words to days: the debtor's calendar and clock. */
export interface Calendar {
  today: Day;
  /** Minutes since midnight on the debtor's wall. */
  minute: number;
  country: Country;
  /** Days to come that the house knows of, where facts are: the next one due, and those of what stands. */
  known?: { due: Day | null; standing: readonly Day[] };
}

/** Every day that some words can mean. `sure`: exactly one, and no careful person would ask. */
export interface Meaning {
  candidates: Day[];
  sure: boolean;
  grain: DateReading['grain'];
  open: boolean;
  /** It lies behind us: "ayer", "el lunes pasado". */
  past?: boolean;
  /** Of "4 pagos", "por 3 semanas": how many times. */
  count?: number;
}

/** A named date farther off than this is asked back: about four months (shared/corpus, rule 9). */
const FAR_DAYS = 123;
const OPTIONS_MAX = 31;

export const certain = (day: Day, grain: Meaning['grain'] = 'day'): Meaning => ({
  candidates: [day],
  sure: true,
  grain,
  open: false,
});
export const unsure = (candidates: Day[], grain: Meaning['grain'] = 'day'): Meaning => ({
  candidates: [...new Set(candidates)].slice(0, OPTIONS_MAX),
  sure: false,
  grain,
  open: false,
});
/** A span without a day in it: nothing to offer. */
export const vague = (grain: Meaning['grain']): Meaning => ({ candidates: [], sure: false, grain, open: true });
export const bygone = (day: Day, grain: Meaning['grain'] = 'day'): Meaning => ({ ...certain(day, grain), past: true });

export const comingWeekday = (today: Day, w: number): Day => today + (((w - weekdayOfDay(today) + 6) % 7) + 1);

/** "el viernes": the next one to come; on a Friday it is today or in seven days. */
export function weekday(w: number, c: Calendar): Meaning {
  return weekdayOfDay(c.today) === w ? unsure([c.today, c.today + 7]) : certain(comingWeekday(c.today, w));
}

/** "el próximo viernes", "next Friday": speakers differ while the nearest one is in this week or is tomorrow. */
export function nextWeekday(w: number, c: Calendar): Meaning {
  const nearest = comingWeekday(c.today, w);
  const isNear = mondayOf(nearest) === mondayOf(c.today) || nearest === c.today + 1;
  return isNear ? unsure([nearest, nearest + 7]) : certain(nearest);
}

/** "el otro viernes": the nearest or the one after it. */
export function otherWeekday(w: number, c: Calendar): Meaning {
  const nearest = comingWeekday(c.today, w);
  return unsure([nearest, nearest + 7]);
}

/** A weekday of this week (0), the next (1) or the one after (2). */
export function weekdayInWeek(w: number, weeks: number, c: Calendar): Meaning {
  const day = mondayOf(c.today) + 7 * weeks + w - 1;
  return day < c.today ? unsure([day + 7]) : certain(day);
}

/** "el viernes de la otra semana": said on a Sunday, nobody knows which week that is. */
export function weekdayInOtherWeek(w: number, c: Calendar): Meaning {
  const { candidates } = weekdayInWeek(w, 1, c);
  const day = candidates[0] ?? c.today;
  return weekdayOfDay(c.today) === 7 ? unsure([day, day + 7]) : certain(day);
}

/** "el 15": the next one to come. Today's own number, or a number that the month lacks, is asked back. */
export function dayOfMonth(d: number, c: Calendar): Meaning {
  const today = ymdOf(c.today);
  if (d === today.d) return unsure([c.today, nextHaving(d, c.today, 1)]);
  const { y, m } = monthAfter(c.today, d > today.d ? 0 : 1);
  if (d <= daysInMonth(y, m)) return certain(dayOf(y, m, d));
  return unsure([lastOfMonth(y, m), nextHaving(d, dayOf(y, m, 1), 1)]);
}

function nextHaving(d: number, from: Day, months: number): Day {
  const { y, m } = monthAfter(from, months);
  return d <= daysInMonth(y, m) ? dayOf(y, m, d) : nextHaving(d, from, months + 1);
}

/** "el 8 del mes próximo": day `d` of the month `months` from now. */
export function dayInMonth(d: number, months: number, c: Calendar): Meaning {
  const { y, m } = monthAfter(c.today, months);
  if (d > daysInMonth(y, m)) return unsure([lastOfMonth(y, m), nextHaving(d, dayOf(y, m, 1), 1)]);
  const day = dayOf(y, m, d);
  return day < c.today ? unsure([nextHaving(d, c.today, 1)]) : certain(day);
}

/** "el 3 de noviembre". Gone by this year and far off the next time, or months away: asked back. */
export function monthDay(d: number, m: number, c: Calendar, year?: number): Meaning {
  const { y } = ymdOf(c.today);
  const inYear = (wanted: number): Day | null => (d >= 1 && d <= daysInMonth(wanted, m) ? dayOf(wanted, m, d) : null);
  if (year !== undefined) {
    const day = inYear(year);
    if (day === null) return noSuchDay(d, year, m, c);
    return day >= c.today && day - c.today <= 366
      ? certain(day)
      : unsure([...(day >= c.today ? [day] : []), ...ahead(d, m, c)]);
  }
  const day = inYear(y);
  if (day === null) return noSuchDay(d, m < ymdOf(c.today).m ? y + 1 : y, m, c);
  if (day >= c.today) return day - c.today <= FAR_DAYS ? certain(day) : unsure([day]);
  const again = inYear(y + 1);
  if (again !== null && again - c.today <= FAR_DAYS) return certain(again);
  return unsure(ahead(d, m, c));
}

function ahead(d: number, m: number, c: Calendar): Day[] {
  const { y } = ymdOf(c.today);
  const wanted = [y, y + 1].map((year) => (d <= daysInMonth(year, m) ? dayOf(year, m, d) : null));
  const coming = wanted.filter((day): day is Day => day !== null && day >= c.today);
  return [nextHaving(Math.min(d, 31), c.today, d > ymdOf(c.today).d ? 0 : 1), ...coming];
}

function noSuchDay(d: number, y: number, m: number, c: Calendar): Meaning {
  const last = lastOfMonth(y, m);
  const candidates = [last, last + 1, ...(d >= 1 && d <= 31 ? [nextHaving(d, last + 1, 0)] : [])];
  return unsure(candidates.filter((day) => day >= c.today));
}

/** "el jueves 15": both must agree. */
export function weekdayAndDay(w: number, said: Meaning, c: Calendar): Meaning {
  const match = said.candidates.find((day) => weekdayOfDay(day) === w);
  if (match !== undefined) return certain(match);
  const byName = weekdayOfDay(c.today) === w ? c.today : comingWeekday(c.today, w);
  return unsure([byName, ...said.candidates].sort((a, b) => a - b));
}

/** dd/mm, or mm/dd where that is the custom; the other order when only that is possible. */
export function slashDate(parts: readonly number[], monthFirst: boolean, c: Calendar): Meaning | null {
  const [a = 0, b = 0, third] = parts;
  if (a > 1900) return isDay(third ?? 0, b) ? monthDay(third ?? 0, b, c, a) : null;
  const year = third === undefined ? undefined : third < 100 ? 2000 + third : third;
  const [d, m] = monthFirst ? [b, a] : [a, b];
  if (isDay(d, m)) {
    const meant = monthDay(d, m, c, year);
    const turned = isDay(m, d) && d !== m ? monthDay(m, d, c, year) : null;
    const day = meant.candidates[0];
    const tooFar = year !== undefined && day !== undefined && day - c.today > FAR_DAYS;
    if (meant.sure && !tooFar) return meant;
    return unsure([...(turned?.sure ? turned.candidates : []), ...meant.candidates]);
  }
  return isDay(m, d) ? monthDay(m, d, c, year) : null;
}

const isDay = (d: number, m: number): boolean => d >= 1 && d <= 31 && m >= 1 && m <= 12;

export function endOfMonth(months: number, c: Calendar): Meaning {
  const { y, m } = monthAfter(c.today, months);
  return certain(lastOfMonth(y, m));
}

/** The last day of a named month, of the coming one of that name. */
export function endOfNamedMonth(m: number, c: Calendar): Meaning {
  const now = ymdOf(c.today);
  const day = lastOfMonth(m < now.m ? now.y + 1 : now.y, m);
  return day - c.today <= FAR_DAYS + 31 ? certain(day) : unsure([day]);
}

/** First (1–5) or middle (14–16) days: of the month `months` away, or of the coming one where these are gone by. */
export function partOfMonth(part: 'start' | 'middle', first: Day, c: Calendar): Meaning {
  const [from, to] = part === 'start' ? [0, 4] : [13, 15];
  const days = Array.from({ length: to - from + 1 }, (_, i) => first + from + i);
  return unsure(
    days.filter((day) => day >= c.today),
    'fortnight',
  );
}

export function firstOfMonth(months: number, c: Calendar): Day {
  const { y, m } = monthAfter(c.today, months);
  return dayOf(y, m, 1);
}

export function firstOfNamedMonth(m: number, c: Calendar): Day {
  const now = ymdOf(c.today);
  return dayOf(m < now.m ? now.y + 1 : now.y, m, 1);
}

/** "el primer lunes de noviembre", `nth` -1 the last. */
export function nthWeekdayOf(w: number, nth: number, first: Day): Day {
  const { y, m } = ymdOf(first);
  return nthWeekday(y, m, w, nth);
}

/** Paydays of the quincena, the 15th and the last, from today on. */
export function paydays(count: number, c: Calendar): Day[] {
  const days: Day[] = [];
  for (let month = 0; days.length < count; month += 1) {
    const { y, m } = monthAfter(c.today, month);
    for (const day of [dayOf(y, m, 15), lastOfMonth(y, m)]) if (day >= c.today && days.length < count) days.push(day);
  }
  return days;
}

/** A payday that is no business day is paid before it by most and on it by some: asked back (LFT art. 109). */
export function onPayday(day: Day, c: Calendar): Meaning {
  if (isBusinessDay(day, c.country)) return certain(day, 'fortnight');
  return unsure(
    [businessDayUntil(day, c.country), day].filter((d) => d >= c.today),
    'fortnight',
  );
}

/** "la quincena": the coming payday. Only Mexico and Colombia agree on which days those are. */
export function quincena(c: Calendar): Meaning {
  const [first = c.today, second = c.today] = paydays(2, c);
  if (c.country !== 'MX' && c.country !== 'CO') return unsure([first, second], 'fortnight');
  return first === c.today ? unsure([first, second], 'fortnight') : onPayday(first, c);
}

/** `count` business days from today; a Brazilian "dia útil" that Saturday would change is asked back. */
export function businessDays(count: number, c: Calendar): Meaning {
  const day = businessDayAfter(c.today, count, c.country);
  if (c.country !== 'BR') return certain(day);
  const withSaturdays = businessDayAfter(c.today, count, c.country, true);
  return withSaturdays === day ? certain(day) : unsure([withSaturdays, day]);
}

/** The `nth` business day of a month ("quinto dia útil"); -1 the last. */
export function businessDayOfMonth(nth: number, first: Day, c: Calendar): Meaning {
  const { y, m } = ymdOf(first);
  if (nth < 0) return certain(businessDayUntil(lastOfMonth(y, m), c.country));
  const day = businessDayAfter(first - 1, nth, c.country);
  if (c.country !== 'BR') return certain(day);
  const withSaturdays = businessDayAfter(first - 1, nth, c.country, true);
  return withSaturdays === day ? certain(day) : unsure([withSaturdays, day]);
}

/** The days of a week (0 this one, from today on). */
export function daysOfWeek(weeks: number, c: Calendar): Meaning {
  const monday = mondayOf(c.today) + 7 * weeks;
  const days = Array.from({ length: 7 }, (_, i) => monday + i).filter((day) => day >= c.today);
  return unsure(days, 'week');
}

export function weekend(weeks: number, c: Calendar): Meaning {
  const saturday = mondayOf(c.today) + 7 * weeks + 5;
  return unsure(
    [saturday, saturday + 1].filter((day) => day >= c.today),
    'week',
  );
}

export const monthsFromNow = (months: number, c: Calendar): Meaning => certain(plusMonths(c.today, months));

/** "a las 11": today while it is still to come; gone by, it may be the evening or tomorrow. */
export function clock(minutes: number, half: 'am' | 'pm' | null, dayIsSaid: boolean, c: Calendar): Meaning {
  const morning = minutes % 720;
  const at = half === 'pm' ? morning + 720 : half === 'am' ? morning : minutes;
  if (at > c.minute) return certain(c.today);
  const evening = at + 720;
  const isPlausible = half === null && at < 720 && evening > c.minute && (dayIsSaid || evening <= 20 * 60 + 59);
  return isPlausible ? certain(c.today) : unsure([c.today, c.today + 1]);
}
