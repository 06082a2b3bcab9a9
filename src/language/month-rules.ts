import {
  businessDayOfMonth,
  bygone,
  type Calendar,
  certain,
  endOfMonth,
  endOfNamedMonth,
  firstOfMonth,
  firstOfNamedMonth,
  type Meaning,
  onPayday,
  partOfMonth,
  paydays,
  quincena,
  unsure,
  vague,
  weekday,
} from './date-meaning.ts';
import { asMonth, type DateRule, day, dayMonth, END, monthShift, namedDay, num, rule } from './date-rule.ts';
import { dayOf, daysInMonth, ymdOf } from './days.ts';
import { feast } from './feasts.ts';

/** Edges and parts of a month, paydays, and how many times. */
export const monthRules: readonly DateRule[] = [
  // edges of the month
  rule(
    'last_business_day',
    'month',
    '(?:FINAL DAY BIZ|DAY BIZ FINAL|FINAL BIZ(?: DAY)?|DAY FINAL BIZ|PREV BIZ DAY)(?:{month})?',
    ([a, b], c) => businessDayOfMonth(-1, firstOfMonth(monthShift(a, b), c), c),
  ),
  rule(
    'last_business_day_named',
    'month',
    '(?:FINAL DAY BIZ|DAY BIZ FINAL|FINAL BIZ(?: DAY)?|PREV BIZ DAY){f} {M}',
    ([m], c) => (asMonth(m) === null ? null : businessDayOfMonth(-1, firstOfNamedMonth(num(m), c), c)),
  ),
  rule('nth_business_day', 'month', '(?:DAY )?[oO](\\d) (?:DAY BIZ|BIZ DAY|BIZ)(?:{month})?', ([n, a, b], c) =>
    nthBusinessDay(num(n), monthShift(a, b), c),
  ),
  rule('nth_business_day_named', 'month', '[oO](\\d) (?:DAY BIZ|BIZ DAY){f} {M}', ([n, m], c) =>
    asMonth(m) === null ? null : businessDayOfMonth(num(n), firstOfNamedMonth(num(m), c), c),
  ),
  rule('last_but_one_day', 'month', '(?:penultimo|antepenultimo) DAY(?:{month})?', ([a, b], c) => {
    const last = endOfMonth(monthShift(a, b), c).candidates[0] ?? c.today;
    return unsure([last - 1]);
  }),
  rule('last_days', 'month', 'ARTS FINAL DAY(?:{month})?', ([a, b], c) => {
    const last = endOfMonth(monthShift(a, b), c).candidates[0] ?? c.today;
    return unsure([last - 2, last - 1, last], 'fortnight');
  }),
  rule('last_day', 'month', '(?:FINAL DAY|DAY FINAL|PREV DAY)(?:{month})?', ([a, b], c) =>
    endOfMonth(monthShift(a, b), c),
  ),
  rule('last_day_named', 'month', '(?:(?:FINAL|PREV)(?: DAY)?|DAY FINAL|END|EOM|CLOSE){f} {M}', ([m], c) =>
    asMonth(m) === null ? null : endOfNamedMonth(num(m), c),
  ),
  rule('last_of_month', 'month', '(?:FINAL|PREV) DE(?: ART)? (?:MONTH|THIS MONTH)', (_, c) => endOfMonth(0, c)),
  rule('last', 'month', `(?:ART|BY|IN) FINAL${END}`, (_, c) => endOfMonth(0, c)),
  rule('end_of_month', 'month', 'EOM(?: (?:DE )?(?:ART )?(NEXT|OTHER|THIS))?', ([a], c) =>
    endOfMonth(monthShift(a, undefined), c),
  ),
  rule('end_of_said_month', 'month', 'END{month}', ([a, b], c) => endOfMonth(monthShift(a, b), c)),
  rule('end_alone', 'month', '(?:TO|IN|ARTS) END(?= (?:[.,;!?]|$))', (_, c) => endOfMonth(0, c)),
  rule(
    'month_over',
    'month',
    'MONTH (?:se )?(?:CLOSE|acabe|acaba|termine|termina|cierre|cierra|concluya|finalice|is over|ends|acabar|terminar)',
    (_, c) => endOfMonth(0, c),
  ),
  rule('end_of_year', 'month', 'EOY|END DE(?: ART)?(?: THIS)? YEAR', (_, c) => feast('findeano', c)),
  rule('start_of_month', 'month', 'START{month}|(?:[oO]1|START) (?:days|DAY){month}', ([a, b, d, e], c) =>
    partOfMonth('start', startOf(monthShift(a ?? d, b ?? e), a ?? d, b ?? e, 5, c), c),
  ),
  rule('start_of_named', 'month', 'START{f} {M}', ([m], c) =>
    asMonth(m) === null ? null : partOfMonth('start', firstOfNamedMonth(num(m), c), c),
  ),
  rule('start_of_year', 'month', 'START{f}(?: (?:NEXT|THIS))? YEAR(?: NEXT)?', (_, c) =>
    unsure([dayOf(ymdOf(c.today).y + 1, 1, 2)], 'month'),
  ),
  rule('start_alone', 'month', '(?:ARTS|A|TO|IN) START(?= (?:[.,;!?]|$))', (_, c) =>
    partOfMonth('start', firstOfMonth(1, c), c),
  ),
  rule('middle_of_month', 'month', 'MID(?:{month})?', ([a, b], c) =>
    partOfMonth('middle', startOf(monthShift(a, b), a, b, 16, c), c),
  ),
  rule('middle_of_named', 'month', 'MID{f} {M}', ([m], c) =>
    asMonth(m) === null ? null : partOfMonth('middle', firstOfNamedMonth(num(m), c), c),
  ),
  rule('week_of_month', 'week', '(?:[oO](\\d)|FINAL|PREV) WEEK(?:{f} {M}|{month})', ([n, m, a, b], c) =>
    weekOfMonth(n, m, monthShift(a, b), c),
  ),
  // how many times
  rule(
    'count',
    'count',
    '(\\d{1,2}) PAYMENTS|(?:DURING|IN) (\\d{1,2}) (?:PAYMENTS|WEEK DURING|QUIN|MONTH DURING)|DURING (\\d{1,2}) (?:WEEK|MONTH|W\\d)|x (\\d{1,2})|(\\d{1,2}) DE TO(?= (?:Q|MONEY|\\d{2,})(?= ))',
    ([a, b, d, e, f]) => ({ ...vague('unknown'), count: num(a ?? b ?? d ?? e ?? f) }), // "dos de a mil"
  ),
  rule(
    'count_weekdays',
    'weekday',
    '(?:ARTS )?(?:NEXT )?([2-9]|1[0-2]) (?:NEXT )?{W}(?: DURING)?',
    ([n, w], c) => ({ ...weekday(num(w), c), count: num(n) }),
    'week',
  ),
  rule('every_few', 'week', 'EACH (\\d{1,2}) (?:WEEK|DAY)', () => vague('week'), 'fortnight'),
  rule('weekly', 'week', 'WEEKLY|EACH WEEK', () => vague('week'), 'week'),
  rule('weekly_rate', 'week', '(?<=(?: (?:MONEY|Q|\\d{1,3}))) A WEEK', () => vague('week'), 'week'),
  rule('monthly_rate', 'month', '(?<=(?: (?:MONEY|Q|\\d{1,3}))) A MONTH', () => vague('month'), 'month'),
  rule('monthly', 'month', 'MONTHLY|EACH MONTH', () => vague('month'), 'month'),
  rule('every_other_week', 'weekday', 'EVERYOTHER {W}', ([w], c) => weekday(num(w), c), 'fortnight'),
  // quincena
  rule(
    'day_that_is_quincena',
    'day',
    '(?:(?:ART|DAY) ){1,2}(\\d{1,2})(?: (?:,|que|DE|es|IN|ARTF|ya)){1,3} QUIN',
    ([d], c) => day(d, c),
  ),
  rule('quincena_every', 'quincena', 'EACH QUIN|FORTNIGHTLY', (_, c) => quincena(c), 'fortnight'),
  rule('quincena_next', 'quincena', 'NEXT QUIN|QUIN NEXT|OTHER QUIN|QUIN OTHER', (_, c) =>
    unsure(paydays(2, c), 'fortnight'),
  ),
  rule('quincena_past', 'quincena', 'PREV QUIN|QUIN PREV', (_, c) => bygone(c.today - 1, 'fortnight')),
  rule('quincena_first', 'quincena', '[oO]1 QUIN(?:{f} {M}|{month})?', ([m, a, b], c) =>
    namedPayday(1, m, monthShift(a, b), c),
  ),
  rule('quincena_second', 'quincena', '(?:[oO]2|FINAL) QUIN(?:{f} {M}|{month})?', ([m, a, b], c) =>
    namedPayday(2, m, monthShift(a, b), c),
  ),
  rule('quincena_of_day', 'quincena', 'QUIN(?: (?:DE|ART|DAY)){1,3} (\\d{1,2}){unit}(?:{f} {M})?', ([d, m], c) =>
    quincenaOf(num(d), m, c),
  ),
  rule('quincena_at_end', 'quincena', 'QUIN(?: DE)?(?: ART)? EOM', (_, c) => namedPayday(2, undefined, 0, c)),
  rule('quincena_of_month', 'quincena', 'QUIN{f} {M}', ([m], c) =>
    asMonth(m) === null
      ? null
      : unsure([...namedPayday(1, m, 0, c).candidates, ...namedPayday(2, m, 0, c).candidates], 'fortnight'),
  ),
  rule('day_of_quincena', 'relative', '(D[012])(?: (?:,|que|ya))?(?: es)?(?: DAY DE)? QUIN', ([named], c) =>
    certain(namedDay(named, c)),
  ),
  rule('quincena', 'quincena', '(?:THIS )?QUIN', (_, c) => quincena(c)),
];

