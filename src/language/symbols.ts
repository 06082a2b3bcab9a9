import type { Lexicon } from './lexicon.ts';
import type { Token } from './tokens.ts';

/** One or more tokens that mean one thing. `first`/`end` count tokens, `[first, end)`. */
export interface Item {
  key: string;
  first: number;
  end: number;
}

/** The message as a line of symbols, and where each of them begins in it. */
export interface SymbolLine {
  items: Item[];
  line: string;
  /** Offset in `line` of the space before each item → its number. */
  at: Map<number, number>;
}

export function symbolise(tokens: readonly Token[], lexicon: Lexicon): SymbolLine {
  const items: Item[] = [];
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i];
    if (!token) break;
    const phrase = token.kind === 'word' ? longestPhrase(tokens, i, lexicon) : null;
    const end = phrase ? i + phrase.words.length : i + 1;
    items.push({ key: phrase ? phrase.symbol : keyOf(token), first: i, end });
    i = end;
  }
  return lineOf(items);
}

export function lineOf(items: Item[]): SymbolLine {
  const at = new Map<number, number>();
  let line = '';
  for (const [i, item] of items.entries()) {
    at.set(line.length, i);
    line += ` ${item.key}`;
  }
  return { items, line: `${line} `, at };
}

function longestPhrase(tokens: readonly Token[], i: number, lexicon: Lexicon) {
  const phrases = lexicon.phrases.get(tokens[i]?.word ?? '');
  return (
    phrases?.find(({ words }) =>
      words.every((word, k) => tokens[i + k]?.kind === 'word' && tokens[i + k]?.word === word),
    ) ?? null
  );
}

function keyOf(token: Token): string {
  if (token.kind === 'number') return numberKey(token);
  if (token.kind === 'ordinal') return `${/^\d/.test(token.raw) ? 'O' : 'o'}${token.value ?? 0}`;
  if (token.kind === 'word') return token.word;
  return token.word === '\n' ? '.' : token.word;
}

function numberKey(token: Token): string {
  if (token.word === 'MONEY') return 'MONEY';
  const value = token.value ?? 0;
  if (!Number.isInteger(value) || value > 2100 || (token.big && value > 31)) return 'Q';
  return String(value);
}
