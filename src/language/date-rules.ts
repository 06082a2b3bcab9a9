import {
  businessDayOfMonth,
  businessDays,
  bygone,
  type Calendar,
  certain,
  clock,
  comingWeekday,
  dayInMonth,
  dayOfMonth,
  daysOfWeek,
  endOfMonth,
  endOfNamedMonth,
  firstOfMonth,
  firstOfNamedMonth,
  type Meaning,
  monthDay,
  monthsFromNow,
  nextWeekday,
  nthWeekdayOf,
  onPayday,
  otherWeekday,
  partOfMonth,
  paydays,
  quincena,
  unsure,
  vague,
  weekday,
  weekdayAndDay,
  weekdayInOtherWeek,
  weekdayInWeek,
  weekend,
} from './date-meaning.ts';
import { dayOf, daysInMonth, weekdayOfDay, ymdOf } from './days.ts';
import { feast, season, yearEndPay } from './feasts.ts';

/** What sort of thing a mention names: decides what "el otro", "la siguiente" stand for, and which mentions are too loose to stand beside others. */
export type MentionKind =
  | 'weekday'
  | 'day'
  | 'month'
  | 'quincena'
  | 'week'
  | 'relative'
  | 'clock'
  | 'part'
  | 'loose'
  | 'duration'
  | 'feast'
  | 'elliptic'
  | 'payday'
  | 'count';

export interface DateRule {
  id: string;
  kind: MentionKind;
  /** Over the symbol line: begins with the space before its first item and ends before the space after its last. */
  pattern: RegExp;
  /** null: after all, not this. */
  read: (groups: (string | undefined)[], c: Calendar) => Meaning | null;
  /** It comes again: "cada viernes", "los días 15". */
  every?: 'week' | 'month' | 'fortnight';
}

const PARTS: Record<string, string> = {
  W: 'W([1-7])',
  M: 'M(\\d{1,2})',
  N: '[Oo]?(\\d{1,2})',
  f: '(?: (?:DE|ART[FS]?|,|ON|IN|DAY|-|\\/)){0,3}', // little words between the parts of a date
  a: '(?: ART[FS]?)?',
  Y: '(?:(?: (?:DE|ART|,)){0,2} (20\\d\\d))?',
  unit: '(?! (?:DAY|WEEK|MONTH|YEAR|HOUR|MINUTE|QUIN|MONEY|PAYMENTS|AM|PM|%|W\\d|h|th|pesos|x|:|#))', // a number before these is no day
  month: '(?: DE)?(?: ART)?(?: (THIS|NEXT|OTHER|EACH))? MONTH(?: DE)?(?: ART)?(?: (THIS|NEXT|OTHER))?',
};

function rule(
  id: string,
  kind: MentionKind,
  source: string,
  read: DateRule['read'],
  every?: DateRule['every'],
): DateRule {
  const [, behind = '', rest = source] = /^(\(\?<=.*?\)\)) (.*)$/.exec(source) ?? [];
  const pattern = rest.replace(/\{(\w+)\}/g, (_, name: string) => PARTS[name] ?? '');
  return { id, kind, pattern: new RegExp(`${behind} (?:${pattern})(?= )`, 'g'), read, ...(every ? { every } : {}) };
}

const num = (text: string | undefined): number => Number(text ?? Number.NaN);
const asDay = (text: string | undefined): number | null => (num(text) >= 1 && num(text) <= 31 ? num(text) : null);
const asMonth = (text: string | undefined): number | null => (num(text) >= 1 && num(text) <= 12 ? num(text) : null);
const yearOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
const monthShift = (a: string | undefined, b: string | undefined): number =>
  a === 'NEXT' || a === 'OTHER' || b === 'NEXT' || b === 'OTHER' ? 1 : 0;

function dayMonth(d: string | undefined, m: string | undefined, c: Calendar, y?: string): Meaning | null {
  const month = asMonth(m);
  return month === null || !(num(d) >= 1 && num(d) <= 31) ? null : monthDay(num(d), month, c, yearOf(y));
}

