import { type Calendar, dayOfMonth, type Meaning, monthDay } from './date-meaning.ts';

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
  | 'known'
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
  unit: '(?! (?:DAY|WEEK|MONTH|YEAR|HOUR|MINUTE|QUIN|MONEY|PAYMENTS|AM|PM|%|W\\d|h|th|pesos|x|:|#|dios|deus)(?= ))', // a number before these is no day
  // a number with "of the month": "3 meses" is a length of time
  ofMonth:
    '(?=(?: DE(?: ART)?)? (?:THIS|NEXT|OTHER|EACH) MONTH| DE(?: ART)? MONTH)(?: DE)?(?: ART)?(?: (THIS|NEXT|OTHER|EACH))? MONTH(?: DE)?(?: ART)?(?: (THIS|NEXT|OTHER))?',
  month: '(?: DE)?(?: ART)?(?: (THIS|NEXT|OTHER|EACH))? MONTH(?: DE)?(?: ART)?(?: (THIS|NEXT|OTHER))?',
};

/** `source` with its `{parts}` written out. */
export function rule(
  id: string,
  kind: MentionKind,
  source: string,
  read: DateRule['read'],
  every?: DateRule['every'],
): DateRule {
  const [, behind = '', rest = source] = /^(\(\?<[=!].*?\)\)) (.*)$/.exec(source) ?? [];
  const pattern = rest.replace(/\{(\w+)\}/g, (_, name: string) => PARTS[name] ?? '');
  return { id, kind, pattern: new RegExp(`${behind} (?:${pattern})(?= )`, 'g'), read, ...(every ? { every } : {}) };
}

export const num = (text: string | undefined): number => Number(text ?? Number.NaN);
export const asDay = (text: string | undefined): number | null =>
  num(text) >= 1 && num(text) <= 31 ? num(text) : null;
export const asMonth = (text: string | undefined): number | null =>
  num(text) >= 1 && num(text) <= 12 ? num(text) : null;
const yearOf = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));
export const monthShift = (a: string | undefined, b: string | undefined): number =>
  a === 'NEXT' || a === 'OTHER' || b === 'NEXT' || b === 'OTHER' ? 1 : 0;

export function dayMonth(d: string | undefined, m: string | undefined, c: Calendar, y?: string): Meaning | null {
  const month = asMonth(m);
  return month === null || !(num(d) >= 1 && num(d) <= 31) ? null : monthDay(num(d), month, c, yearOf(y));
}

export function day(d: string | undefined, c: Calendar): Meaning | null {
  const n = asDay(d);
  return n === null ? null : dayOfMonth(n, c);
}

export const namedDay = (symbol: string | undefined, c: Calendar): number =>
  c.today + (symbol === 'D1' ? 1 : symbol === 'D2' ? 2 : 0);

export function count(text: string | undefined): number {
  if (text === undefined) return Number.NaN;
  return text === 'A' ? 1 : Number(text);
}

export const UNIT = '(DAY|WEEK|MONTH|HOUR|MINUTE|QUIN|FORTNIGHT)';
export const COUNT = '(?:(?:ABOUT|SOME) ){0,2}(\\d{1,3}|A)';
/** What may follow "el último" or "the first" when it is a day and no adjective. */
export const END =
  '(?= (?:$|(?:[.,;!?)]|AND|OR|BY|IN|ON|MONEY|Q|D0|te|le|les|lo|se|sin|yo|por|a|ya|i|ill|for|that|que|si|porque|eu|eu te|sem|pago|deposito|queda|quedo|at|latest|if|with|pero|but|mas|TO|AT|DE|paso|voy|voce|para|cancelo|consigno|transfiero|abono|liquido|REL) ))';

export const shifted = <M extends Meaning | null>(meaning: M, days: number): M =>
  meaning && { ...meaning, candidates: meaning.candidates.map((at) => at + days) };
