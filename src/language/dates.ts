import {
  type Calendar,
  clock,
  dayOfMonth,
  type Meaning,
  monthDay,
  slashDate,
  unsure,
  weekdayAndDay,
} from './date-meaning.ts';
import { joinRanges } from './date-ranges.ts';
import type { DateRule, MentionKind } from './date-rule.ts';
import { dateRules } from './date-rules.ts';
import { ymdOf } from './days.ts';
import { OF_WHAT_STANDS } from './known-rules.ts';
import type { Mention } from './mention.ts';
import type { Item, SymbolLine } from './symbols.ts';
import type { Token } from './tokens.ts';

interface Match {
  first: number;
  end: number;
  rule: DateRule;
  meaning: Meaning;
}

/** All dates of a message, in order, bounds and ranges applied. With `isAsked` a number alone is a day of the month. */
export function readDates(
  symbols: SymbolLine,
  tokens: readonly Token[],
  monthFirst: boolean,
  c: Calendar,
  isAsked = false,
): Mention[] {
  const matches = [
    ...(isAsked ? bareDay(symbols, c) : []),
    ...matchRules(symbols, c),
    ...slashMatches(symbols, tokens, monthFirst, c),
    ...clockMatches(symbols, tokens, c),
  ];
  const mentions = ofThisMessage(longest(matches))
    .filter(({ rule, first }) => rule.id !== 'today_is' && !(rule.kind === 'feast' && isSpent(symbols.items, first)))
    .map(
      ({ rule, ...match }): Mention => ({
        meaning: match.meaning,
        kind: rule.kind,
        rule: rule.id,
        first: match.first,
        end: match.end,
        ...(rule.every ? { every: rule.every } : {}),
      }),
    );
  const coordinated = coordinate(mentions, symbols.items, c);
  const comesAgain = coordinated.some(({ every }) => every !== undefined);
  for (const mention of coordinated) applyBound(mention, symbols.items, c, comesAgain);
  return joinRanges(coordinated, symbols.items);
}

/** "me pagan el 13, ese mismo día le deposito": beside a day that the message names, no other one is meant. */
function ofThisMessage(matches: readonly Match[]): readonly Match[] {
  const named = matches.filter(({ rule }) => !OF_WHAT_STANDS.has(rule.id));
  return named.some(({ meaning }) => meaning.candidates.length > 0) ? named : matches;
}

/** What a line must hold for the rules of a kind to be worth trying: most messages name one or two kinds. */
const UNITS = /DAY|WEEK|MONTH|HOUR|MINUTE|QUIN|FORTNIGHT|YEAR/;
const NEEDS: readonly (readonly [MentionKind, RegExp])[] = [
  ['weekday', / W\d/],
  ['quincena', /QUIN|FORTNIGHTLY/],
  ['feast', / H[FS]/],
  ['payday', / HP|PAYDAY/],
  ['relative', / D[\dPm]|DAY|WEEK|MONTH|HOUR|MINUTE|QUIN|FORTNIGHT|YEAR|BIZ|AGO|PREV|MIDNIGHT|FROMHOY/],
  ['duration', UNITS],
  ['week', /WEEK|EOW|PREV/],
  ['day', /\d/],
  ['clock', /\d/],
  ['count', /\d/],
  ['part', /PART|NOON/],
  ['loose', /LOOSE|NOW/],
  ['elliptic', /OTHER|NEXT|AFTER|PREV/],
  ['month', /M\d|MONTH|EO[MY]|END|START|MID|FINAL|YEAR|BIZ|PREV/],
];

function matchRules({ line, at, items }: SymbolLine, c: Calendar): Match[] {
  const matches: Match[] = [];
  const absent = new Set<MentionKind>();
  for (const [kind, needs] of NEEDS) if (!needs.test(line)) absent.add(kind);
  if (!c.known) absent.add('known');
  for (const rule of dateRules) {
    if (absent.has(rule.kind)) continue;
    rule.pattern.lastIndex = 0; // exec, not matchAll: that would copy a hundred patterns a message
    for (let match = rule.pattern.exec(line); match !== null; match = rule.pattern.exec(line)) {
      const first = at.get(match.index);
      const end = at.get(match.index + match[0].length) ?? items.length;
      const meaning = first === undefined ? null : rule.read(match.slice(1), c);
      if (first !== undefined && meaning) matches.push({ first, end, rule, meaning });
    }
  }
  return matches;
}

function* bareDay({ items }: SymbolLine, c: Calendar): Generator<Match> {
  const numbers = items.flatMap((item, i) => (/^[Oo]?\d{1,2}$/.test(item.key) ? [i] : []));
  const [only] = numbers;
  const d = Number(items[only ?? 0]?.key.replace(/\D/g, ''));
  if (numbers.length === 1 && only !== undefined && d >= 1 && d <= 31 && items.length <= 4)
    yield { first: only, end: only + 1, rule: BARE_DAY, meaning: dayOfMonth(d, c) };
}