function nthBusinessDay(n: number, months: number, c: Calendar): Meaning | null {
  if (n < 1 || n > 20) return null;
  const here = businessDayOfMonth(n, firstOfMonth(months, c), c);
  return here.candidates.every((at) => at > c.today) ? here : businessDayOfMonth(n, firstOfMonth(months + 1, c), c);
}

/** First day of the month meant: the said one, or the next when its days are gone by. */
function startOf(months: number, a: string | undefined, b: string | undefined, lastDay: number, c: Calendar): number {
  const isSaid = a !== undefined || b !== undefined;
  return firstOfMonth(months === 0 && !isSaid && ymdOf(c.today).d > lastDay ? 1 : months, c);
}

function namedPayday(which: 1 | 2, m: string | undefined, months: number, c: Calendar): Meaning {
  const of = (first: number): number => {
    const { y, m: month } = ymdOf(first);
    return dayOf(y, month, which === 1 ? 15 : daysInMonth(y, month));
  };
  if (asMonth(m) !== null) return onPayday(of(firstOfNamedMonth(num(m), c)), c);
  const here = of(firstOfMonth(months, c));
  return onPayday(here >= c.today ? here : of(firstOfMonth(months + 1, c)), c);
}

/** "la quincena del 30" is the last day, also of a month with 31. */
function quincenaOf(d: number, m: string | undefined, c: Calendar): Meaning | null {
  if (d >= 28) return namedPayday(2, m, 0, c);
  if (d === 15) return namedPayday(1, m, 0, c);
  return m === undefined ? day(String(d), c) : dayMonth(String(d), m, c);
}

function weekOfMonth(n: string | undefined, m: string | undefined, months: number, c: Calendar): Meaning {
  const first = asMonth(m) === null ? firstOfMonth(months, c) : firstOfNamedMonth(num(m), c);
  const { y, m: month } = ymdOf(first);
  const from = n === undefined ? daysInMonth(y, month) - 7 : (num(n) - 1) * 7;
  return unsure(
    Array.from({ length: 7 }, (_, i) => first + from + i).filter((at) => at >= c.today),
    'week',
  );
}