function day(d: string | undefined, c: Calendar): Meaning | null {
  const n = asDay(d);
  return n === null ? null : dayOfMonth(n, c);
}

const namedDay = (symbol: string | undefined, c: Calendar): number =>
  c.today + (symbol === 'D1' ? 1 : symbol === 'D2' ? 2 : 0);

/** "mañana" said in the small hours may be today. */
const EARLY_MINUTE = 4 * 60;
function tomorrow(c: Calendar): Meaning {
  return c.minute < EARLY_MINUTE ? unsure([c.today, c.today + 1]) : certain(c.today + 1);
}

function count(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  return text === 'A' ? 1 : Number(text);
}

function ahead(n: number, unit: string, c: Calendar, eightIsAWeek = true): Meaning | null {
  if (!(n >= 0 && n <= 400)) return null;
  if (unit === 'DAY')
    return n > 123
      ? null
      : certain(c.today + (n === 8 && eightIsAWeek && c.country !== 'BR' && c.country !== 'US' ? 7 : n));
  if (unit === 'WEEK') return n > 17 ? null : certain(c.today + 7 * n);
  if (unit === 'MONTH') return n > 4 ? unsure(n <= 24 ? monthsFromNow(n, c).candidates : []) : monthsFromNow(n, c);
  if (unit === 'QUIN') return onPayday(paydays(n + 1, c)[n - 1] ?? c.today, c);
  if (unit === 'FORTNIGHT') return certain(c.today + 14 * n);
  if (unit === 'YEAR') return vague('unknown');
  return certain(c.today + Math.floor((c.minute + (unit === 'HOUR' ? 60 : 1) * n) / 1440));
}

const UNIT = '(DAY|WEEK|MONTH|HOUR|MINUTE|QUIN|FORTNIGHT)';
const COUNT = '(?:(?:ABOUT|SOME) ){0,2}(\\d{1,3}|A)';
/** What may follow "el último" or "the first" when it is a day and no adjective. */
const END =
  '(?= (?:$|(?:[.,;!?)]|AND|OR|BY|IN|ON|MONEY|Q|D0|te|le|les|lo|se|sin|yo|por|a|ya|i|ill|for|that|que|si|porque|eu|eu te|sem|pago|deposito|queda|quedo|at|latest|if|with|pero|but|mas|TO|AT|DE|paso|voy|voce|para|cancelo|consigno|transfiero|abono|liquido|REL) ))';

