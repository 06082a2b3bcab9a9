import { fold } from './normalise.ts';

export type TokenKind = 'word' | 'number' | 'ordinal' | 'slash' | 'clock' | 'mark' | 'masked';

/** One piece of the text. `word` is folded; `from`/`to` point into the clean text. */
export interface Token {
  kind: TokenKind;
  word: string;
  /** As written, lower case, accents kept: "pagó" is past and "pago" is not. */
  raw: string;
  from: number;
  to: number;
  /** Nothing stands between this token and the one before. */
  glued: boolean;
  /** Of numbers and ordinals. */
  value?: number;
  /** A number with thousands or decimal marks, of five digits or more, or said in words: no day or hour is written so. */
  big?: boolean;
  /** The last scale that was said after it, 1000 of "30 lucas": what a number beside it may leave unsaid. */
  scale?: number;
  /** Digits as written, marks removed: what tells a phone from a sum. */
  digits?: string;
  /** Of slash dates: the numbers in written order. */
  parts?: number[];
  /** Of clock times: minutes since midnight. */
  minutes?: number;
}

const PIECES = [
  '(https?:\\/\\/\\S{1,300}|www\\.\\S{1,300}|[\\w.+-]{1,40}@[\\w-]{1,40}\\.[\\w.-]{1,40})', // 1 addresses of the net
  '(\\d{1,2}:\\d{2})(?!\\d)', // 2 clock
  "((?:\\d{4}-\\d{1,2}-\\d{1,2}|\\d{1,2}([/.-])\\d{1,2}\\4\\d{2,4}|\\d{1,2}\\/\\d{1,2}|\\d{1,2}-\\d{1,2})(?![\\d/]|-\\d|[.,'’]\\d))", // 3 slash date
  '(\\d+[oO]+\\d[\\doO]*|\\d{2,}[oO]+(?!\\p{L})|\\dO(?!\\p{L}))', // 5 the letter O for a nought
  "(\\d+(?:[.,'’]\\d+)*)", // 6 number
  "([\\p{L}\\p{M}]+(?:['’`´][\\p{L}\\p{M}]+)*)", // 7 word
  '(\\S)', // 8 mark
];
const SCAN = new RegExp(PIECES.join('|'), 'gu');
/** Most messages hold no address, and looking for one at every word is what costs most. */
const SCAN_NO_ADDRESS = new RegExp(['(?!)()', ...PIECES.slice(1)].join('|'), 'gu');
const ADDRESS = /@|www|http/;

/** Cuts the clean text into tokens. `decimal` is the mark of the locale; the other one groups thousands. */
export function tokenise(text: string, decimal: '.' | ','): Token[] {
  const tokens: Token[] = [];
  let end = -1;
  const scan = ADDRESS.test(text) ? SCAN : SCAN_NO_ADDRESS;
  scan.lastIndex = 0; // exec, not matchAll: that would copy the pattern for every message
  for (let match = scan.exec(text); match !== null; match = scan.exec(text)) {
    const raw = match[0];
    const from = match.index;
    if (from > 0 && text.slice(Math.max(end, 0), from).includes('\n')) tokens.push(mark('\n', from - 1));
    const base = { raw, from, to: from + raw.length, glued: from === end };
    end = base.to;
    if (match[1] !== undefined) tokens.push({ ...base, kind: 'masked', word: 'X' });
    else if (match[2] !== undefined) tokens.push(clockToken(base));
    else if (match[3] !== undefined)
      tokens.push({ ...base, kind: 'slash', word: 'S', parts: raw.split(/[/.-]/).map(Number) });
    else if (match[5] !== undefined && THIRTEENTH.test(raw)) tokens.push({ ...base, kind: 'word', word: '13o' });
    else if (match[5] !== undefined) tokens.push(numberToken(base, raw.replace(/[oO]/g, '0'), decimal));
    else if (match[6] !== undefined && decimal === ',' && DOTTED_DATE.test(raw) && tokens.at(-1)?.word !== '$')
      tokens.push({ ...base, kind: 'slash', word: 'S', parts: raw.split('.').map(Number) });
    else if (match[6] !== undefined) tokens.push(numberToken(base, raw, decimal));
    else if (match[7] !== undefined)
      tokens.push({
        ...base,
        kind: 'word',
        raw: raw.toLowerCase(),
        word: raw === 'é' || raw === 'É' ? 'eh' : fold(raw),
      });
    else if (raw !== '-' || !joinsWords(text, from)) tokens.push({ ...base, kind: 'mark', word: raw });
  }
  return tokens;
}

/** Brazil's 13th salary; elsewhere an o after digits is a nought. */
const THIRTEENTH = /^13[oO]$/;

/** "15.06": where the comma is the decimal mark, two digits after a point are a month. */
const DOTTED_DATE = /^(?:0?[1-9]|[12]\d|3[01])\.(?:0[1-9]|1[0-2])$/;

/** The hyphen of "sexta-feira", "mid-month". */
const joinsWords = (text: string, at: number): boolean => /^\p{L}-\p{L}/u.test(text.slice(at - 1, at + 2));

type Base = Pick<Token, 'raw' | 'from' | 'to' | 'glued'>;

const mark = (word: string, at: number): Token => ({
  kind: 'mark',
  word,
  raw: word,
  from: at,
  to: at + 1,
  glued: false,
});

function clockToken(base: Base): Token {
  const [hours = 0, minutes = 0] = base.raw.split(':').map(Number);
  if (hours > 24 || minutes > 59) return { ...base, kind: 'masked', word: 'X' };
  return { ...base, kind: 'clock', word: 'T', minutes: hours * 60 + minutes };
}

function numberToken(base: Base, written: string, decimal: '.' | ','): Token {
  const digits = written.replace(/\D/g, '');
  const value = digits.length > 15 ? Number.NaN : readDigits(written, decimal);
  if (Number.isNaN(value)) return { ...base, kind: 'masked', word: 'X', digits };
  return { ...base, kind: 'number', word: 'N', value, digits, big: digits !== written || digits.length > 4 };
}

/** `1,500.50`, `80.000`, `1'500.000`, `2.5`: three digits after the last mark are thousands whatever the mark; one or two are decimals. */
export function readDigits(written: string, decimal: '.' | ','): number {
  const marks = written.replace(/\d/g, '');
  if (marks === '') return Number(written);
  const groups = written.split(/\D/);
  const last = groups.at(-1) ?? '';
  const lastMark = marks.at(-1);
  const first = groups[0] ?? '';
  const middle = groups.slice(1, -1);
  if (middle.some((group) => group.length !== 3) || first.length > 3 * (groups.length > 2 ? 1 : 9)) return Number.NaN;
  const isThousands = last.length === 3 && first.length <= 3 && !(first === '0' && lastMark === decimal);
  if (isThousands) return Number(groups.join(''));
  if (last.length > 2 || (middle.length > 0 && marks[0] === lastMark)) return Number.NaN;
  return Number(`${groups.slice(0, -1).join('')}.${last}`);
}