function longest(matches: Match[]): Match[] {
  const order = matches
    .map((match, i) => ({ match, i }))
    .sort((a, b) => a.match.first - b.match.first || b.match.end - a.match.end || a.i - b.i);
  const kept: Match[] = [];
  for (const { match } of order) {
    const before = kept.at(-1);
    if (!before || match.first >= before.end) kept.push(match);
    else if (match.end - match.first > before.end - before.first) kept[kept.length - 1] = match;
  }
  return kept;
}

const slashRule = (id: string, kind: MentionKind): DateRule => ({ id, kind, pattern: /^$/g, read: () => null });
const SLASH = slashRule('slash_date', 'day');
const WEEKDAY_SLASH = slashRule('weekday_slash_date', 'day');
const BARE_DAY = slashRule('bare_day', 'day');
const DAY_RANGE = slashRule('day_range', 'day');
const CLOCK = slashRule('clock_time', 'clock');

function* slashMatches(
  { items }: SymbolLine,
  tokens: readonly Token[],
  monthFirst: boolean,
  c: Calendar,
): Generator<Match> {
  for (const [i, item] of items.entries()) {
    const token = tokens[item.first];
    if (item.key !== 'S' || !token?.parts) continue;
    const next = items[i + 1]?.key ?? '';
    const [, b = 0] = token.parts;
    const month = /^M(\d+)$/.exec(next === 'DE' ? (items[i + 2]?.key ?? '') : next)?.[1];
    if (month !== undefined) {
      yield { first: i, end: i + (next === 'DE' ? 3 : 2), rule: DAY_RANGE, meaning: monthDay(b, Number(month), c) };
      continue;
    }
    if (/^(DAY|WEEK|MONTH|HOUR|PAYMENTS|MONEY)$/.test(next)) continue;
    const meaning = slashDate(token.parts, monthFirst, c);
    if (!meaning) continue;
    const before = items[i - 1]?.key === ',' ? i - 2 : i - 1;
    const weekday = /^W(\d)$/.exec(items[before]?.key ?? '')?.[1];
    if (weekday === undefined) yield { first: i, end: i + 1, rule: SLASH, meaning };
    else yield { first: before, end: i + 1, rule: WEEKDAY_SLASH, meaning: weekdayAndDay(Number(weekday), meaning, c) };
  }
}

function* clockMatches({ items }: SymbolLine, tokens: readonly Token[], c: Calendar): Generator<Match> {
  for (const [i, item] of items.entries()) {
    const minutes = item.key === 'T' ? tokens[item.first]?.minutes : undefined;
    if (minutes === undefined) continue;
    const first = /^(AT|BY|BEFORE|AFTER|ARTF)$/.test(items[i - 1]?.key ?? '') ? i - 1 : i;
    const skip = /^(HOUR|h)$/.test(items[i + 1]?.key ?? '') ? 1 : 0;
    const half = items[i + 1 + skip]?.key ?? '';
    const marked = /^(AM|PARTM)$/.test(half) ? 'am' : /^(PM|PARTT|PARTN|NOON)$/.test(half) ? 'pm' : null;
    yield { first, end: i + 1 + skip + (marked ? 1 : 0), rule: CLOCK, meaning: clock(minutes, marked, false, c) };
  }
}

/** "el 15 y 30", "15 o 16 de noviembre": a bare number beside a day is a day too. */
function coordinate(mentions: Mention[], items: readonly Item[], c: Calendar): Mention[] {
  const out: Mention[] = [];
  for (const [k, own] of mentions.entries()) {
    out.push(own);
    for (let mention: Mention | null = own.kind === 'day' ? own : null, n = 0; mention && n < BESIDE_MAX; n += 1) {
      mention = besides(mention, mentions[k + 1]?.first ?? items.length, items, c);
      if (mention) out.push(mention);
    }
  }
  return out;
}

const BESIDE_MAX = 4;
/** "el 12, corrijo, 13". */
const SLIP = /^(corrijo|perdon|digo|bueno|mejor|no|dicho|ay|desculpa|alias|sorry|wait|actually|,|\.)$/;

