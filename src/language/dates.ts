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
import type { DateRule, MentionKind } from './date-rule.ts';
import { dateRules } from './date-rules.ts';
import { ymdOf } from './days.ts';
import type { Item, SymbolLine } from './symbols.ts';
import type { Token } from './tokens.ts';

/** A date that the words name. `first`/`end` count items of the symbol line, little words in front included. */
export interface Mention {
  meaning: Meaning;
  kind: MentionKind;
  rule: string;
  first: number;
  end: number;
  every?: DateRule['every'];
  /** What a bound did to it: "antes de", "después de", "hasta". */
  bound?: 'before' | 'after' | 'by';
  /** Joined to the mention before it by "o", "a", "entre … y": only the later one is meant. */
  isRangeEnd?: boolean;
}

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
  const mentions = longest(matches)
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

const isChoice = (a: Mention, b: Mention, items: readonly Item[]): boolean =>
  items.slice(a.end, b.first).some(({ key }) => key === 'OR');

/** The later of two sure days; of an end with two readings, the only one that comes after the beginning. */
function rangeEnd(a: Mention, b: Mention, later: number, choice: boolean): Meaning {
  if (a.meaning.sure && b.meaning.sure && (choice || b.kind !== 'day')) return { ...b.meaning, candidates: [later] };
  if (a.meaning.sure && b.meaning.sure) return b.meaning; // "del 1 al 10", said on the 4th, ends on this month's 10th
  const begin = a.meaning.candidates[0] ?? 0;
  const possible = b.meaning.candidates.filter((day) => day > begin);
  const isOnlyOne = a.meaning.sure && possible.length === 1 && b.kind === 'weekday' && !b.meaning.open;
  return isOnlyOne ? { ...b.meaning, candidates: possible, sure: true } : b.meaning;
}

const BETWEEN_FILLER = /^(ART[FS]?|DE|DAY|ON|IN|,|ABOUT|ya|BY|el|TO|AT|D0|como|que|sea|si|te|le|lo)$/;

/** "sábado o domingo", "del 1 al 3", "entre el 2 y el 4": the latest is meant. */
function joinRanges(mentions: Mention[], items: readonly Item[]): Mention[] {
  const out: Mention[] = [];
  for (const mention of mentions) {
    const before = out.at(-1);
    const instead = before ? beginOfElse(before, mention, items) : null;
    if (before && instead !== null) out[out.length - 1] = { ...mention, first: instead, rule: `${mention.rule}+else` };
    else if (before && isRange(before, mention, items)) {
      const later = Math.max(before.meaning.candidates.at(-1) ?? 0, mention.meaning.candidates.at(-1) ?? 0);
      const meaning = rangeEnd(before, mention, later, isChoice(before, mention, items));
      out[out.length - 1] = {
        ...mention,
        first: before.first,
        meaning,
        rule: `${mention.rule}+range`,
        isRangeEnd: true,
        ...(before.every ? { every: before.every } : {}),
      };
    } else out.push(mention);
  }
  return out;
}

/** Where "si no es hoy, es mañana", "if not today, tomorrow" begins: the later day is meant. Null when it is no such pair. */
function beginOfElse(a: Mention, b: Mention, items: readonly Item[]): number | null {
  const gap = items.slice(a.end, b.first);
  const [first, then] = [a.meaning.candidates[0], b.meaning.candidates[0]];
  if (gap.length > 3 || gap.some(({ key }) => !ELSE_FILLER.test(key)) || b.kind === 'elliptic') return null;
  if (!a.meaning.sure || !b.meaning.sure || first === undefined || then === undefined || then <= first) return null;
  for (let i = a.first - 1; i >= 0 && i >= a.first - 5; i -= 1) {
    const [key = '', next = ''] = [items[i]?.key, items[i + 1]?.key];
    if (key === 'OR' && /^(si|es|le|te|lo|puedo|alcanzo|pago|ART|D\d|W\d|BY|DAY)$/.test(next)) return i;
    if (/^(if|se|si)$/.test(key) && /^(not|nao|no|i|it)$/.test(next)) return i;
    if (!IF_NOT.test(key)) return null;
  }
  return null;
}
const IF_NOT =
  /^(no|nao|not|its|isnt|cant|es|eh|is|for|der|fuera|le|te|lo|puedo|alcanzo|consigo|pago|deposito|pay|i|it|ART[FS]?|ON|IN|BY|DAY)$/;
const ELSE_FILLER = /^(,|es|eh|is|its|then|entao|entonces|seria|sera|ART[FS]?|ON|IN|BY|DAY|seguro|ya|pero)$/;

function isRange(a: Mention, b: Mention, items: readonly Item[]): boolean {
  if (
    a.meaning.past ||
    b.meaning.past ||
    b.kind === 'loose' ||
    b.kind === 'clock' ||
    b.kind === 'part' ||
    a.kind === 'clock' ||
    a.kind === 'part' ||
    b.kind === 'elliptic'
  )
    return false;
  if (b.kind === 'month' && b.meaning.candidates.length === 0) return false;
  const gap = items.slice(a.end, b.first).map(({ key }) => key);
  if (gap.length > 5) return false;
  if (gap.length === 0) return isNextDay(a, b);
  const links = gap.filter((key) => !BETWEEN_FILLER.test(key) || key === 'TO' || key === 'BY');
  if (links.some((key) => !/^(OR|TO|BY|AND|-|maximo|tardar)$/.test(key))) return false;
  if (gap.length === 1 && gap[0] === ',')
    return a.kind === b.kind && (items[b.end]?.key === 'BY' || (b.rule === 'day_beside' && items[b.end]?.key === 'OR'));
  if (links.includes('OR')) return true;
  if (links[0] === 'BY' && links.length === 1 && gap.length <= 3) return a.kind === b.kind && !isTurnedDown(a, items);
  if (links.includes('AND')) return hasBetween(a, items);
  const inBInclusive = items[b.first]?.key ?? '';
  if (links.includes('TO') || links.includes('-') || inBInclusive === 'TO')
    return opensRange(a, items) || links.includes('TO');
  return (gap.includes('ARTF') || inBInclusive === 'ARTF') && opensRange(a, items);
}

/** "no alcanzo para el viernes, para el lunes sí": two days. */
const isTurnedDown = (a: Mention, items: readonly Item[]): boolean =>
  items.slice(Math.max(0, a.first - 6), a.first).some(({ key }) => /^(no|nao|ni|not|cant)$/.test(key));

/** "jueves viernes le pago". */
const isNextDay = (a: Mention, b: Mention): boolean =>
  a.rule === 'weekday' && b.rule === 'weekday' && b.meaning.candidates[0] === (a.meaning.candidates[0] ?? 0) + 1;

const hasBetween = (a: Mention, items: readonly Item[]): boolean =>
  items.slice(Math.max(0, a.first - 3), a.first + 1).some(({ key }) => key === 'BETWEEN');
const opensRange = (a: Mention, items: readonly Item[]): boolean =>
  items.slice(Math.max(0, a.first - 2), a.first + 1).some(({ key }) => /^(DE|AFTER|IN)$/.test(key));