/** Tried over the whole line; at one place the longest match wins, among equals the first of this list. */
export const dateRules: readonly DateRule[] = [
  // weekdays with numbers
  rule('weekday_day_month', 'day', '{W}{f} {N}{f} {M}{Y}', ([w, d, m, y], c) =>
    withWeekday(w, dayMonth(d, m, c, y), c),
  ),
  rule('weekday_month_day', 'day', '{W}{f} {M}{f} {N}{Y}', ([w, m, d, y], c) =>
    withWeekday(w, dayMonth(d, m, c, y), c),
  ),
  rule('weekday_day', 'day', '{W}(?: ,)?(?: ART)?(?: DAY)? {N}{unit}', ([w, d], c) => withWeekday(w, day(d, c), c)),
  rule('weekday_day_of_month', 'day', '{W}(?: ,)?(?: ART)?(?: DAY)? {N}{month}', ([w, d, a, b], c) =>
    withWeekday(
      w,
      asDay(d) === null ? null : a || b ? dayInMonth(num(d), monthShift(a, b), c) : dayOfMonth(num(d), c),
      c,
    ),
  ),
  rule(
    'named_day_weekday',
    'relative',
    '(D[012])[MTN]?(?:(?: ,)?|(?: (?:ART|THIS|que es)){0,2}) {W}(?: (?:DAY )?{N}(?:{f} {M})?{unit})?',
    ([named, w, d, m], c) => {
      const at = namedDay(named, c);
      const agree = weekdayOfDay(at) === num(w) && (d === undefined || ymdOf(at).d === num(d));
      if (agree) return certain(at);
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
  rule('day_of_month_said', 'day', '(?:ART )?(?:DAY )?{N}{month}', ([d, a, b], c) => {
    if (asDay(d) === null) return null;
    if (a === 'EACH') return dayOfMonth(num(d), c);
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
    '(?:EACH|ARTS|ART)(?: DAY)? {N}(?: (?:AND|,)(?: ART)? \\d{1,2})?(?: DE)? EACH MONTH',
    ([d], c) => day(d, c),
    'month',
  ),
  rule('every_day', 'day', '(?:EACH(?: DAY)?|ARTS DAY|ARTS) {N}{unit}', ([d], c) => day(d, c), 'month'),
  rule('day', 'day', '(?:(?:ART|ON|THIS)(?: DAY)?|DAY(?: ART)?) O?(\\d{1,2}){unit}', ([d], c) => day(d, c)),
  rule('day_ordinal', 'day', 'O(\\d{1,2}){unit}(?! [a-zñ]{3,})', ([d], c) => day(d, c)),
  rule('day_ordinal_word', 'day', `(?:ART(?: DAY)?|DAY|ON ART) o(\\d{1,2})${END}`, ([d], c) => day(d, c)),
  rule('day_named', 'day', '(?:BY|TO) (\\d{1,2})(?= (?:$|(?:[.,;!?]|OR|AND|te|le|sin) ))', ([d], c) => day(d, c)),
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
    '(?:ART )?NEXT(?: DAY)? {W}|{W}(?: ART[FS]?)? NEXT(?! (?:WEEK|MONTH|N|\\d))',
    ([a, b], c) => nextWeekday(num(a ?? b), c),
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
  rule('weeks_from_weekday', 'weekday', `(?<!EACH )${COUNT} WEEK AFTER(?: THIS)? {W}|{W} WEEK`, ([n, w, w2], c) => {
    const base = weekday(num(w ?? w2), c);
    return { ...base, candidates: base.candidates.map((at) => at + 7 * (w2 ? 1 : count(n))) };
  }),
  rule('weekday_every', 'weekday', '(?:EACH|ARTS)(?: DAY)? {W}', ([w], c) => weekday(num(w), c), 'week'),
  rule('weekday', 'weekday', '(?:DAY )?{W}', ([w], c) => weekday(num(w), c)),
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
    '(\\d{1,2}) PAYMENTS|(?:DURING|IN) (\\d{1,2}) (?:PAYMENTS|WEEK DURING|QUIN|MONTH DURING)|DURING (\\d{1,2}) (?:WEEK|MONTH|W\\d)|x (\\d{1,2})',
    ([a, b, d, e]) => ({ ...vague('unknown'), count: num(a ?? b ?? d ?? e) }),
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
  // relative
  rule(
    'in_units',
    'relative',
    `(?:IN|FROMHOY|BY|TO)(?: THIS)? ${COUNT} ${UNIT}(?! BIZ)(?: (?:THIS|FROMNOW|NEXT))?`,
    ([n, unit = ''], c) => ahead(count(n), unit, c),
  ),
  rule('in_half_hour', 'relative', 'IN HALF HOUR', (_, c) => ahead(30, 'MINUTE', c)),
  rule('in_couple', 'relative', `(?:IN|FROMHOY) (?:A )?COUPLE(?: DE)? ${UNIT}`, ([unit = ''], c) =>
    unsure(unit === 'DAY' ? [c.today + 2, c.today + 3] : (ahead(2, unit, c)?.candidates ?? [])),
  ),
  rule(
    'in_some_units',
    'relative',
    `IN(?: (?:ARTS|THIS))? (?:SOME )?(?:NEXT )?(?:DAY(?! O?\\d)|MONTH|HOUR|MINUTE|YEAR)(?: BIZ)?(?: NEXT)?|SOME ${UNIT}(?: BIZ)?`,
    () => vague('unknown'),
  ),
  rule(
    'in_range_units',
    'relative',
    `IN(?: ART)? \\d{1,2} (?:OR|TO|AND|-) (\\d{1,2}) ${UNIT}(?! BIZ)`,
    ([n, unit = ''], c) => ahead(num(n), unit, c),
  ),
  rule('units_from_now', 'relative', `${COUNT} ${UNIT} FROMNOW`, ([n, unit = ''], c) => ahead(count(n), unit, c)),
  rule(
    'business_days',
    'relative',
    '(?:(?:IN|FROMHOY|BY|TO) )?(?:ABOUT )?(\\d{1,2}|A) (?:DAY BIZ|BIZ DAY|BIZ)',
    ([n], c) => businessDays(count(n), c),
  ),
  rule('next_business_day', 'relative', '(?:NEXT|[oO]1) (?:DAY BIZ|BIZ DAY|BIZ)|DAY BIZ NEXT|DAY NEXT BIZ', (_, c) =>
    businessDays(1, c),
  ),
  rule('next_day', 'relative', '(?:NEXT|OTHER) DAY|DAY NEXT', (_, c) => unsure([c.today + 1])),
  rule('from_today_in', 'relative', 'FROMHOY (8|15)(?: DAY)?|(?:DE )?D0 IN (8|15)(?: DAY)?', ([a, b], c) =>
    certain(c.today + ((a ?? b) === '8' ? 7 : 15)),
  ),
  rule('from_tomorrow_in', 'relative', '(?:DE )?D1 IN (8|15)(?: DAY)?', ([n], c) =>
    unsure(n === '8' ? [c.today + 8, c.today + 9] : [c.today + 15, c.today + 16]),
  ),
  rule('duration', 'duration', `${COUNT} ${UNIT}`, ([n, unit = ''], c) => {
    const at = ahead(count(n), unit, c);
    return at && unsure(at.candidates);
  }),
  rule('couple', 'duration', `(?:A )?COUPLE(?: DE)? ${UNIT}`, ([unit = ''], c) =>
    unsure(unit === 'DAY' ? [c.today + 2, c.today + 3] : (ahead(2, unit, c)?.candidates ?? [])),
  ),
  rule(
    'ago',
    'relative',
    `AGO (?:ABOUT )?(?:\\d{1,3}|A|A COUPLE|COUPLE) ${UNIT}|${COUNT} ${UNIT} AGOPOST|AGO ${UNIT}`,
    (_, c) => bygone(c.today - 1),
  ),
  rule(
    'or_the_day_after',
    'relative',
    'D1 (?:OR|AND|TO) (?:PREV|AFTER)(?= (?:$|(?:[.,;!?]|te|le|a|sin|ya) ))',
    (_, c) => certain(c.today + 2),
  ),
  rule('yesterday', 'relative', 'Dm[12]|DPAST', (_, c) => bygone(c.today - 1)),
  rule('day_after_tomorrow_short', 'relative', 'PREV PART[MTN]', (_, c) => unsure([c.today + 2])),
  rule('today_until_midnight', 'relative', 'MIDNIGHT', (_, c) => certain(c.today)),
  rule('next_day_loosely', 'relative', 'D1U', (_, c) => unsure([c.today + 1])),
  rule(
    'today_clock',
    'relative',
    'D0(?: (?:,|TO|como|BY|ANTES))?(?: (?:AT|BY|BEFORE|AFTER))(?: ARTF)? (\\d{1,2})(?: HOUR)?(?: (?:AND|con) (?:HALF|cuarto|\\d{1,2}))?(?: (AM|PM|PARTM|PARTT|PARTN|NOON))?',
    ([h, half], c) => clockAt(num(h) * 60, half, c, true),
  ),
  rule('today', 'relative', 'D0', (_, c) => certain(c.today)),
  rule('this_morning', 'relative', 'D0M', (_, c) => (c.minute < 12 * 60 ? certain(c.today) : unsure([c.today]))),
  rule('this_afternoon', 'relative', 'D0T', (_, c) => (c.minute < 19 * 60 + 30 ? certain(c.today) : unsure([c.today]))),
  rule('tonight', 'relative', 'D0N', (_, c) => certain(c.today)),
  rule('tomorrow', 'relative', 'D1', (_, c) => tomorrow(c)),
  rule('day_after_tomorrow', 'relative', 'D2', (_, c) => certain(c.today + 2)),
  rule('loose', 'loose', 'LOOSE|NOW', (_, c) => unsure([c.today])),
  // weeks and months without a day
  rule('this_week', 'week', 'THIS WEEK|WEEK THIS|IN ARTF? WEEK', (_, c) => daysOfWeek(0, c)),
  rule('next_week', 'week', 'NEXT WEEK|WEEK NEXT|OTHER WEEK|WEEK OTHER', (_, c) => daysOfWeek(1, c)),
  rule('past_week', 'week', 'PREV (?:WEEK|MONTH|YEAR|WEEKEND)|(?:WEEK|MONTH|YEAR|WEEKEND) PREV', (_, c) =>
    bygone(c.today - 7, 'week'),
  ),
  rule(
    'part_of_next_week',
    'week',
    '(?:START|END|MID|MIDWEEK){f} (?:(?:NEXT|OTHER) WEEK|WEEK (?:NEXT|OTHER))|MIDWEEK NEXT',
    (_, c) => daysOfWeek(1, c),
  ),
  rule('part_of_this_week', 'week', '(?:START|END|MID){f}(?: THIS)? WEEK|MIDWEEK|EOW', (_, c) => daysOfWeek(0, c)),
  rule('weekend', 'week', '(?:THIS )?WEEKEND(?: THIS)?', (_, c) => weekend(0, c)),
  rule('next_weekend', 'week', '(?:NEXT|OTHER) WEEKEND|WEEKEND (?:NEXT|OTHER)', (_, c) =>
    unsure([...weekend(0, c).candidates, ...weekend(1, c).candidates], 'week'),
  ),
  rule('week_of_day', 'week', 'WEEK DE(?: ART)? (?:DAY )?(\\d{1,2})(?:{f} {M})?', ([d, m], c) => {
    const at = (m === undefined ? day(d, c) : dayMonth(d, m, c))?.candidates[0];
    return at === undefined
      ? null
      : unsure(
          Array.from({ length: 7 }, (_, i) => at + i),
          'week',
        );
  }),
  rule(
    'month_only',
    'month',
    '(?<=(?:^(?: (?:,|bueno|ya|sometime|hasta))?)) {M}(?: (?:NEXT|THIS))?(?= (?:$|[.,!]))',
    () => vague('month'),
  ),
  rule('month_only_in', 'month', '(?<=(?: (?:IN|BY|DE|TO|AFTER|THIS|NEXT|BEFORE)(?: ART)?)) {M}', ([m]) =>
    asMonth(m) === null ? null : vague('month'),
  ), // bare "may", "march", "Julio", "Abril" are words and names too
  rule(
    'month_relative',
    'month',
    '(?:THIS|NEXT|OTHER) MONTH|MONTH (?:NEXT|THIS|OTHER)|(?:NEXT|THIS|OTHER) YEAR|YEAR NEXT|IN ART MONTH',
    () => vague('month'),
  ),
  rule('payday_named', 'relative', 'PAYDAY (?:is|es|eh|cae|e)(?: (?:ON|ART))? {W}', ([w], c) => weekday(num(w), c)),
  rule('payday', 'payday', 'PAYDAY', () => vague('unknown')),
  // feasts
  rule('feast', 'feast', '(?:DAY DE )?HF([a-z]+)', ([name = ''], c) => feast(name, c)),
  rule('day_after_feast', 'feast', '(?:ART )?DAY AFTER(?: DE)?(?: ART[FS]?)? HF([a-z]+)', ([name = ''], c) =>
    shifted(feast(name, c), 1),
  ),
  rule('day_before_feast', 'feast', '(?:ART )?DAY BEFORE(?: DE)?(?: ART[FS]?)? HF([a-z]+)', ([name = ''], c) =>
    shifted(feast(name, c), -1),
  ),
  rule(
    'day_after_day',
    'day',
    '(?:ART )?DAY (AFTER|BEFORE)(?: DE)?(?: (?:ART|DAY)){0,2} O?(\\d{1,2}){unit}',
    ([side, d], c) => shifted(day(d, c), side === 'AFTER' ? 1 : -1),
  ),
  rule('season', 'feast', 'HS([a-z]+)', ([name = ''], c) => season(name, c)),
  rule('year_end_pay', 'feast', '(?:[oO]\\d DE )?HP([a-z]+)', ([name = ''], c) => yearEndPay(name, c)),
  // hours
  rule(
    'clock',
    'clock',
    '(?:AT|BY|BEFORE ARTF|AFTER ARTF|BEFORE|AFTER)(?: (?:como|ARTF|ABOUT))? (\\d{1,2})(?: (?:HOUR|h|hs|o clock))?(?: (?:AND|con) (?:HALF|cuarto|\\d{1,2}))?(?: (?:DE ARTF?)?(?:en punto)?)?(?: (AM|PM|PARTM|PARTT|PARTN|NOON))?(?! (?:DAY|WEEK|MONTH|M\\d|DE M\\d|DE MONTH|BIZ|MONEY|PAYMENTS))',
    ([h, half], c) => clockAt(num(h) * 60, half, c),
  ),
  rule('clock_half', 'clock', '(\\d{1,2}) (AM|PM)', ([h, half], c) => clockAt(num(h) * 60, half, c)),
  rule('clock_hours', 'clock', '(\\d{1,2}) (?:h|HOUR)', ([h], c) => clockAt(num(h) * 60, undefined, c)),
  rule('part_morning', 'part', 'PARTM', (_, c) => (c.minute < 11 * 60 ? certain(c.today) : unsure([c.today + 1]))),
  rule('part_noon', 'part', 'NOON', (_, c) => (c.minute < 13 * 60 ? certain(c.today) : unsure([c.today, c.today + 1]))),
  rule('part_afternoon', 'part', 'PARTT', (_, c) =>
    c.minute < 18 * 60 ? certain(c.today) : unsure([c.today, c.today + 1]),
  ),
  rule('part_night', 'part', 'PARTN', (_, c) => certain(c.today)),
  rule('the_day_after', 'elliptic', 'ART DAY AFTER(?= (?:$|[.,!?] ))|PREV(?= (?:$|(?:[.,!?]|te|le|si|sin) ))', () =>
    vague('unknown'),
  ),
  // "el otro", "la siguiente": of whatever was said before
  rule(
    'the_other',
    'elliptic',
    'ART[FS]? (?:OTHER|NEXT)(?= (?:$|(?:[.,;!?]|te|le|les|lo|se|si|sin|ya|yo|AND|MONEY|Q|sim|eu|one|ill|i|works|is) ))',
    () => vague('unknown'),
  ),
];

const shifted = <M extends Meaning | null>(meaning: M, days: number): M =>
  meaning && { ...meaning, candidates: meaning.candidates.map((at) => at + days) };

function withWeekday(w: string | undefined, said: Meaning | null, c: Calendar): Meaning | null {
  return said && weekdayAndDay(num(w), said, c);
}

function nthComing(w: number, n: number, months: number, c: Calendar): Meaning {
  const here = nthWeekdayOf(w, n, firstOfMonth(months, c));
  return certain(here >= c.today ? here : nthWeekdayOf(w, n, firstOfMonth(months + 1, c)));
}

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

function clockAt(minutes: number, half: string | undefined, c: Calendar, dayIsSaid = false): Meaning | null {
  if (minutes > 24 * 60) return null;
  const marked = half === 'AM' || half === 'PARTM' ? 'am' : half === undefined ? null : 'pm';
  return clock(minutes, marked, dayIsSaid, c);
}