function besides(mention: Mention, limit: number, items: readonly Item[], c: Calendar): Mention | null {
  const from = mention.end;
  const joiner = items[from]?.key ?? '';
  const slipEnd = items.findIndex(({ key }, i) => i >= from && !SLIP.test(key));
  const isSlip = slipEnd > from + 1 && slipEnd - from <= 4;
  const numberAt = isSlip ? slipEnd : /^ART/.test(items[from + 1]?.key ?? '') ? from + 2 : from + 1;
  const d = Number(items[numberAt]?.key ?? Number.NaN);
  const follower = items[numberAt + 1]?.key ?? '';
  const joins =
    /^(AND|OR|-|TO)$/.test(joiner) || (joiner === ',' && /^(AND|OR|,)$/.test(items[numberAt + 1]?.key ?? ''));
  if (!(joins || isSlip) || !(d >= 1 && d <= 31) || limit <= numberAt) return null;
  if (/^(DAY|WEEK|MONTH|HOUR|MONEY|PAYMENTS|%|AM|PM|pesos)$/.test(follower)) return null;
  if (/^ART/.test(follower) && /^[Oo]?\d{1,2}$/.test(items[numberAt + 2]?.key ?? '')) return null; // "y 30 el 30": a sum
  const base = mention.meaning.candidates[0] ?? c.today;
  const meaning = dayAfterwards(d, base, mention.meaning.sure, c);
  return {
    meaning,
    kind: 'day',
    rule: 'day_beside',
    first: numberAt,
    end: numberAt + 1,
    ...(mention.every ? { every: mention.every } : {}),
  };
}

function dayAfterwards(d: number, base: number, sure: boolean, c: Calendar): Meaning {
  const meaning = { ...monthDayFrom(d, base, c) };
  return sure ? meaning : { ...meaning, sure: false };
}

/** The first `d` of a month from `base` on. */
export function monthDayFrom(d: number, base: number, c: Calendar): Meaning {
  for (let at = base; at < base + 62; at += 1)
    if (ymdOf(at).d === d && at >= c.today) return { candidates: [at], sure: true, grain: 'day', open: false };
  return unsure([]);
}

const FILLER = /^(ART[FS]?|DE|DAY|IN|DURING|ABOUT|TO|ON|THIS|que|llegue|sea|por|como|AT|A|mismo|,)$/;
const FILLERS_MAX = 4;

/** `comesAgain`: in "cada viernes a partir del 20" the bound only says where the series begins. */
function applyBound(mention: Mention, items: readonly Item[], c: Calendar, comesAgain: boolean): void {
  if (mention.meaning.past) return;
  if (isOnwards(items, mention.end) && !comesAgain) {
    after(mention);
    return;
  }
  for (let i = mention.first - 1, seen = 0; i >= 0 && seen <= FILLERS_MAX; i -= 1, seen += 1) {
    const key = items[i]?.key ?? '';
    if (key === 'PREV' && items[i + 1]?.key === ',') return; // "ni mañana ni pasado, el martes"
    if (key === 'BEFORE') {
      before(mention, c);
      return;
    }
    if (
      key === 'AFTER' ||
      (key === 'PREV' && !/^(W\d|WEEK|MONTH|DAY|YEAR|QUIN|O?\d+|M\d+)$/.test(items[i - 1]?.key ?? ''))
    ) {
      if (!comesAgain) after(mention);
      return;
    }
    if (key === 'BY') {
      mention.bound = 'by';
      continue;
    }
    if (!FILLER.test(key)) return;
  }
}

/** "para pasar navidad tranquilo": why, not when. */
const isSpent = (items: readonly Item[], first: number): boolean =>
  /^(pasar|celebrar|festejar|disfrutar|passar|comemorar|celebrate|enjoy)$/.test(
    items[first - 1]?.key.startsWith('ART') ? (items[first - 2]?.key ?? '') : (items[first - 1]?.key ?? ''),
  );

/** "del 25 en adelante", "from the 25th on". */
const isOnwards = (items: readonly Item[], at: number): boolean =>
  /^(IN|em|pa|BY|TO|from|en)$/.test(items[at]?.key ?? '')
    ? /^(adelante|delante|diante|frente)$/.test(items[at + 1]?.key ?? '')
    : /^(onwards?|forward)$/.test(items[at]?.key ?? '');

/** The day before it keeps the word as well; of a span's end ("antes de fin de mes") the end itself does. */
function before(mention: Mention, c: Calendar): void {
  mention.bound = 'before';
  const { meaning, rule } = mention;
  if (mention.kind === 'clock' || mention.kind === 'part') return;
  if (mention.kind === 'month' || mention.kind === 'relative' || /^(loose|payday)/.test(rule)) return;
  const candidates = meaning.candidates.map((day) => Math.max(day - 1, c.today));
  if (mention.kind === 'week') {
    const first = Math.min(...meaning.candidates);
    mention.meaning = {
      ...meaning,
      candidates: [Math.max(first - 1, c.today)],
      sure: rule === 'weekend',
      grain: 'day',
    };
    return;
  }
  mention.meaning = meaning.sure ? { ...meaning, candidates } : { ...meaning, candidates };
}

function after(mention: Mention): void {
  if (mention.kind === 'clock' || mention.kind === 'part' || mention.kind === 'loose') return;
  mention.bound = 'after';
  const { meaning } = mention;
  const last = meaning.candidates.at(-1);
  mention.meaning = { ...meaning, candidates: last === undefined ? [] : [last + 1, last + 2], sure: false, open: true };
}
