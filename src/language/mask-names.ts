import { fold } from './normalise.ts';
import { lineOf, type SymbolLine } from './symbols.ts';
import type { Token } from './tokens.ts';

/** What a name may hold that would be read as a day or a sum: "Julio Domingo", "Caja 15 de Mayo", "Crédito 12 meses". */
const READABLE = /^(?:[Oo]?\d+|Q|S|MONEY|W\d|M\d+|D\d|H[FSP].*|DAY|WEEK|MONTH|YEAR|QUIN|THIS|NEXT)$/;

/** The names whose first word is said at all: most messages hold none. */
export function namesIn(tokens: readonly Token[], names: readonly string[] = []): string[] {
  if (names.length === 0) return [];
  const said = new Set(tokens.flatMap(({ word, raw }) => [word, raw.toLowerCase()]));
  return names.filter((name) => said.has(FIRST_WORD.exec(fold(name))?.[0] ?? ''));
}

const FIRST_WORD = /\d+|\p{L}+/u;

/** Puts `X` where such a name stands in the message, whole or from its first word on: "Julio Domingo" of "Julio Domingo Pérez". */
export function maskNames(
  symbols: SymbolLine,
  tokens: readonly Token[],
  names: readonly (readonly Token[])[],
): SymbolLine {
  const hidden = new Set<number>();
  for (const name of names) {
    if (!isTelling(name)) continue;
    const least = name[0]?.kind === 'word' ? Math.min(2, name.length) : name.length;
    for (let at = 0; at + least <= tokens.length; at += 1) {
      const length = name.findIndex((part, k) => !isSame(part, tokens[at + k]));
      const end = at + (length < 0 ? name.length : length);
      if (end - at < least) continue;
      for (const [i, item] of symbols.items.entries())
        if (item.first < end && item.end > at && READABLE.test(item.key)) hidden.add(i);
    }
  }
  if (hidden.size === 0) return symbols;
  return lineOf(symbols.items.map((item, i) => (hidden.has(i) ? { ...item, key: 'X' } : item)));
}

/** One word, or a name that begins like a date, may be the day itself: "Domingo", "15 de Mayo". A folio is a name of digits. */
function isTelling(name: readonly Token[]): boolean {
  const [first] = name;
  if (name.length === 1) return first?.kind === 'number' && (first.digits?.length ?? 0) >= FOLIO_DIGITS_MIN;
  return first?.kind === 'word' || name.some((part, k) => k > 0 && part.glued);
}

const FOLIO_DIGITS_MIN = 6;

const isSame = (a: Token, b: Token | undefined): boolean =>
  a.kind === b?.kind && (a.kind === 'number' ? a.value === b.value : a.word === b.word);
