import {
  bygone,
  type Calendar,
  certain,
  comingWeekday,
  dayInMonth,
  dayOfMonth,
  firstOfMonth,
  firstOfNamedMonth,
  type Meaning,
  nextWeekday,
  nthWeekdayOf,
  otherWeekday,
  unsure,
  weekday,
  weekdayAndDay,
  weekdayInOtherWeek,
  weekdayInWeek,
} from './date-meaning.ts';
import {
  asDay,
  asMonth,
  COUNT,
  count,
  type DateRule,
  day,
  dayMonth,
  END,
  monthShift,
  namedDay,
  num,
  rule,
} from './date-rule.ts';
import { weekdayOfDay, ymdOf } from './days.ts';

/** Weekdays and days of the month, alone and together. */
export const dayRules: readonly DateRule[] = [
  // weekdays with numbers
  rule('weekday_day_month', 'day', '{W}{f} {N}{f} {M}{Y}', ([w, d, m, y], c) =>
    withWeekday(w, dayMonth(d, m, c, y), c),
  ),
  rule('weekday_month_day', 'day', '{W}{f} {M}{f} {N}{Y}', ([w, m, d, y], c) =>
    withWeekday(w, dayMonth(d, m, c, y), c),
  ),
  rule(
    'weekday_day',
    'day',
    '(?:(?:OTHER|NEXT|THIS) )?{W}(?: NEXT)?(?: ,)?(?: ART)?(?: DAY)? {N}(?! ARTF? W\\d)(?! ART O?\\d){unit}', // "el viernes, 10 el 20": a sum
    ([w, d], c) => withWeekday(w, day(d, c), c),
  ),
  rule('weekday_day_of_month', 'day', '{W}(?: ,)?(?: ART)?(?: DAY)? {N}{ofMonth}', ([w, d, a, b], c) =>
    withWeekday(
      w,
      asDay(d) === null ? null : a || b ? dayInMonth(num(d), monthShift(a, b), c) : dayOfMonth(num(d), c),
      c,
    ),
  ),
  rule(
    'named_day_weekday',
    'relative',
    '(D[012])[MTN]?(?:( ,)?|(?: (?:THIS|que es)){0,2}) {W}(?: (?:DAY )?{N}(?:{f} {M})?{unit})?',
    ([named, comma, w, d, m], c) => {
      const at = namedDay(named, c);
      const agree = weekdayOfDay(at) === num(w) && (d === undefined || ymdOf(at).d === num(d));
      if (agree) return certain(at);
      if (comma) return null; // "not tomorrow, Saturday works": two days
      const said = d === undefined ? weekday(num(w), c) : m === undefined ? day(d, c) : dayMonth(d, m, c);
      return unsure([at, ...(said?.candidates ?? [])].sort((a, b) => a - b));
    },
  ),
  rule(
    'named_day_number',
    'relative',
    '(D[012])[MTN]?(?: ,)?(?: ART)?( DAY)? {N}(?:{f} {M})?{unit}',
    ([named, isDay, d, m], c) => {
      const at = namedDay(named, c);
      if (ymdOf(at).d === num(d) && (m === undefined || ymdOf(at).m === num(m))) return certain(at);
      if (!isDay && m === undefined) return null;
      return unsure([at, ...((m === undefined ? day(d, c) : dayMonth(d, m, c))?.candidates ?? [])]);
    },
  ),
  // day and month
  rule('day_month', 'day', '(?:(?:ART|DAY) ){0,2}{N}(?:{f} {M}| DE DAY {M}){Y}', ([d, m, m2, y], c) =>
    dayMonth(d, m ?? m2, c, y),
  ),
  rule('month_day', 'day', '(?:ART )?{M}(?: (?:ART|,))? {N}{unit}{Y}', ([m, d, y], c) => dayMonth(d, m, c, y)),
  rule('month_then_day', 'day', '(?:IN|DE) {M}(?: (?:,|ART|DAY)){1,2} {N}{unit}', ([m, d], c) => dayMonth(d, m, c)),
  rule('day_of_month_said', 'day', '(?:ART )?(?:DAY )?{N}{ofMonth}', ([d, a, b], c) => {
    if (asDay(d) === null) return null;
    if (a === 'EACH') return null;
    return a || b ? dayInMonth(num(d), monthShift(a, b), c) : dayOfMonth(num(d), c);
  }),
  rule('day_of_this', 'day', '(?:ART )?(?:DAY )?{N} DE(?: ART)? THIS(?! (?:MONTH|W\\d|QUIN|WEEK))', ([d], c) =>
    asDay(d) === null ? null : dayInMonth(num(d), 0, c),
  ),
  rule(
    'day_of_next',
    'day',
    '(?:ART )?(?:DAY )?{N} DE(?: ART)? (?:NEXT|OTHER)(?! (?:MONTH|W\\d|QUIN|WEEK|M\\d))',
    ([d], c) => (asDay(d) === null ? null : dayInMonth(num(d), 1, c)),
  ),
  rule(
    'next_month_day',
    'day',
    '(?:(NEXT|OTHER|THIS) MONTH|MONTH (NEXT|OTHER|THIS))(?: (?:,|ART|ON|DAY|IN|BY)){0,3} {N}{unit}',
    ([a, b, d], c) => (asDay(d) === null ? null : dayInMonth(num(d), monthShift(a, b), c)),
  ),
  rule(
    'every_day_of_month',
    'day',
    '(?:(?:EACH|ARTS|ART|DAY) ){0,2}{N}(?: (?:AND|,)(?: ART)? \\d{1,2})?(?: DE)?(?: ART)? (?:EACH MONTH|MONTHLY)|EACH(?: DAY)? {N} DE ART MONTH',
    ([d, d2], c) => day(d ?? d2, c),
    'month',
  ),
  rule('every_day', 'day', '(?:EACH(?: DAY)? (?!1 )|ARTS DAY |ARTS ){N}{unit}', ([d], c) => day(d, c), 'month'),
  rule('day', 'day', '(?:(?:ART|ON|THIS)(?: DAY)?|DAY(?: ART)?) O?(\\d{1,2}){unit}', ([d], c) => day(d, c)),
  rule('day_ordinal', 'day', 'O(\\d{1,2}){unit}(?! [a-zñ]{3,})', ([d], c) => day(d, c)),
  rule('day_ordinal_word', 'day', `(?:ART(?: DAY)?|DAY|ON ART) o(\\d{1,2})${END}|DAY o(1)`, ([d, first], c) =>
    day(d ?? first, c),
  ),
  rule(
    'between_days',
    'day',
    '(?<!(?: (?:D[012][MTN]?|W\\d|HOUR))) BETWEEN(?: DAY)? \\d{1,2} AND (\\d{1,2})(?= (?:$|(?:[.,;!?]|te|le|les|lo|se|eu|ill|i) ))',
    ([d], c) => day(d, c),
  ),
  rule(
    'day_named',
    'day',
    '(?:(?<!(?:W\\d|D[012][MTN]?|O\\d{1,2}) )BY|TO) (\\d{1,2})(?= (?:$|(?:[.,;!?]|OR|AND|te|le|sin) ))',
    ([d], c) => (c.country === 'US' && num(d) <= 12 ? null : day(d, c)), // "till 5" is an hour
  ),
  // weekdays
  rule(
    'weekday_of_next_week',
    'weekday',
    '(?:ART )?(?:THIS )?{W}(?: (?:,|DE|IN|ART[FS]?)){0,3} (?:NEXT WEEK|WEEK NEXT)',
    ([w], c) => weekdayInWeek(num(w), 1, c),
  ),
  rule(
    'next_week_weekday',
    'weekday',
    '(?:NEXT WEEK|WEEK NEXT)(?: (?:,|DE|IN|ON|ART[FS]?|como|BY|pero|THIS)){0,3} {W}',
    ([w], c) => weekdayInWeek(num(w), 1, c),
  ),
  rule('weekday_of_next', 'weekday', '{W} (?:DE|IN) ARTF NEXT', ([w], c) => weekdayInWeek(num(w), 1, c)),
  rule('weekday_of_other_week', 'weekday', '{W}(?: (?:,|DE|IN|ART[FS]?)){0,3} (?:OTHER WEEK|WEEK OTHER)', ([w], c) =>
    weekdayInOtherWeek(num(w), c),
  ),
  rule(
    'other_week_weekday',
    'weekday',
    '(?:OTHER WEEK|WEEK OTHER)(?: (?:,|DE|IN|ON|ART[FS]?|como|BY)){0,3} {W}',
    ([w], c) => weekdayInOtherWeek(num(w), c),
  ),
  rule('weekday_of_other', 'weekday', '{W} (?:DE|IN) ARTF OTHER', ([w], c) => weekdayInOtherWeek(num(w), c)),
  rule('weekday_of_this_week', 'weekday', '{W}(?: (?:,|DE|IN|ART[FS]?)){0,3} (?:THIS WEEK|WEEK THIS)', ([w], c) =>
    weekdayInWeek(num(w), 0, c),
  ),
  rule('this_week_weekday', 'weekday', '(?:THIS WEEK|WEEK THIS)(?: (?:,|DE|IN|ON|ART[FS]?|BY|TO)){0,3} {W}', ([w], c) =>
    weekdayInWeek(num(w), 0, c),
  ),
  rule('weekday_coming', 'weekday', 'THIS(?: mismo)?(?: NEXT)? {W}|{W} NOW|NOW {W}', ([a, b, d], c) =>
    weekday(num(a ?? b ?? d), c),
  ),
  rule(
    'weekday_next',
    'weekday',
    '(?:ART )?NEXT(?: DAY)? {W}|{W}(?: NEXT|(?<!THIS W\\d) ART[FS]? NEXT)(?! (?:WEEK|MONTH|N|\\d))',
    ([a, b], c) => nextWeekday(num(a ?? b), c),
  ),
  rule('weekday_to_other', 'weekday', 'DE(?: ART)? THIS {W} TO(?: ART)? OTHER', ([w], c) =>
    certain(comingWeekday(c.today, num(w)) + 7),
  ),
  rule('weekday_other', 'weekday', 'OTHER {W}|{W} OTHER', ([a, b], c) => otherWeekday(num(a ?? b), c)),
  rule(
    'weekday_past',
    'weekday',
    'PREV {W}(?! DE(?: ART)? (?:MONTH|M\\d))|{W} PREV|{W} DE ARTF (?:PREV WEEK|WEEK PREV)',
    ([a, b, d], c) => bygone(comingWeekday(c.today, num(a ?? b ?? d)) - 7),
  ),
  rule('weekday_in_eight', 'weekday', '{W} IN (8|15)(?: DAY)?', ([w, n], c) => {
    const base = weekday(num(w), c);
    return { ...base, candidates: base.candidates.map((at) => at + (n === '8' ? 7 : 14)) };
  }),
  rule(
    'weeks_from_weekday',
    'weekday',
    `(?<!(?:EACH|MONEY|Q|\\d) )${COUNT} WEEK AFTER(?: THIS)? {W}|{W} WEEK`,
    ([n, w, w2], c) => {
      const base = weekday(num(w ?? w2), c);
      return { ...base, candidates: base.candidates.map((at) => at + 7 * (w2 ? 1 : count(n))) };
    },
  ),
  rule('weekday_every', 'weekday', '(?:EACH|ARTS)(?: DAY)? {W}', ([w], c) => weekday(num(w), c), 'week'),
  rule('today_is', 'weekday', 'D0 (?:es|eh|is|AND) (?:ART )?{W}', ([w], c) => weekday(num(w), c)), // says what day it is
  rule('weekday', 'weekday', '(?:DAY )?{W}(?! (?:PAYMENTS|via|vez|chance|opcao|tentativa)(?= ))', ([w], c) =>
    weekday(num(w), c),
  ),
  rule('nth_weekday_of_month', 'weekday', '[oO](\\d) {W}{month}', ([n, w, a, b], c) =>
    nthComing(num(w), num(n), monthShift(a, b), c),
  ),
  rule('nth_weekday_of_named', 'weekday', '[oO](\\d) {W}{f} {M}', ([n, w, m], c) =>
    asMonth(m) === null ? null : certain(nthWeekdayOf(num(w), num(n), firstOfNamedMonth(num(m), c))),
  ),
  rule('last_weekday_of_month', 'weekday', '(?:FINAL|PREV) {W}{month}', ([w, a, b], c) =>
    nthComing(num(w), -1, monthShift(a, b), c),
  ),
  rule('last_weekday_of_named', 'weekday', '(?:FINAL|PREV) {W}{f} {M}', ([w, m], c) =>
    asMonth(m) === null ? null : certain(nthWeekdayOf(num(w), -1, firstOfNamedMonth(num(m), c))),
  ),
];

function withWeekday(w: string | undefined, said: Meaning | null, c: Calendar): Meaning | null {
  return said && weekdayAndDay(num(w), said, c);
}

function nthComing(w: number, n: number, months: number, c: Calendar): Meaning {
  const here = nthWeekdayOf(w, n, firstOfMonth(months, c));
  return certain(here >= c.today ? here : nthWeekdayOf(w, n, firstOfMonth(months + 1, c)));
}
