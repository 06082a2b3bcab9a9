import {
  businessDays,
  bygone,
  type Calendar,
  certain,
  clock,
  daysOfWeek,
  type Meaning,
  monthsFromNow,
  onPayday,
  paydays,
  unsure,
  vague,
  weekday,
  weekend,
} from './date-meaning.ts';
import { asMonth, COUNT, count, type DateRule, day, dayMonth, num, rule, shifted, UNIT } from './date-rule.ts';
import { mondayOf } from './days.ts';
import { feast, season, yearEndPay } from './feasts.ts';

/** So many days from now, weeks, feasts and hours. */
export const timeRules: readonly DateRule[] = [
  // relative
  rule(
    'in_units',
    'relative',
    `(?:IN|FROMHOY|BY|(TO)|calcul[ae](?:le|me)?|ponle|pongale|echale)(?: THIS)? ${COUNT} ${UNIT}(?! BIZ)(?: (?:THIS|FROMNOW|NEXT))?`,
    ([to, n, unit = ''], c) => (to && (c.country === 'US' || unit === 'HOUR') ? null : ahead(count(n), unit, c)), // "cut to 20 hours"
  ),
  rule('in_half_hour', 'relative', 'IN HALF HOUR', (_, c) => ahead(30, 'MINUTE', c)),
  rule('in_couple', 'relative', `(?:IN|FROMHOY) (?:A )?COUPLE(?: DE)? ${UNIT}`, ([unit = ''], c) =>
    unsure(unit === 'DAY' ? [c.today + 2, c.today + 3] : (ahead(2, unit, c)?.candidates ?? [])),
  ),
  rule(
    'in_some_units',
    'relative',
    `IN(?: (?:ARTS|THIS(?! DAY)))? (?:SOME )?(?:NEXT )?(?:DAY(?! O?\\d)|MONTH|HOUR|MINUTE|YEAR)(?: BIZ)?(?: NEXT)?|SOME ${UNIT}(?: BIZ)?`,
    () => vague('unknown'),
  ),
  rule(
    'in_range_units',
    'relative',
    `IN(?: ART)? \\d{1,2} (?:OR|TO|AND|-) (\\d{1,2}) ${UNIT}(?! BIZ)`,
    ([n, unit = ''], c) => ahead(num(n), unit, c),
  ),
  rule('in_one_or_two', 'relative', 'IN A (DAY|WEEK|MONTH) OR (?:2|3)', ([unit = ''], c) =>
    unsure([1, 2].flatMap((n) => ahead(n, unit, c)?.candidates ?? [])),
  ),
  rule('units_from_now', 'relative', `${COUNT} ${UNIT} FROMNOW`, ([n, unit = ''], c) => ahead(count(n), unit, c)),
  rule('units_more', 'relative', `${COUNT} ${UNIT} (?:AND|mas)(?= AND (?:te|le|les|lo|se) )`, ([n, unit = ''], c) =>
    ahead(count(n), unit, c),
  ), // "dos semanas más y le pago"
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
  rule('duration', 'duration', `${COUNT} (?!DAY O?\\d)${UNIT}`, ([n, unit = ''], c) => {
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
  rule(
    'pasado',
    'relative',
    '(?<=(?:^|[,.;:]|bueno|ok|si|mejor|pues|ya|BY)) PREV(?= (?:te|le|les|lo|se|sin|si) )',
    (_, c) => certain(c.today + 2),
  ), // "pasado te transfiero" leaves "mañana" out
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
  rule('loose', 'loose', 'LOOSE', (_, c) => unsure([c.today])),
  rule('now', 'loose', 'NOW', (_, c) => unsure([c.today])),
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
  rule(
    'payday_day',
    'relative',
    'PAYDAY (?:is|es|eh|cae|e)(?: (?:ON|ART|DAY)){0,2} {N}(?:{f} {M})?{unit}',
    ([d, m], c) => (m === undefined ? day(d, c) : dayMonth(d, m, c)),
  ),
  rule('payday', 'payday', 'PAYDAY', () => vague('unknown')),
  // feasts
  rule('feast', 'feast', '(?:DAY DE )?HF([a-z]+)', ([name = ''], c) => feast(name, c)),
  rule('week_of_feast', 'feast', 'HF([a-z]+) WEEK|WEEK DE(?: ART[FS]?)? HF([a-z]+)', ([a, b], c) => {
    const [at] = feast(a ?? b ?? '', c).candidates;
    return at === undefined
      ? null
      : unsure(
          Array.from({ length: 7 }, (_, i) => mondayOf(at) + i).filter((d) => d >= c.today),
          'week',
        );
  }),
  rule('day_after_feast', 'feast', '(?:ART )?DAY AFTER(?: DE)?(?: ART[FS]?)? HF([a-z]+)', ([name = ''], c) =>
    shifted(feast(name, c), 1),
  ),
  rule('day_before_feast', 'feast', '(?:ART )?DAY BEFORE(?: DE)?(?: ART[FS]?)? HF([a-z]+)', ([name = ''], c) =>
    shifted(feast(name, c), -1),
  ),
  rule(
    'day_after_day',
    'day',
    '(?<!(?: any| some| cualquier| algun| qualquer| algum)) (?:ART )?DAY (AFTER|BEFORE)(?: DE)?(?: (?:ART|DAY)){0,2} O?(\\d{1,2}){unit}',
    ([side, d], c) => shifted(day(d, c), side === 'AFTER' ? 1 : -1),
  ),
  rule('holiday_of_day', 'day', 'HSferiado(?: DE)?(?: ART)?(?: DAY)? {N}(?:{f} {M})?{unit}', ([d, m], c) =>
    m === undefined ? day(d, c) : dayMonth(d, m, c),
  ),
  rule('holiday_named', 'feast', 'HSferiado(?: DE)?(?: ART[FS]?)? HF([a-z]+)', ([name = ''], c) => feast(name, c)),
  rule('season', 'feast', 'HS([a-z]+)', ([name = ''], c) => season(name, c)),
  rule('year_end_pay', 'payday', '(?:[oO]\\d DE )?HP([a-z]+)', ([name = ''], c) => yearEndPay(name, c)),
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
  rule(
    'the_day_after',
    'elliptic',
    'ART DAY AFTER(?: that)?(?= (?:$|[.,!?] ))|PREV(?= (?:$|(?:[.,!?]|te|le|si|sin) ))',
    () => vague('unknown'),
  ),
  rule('this_one', 'elliptic', '(?<=(?: (?:no|nao)(?: ,)?)) THIS(?: (?:si|sim))?(?= (?:$|[.,;!?] ))', () =>
    vague('unknown'),
  ),
  // "el otro", "la siguiente": of whatever was said before
  rule(
    'the_other',
    'elliptic',
    'ART[FS]? (?:(?:OTHER|NEXT)(?: A)?|A AFTER(?: that)?)(?= (?:$|(?:[.,;!?]|te|le|les|lo|se|si|sin|ya|yo|AND|MONEY|Q|sim|eu|one|ill|i|works|is) ))',
    () => vague('unknown'),
  ),
];

/** "mañana" said in the small hours may be today. */
const EARLY_MINUTE = 4 * 60;
function tomorrow(c: Calendar): Meaning {
  return c.minute < EARLY_MINUTE ? unsure([c.today, c.today + 1]) : certain(c.today + 1);
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

function clockAt(minutes: number, half: string | undefined, c: Calendar, dayIsSaid = false): Meaning | null {
  if (minutes > 24 * 60) return null;
  const marked = half === 'AM' || half === 'PARTM' ? 'am' : half === undefined ? null : 'pm';
  return clock(minutes, marked, dayIsSaid, c);
}
