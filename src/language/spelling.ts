import type { Lexicon } from './lexicon.ts';
import type { Token } from './tokens.ts';

const LETTERS_MIN = 5;

/** Writes chat spelling out and mends misspelt date and number words. One token may become several, all with its span. */
export function respell(tokens: readonly Token[], lexicon: Lexicon): Token[] {
  const out: Token[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'word') {
      const joined = token.kind === 'number' ? gluedTo(token, tokens[i + 1], lexicon) : undefined;
      out.push(joined ?? token);
      continue;
    }
    if (out.at(-1)?.to === token.to) continue; // "2morrow" took it
    const afterNumber = token.glued && out.at(-1)?.kind === 'number';
    const spelled = afterNumber ? undefined : lexicon.spelled.get(token.word);
    if (spelled) {
      for (const [i, word] of spelled.entries())
        out.push({
          ...token,
          word,
          raw: spelled.length === 1 && word === token.word ? token.raw : word,
          glued: token.glued && i === 0,
        });
      continue;
    }
    const meant = lexicon.known.has(token.word)
      ? weekdayAfterArticle(token.word, out.at(-1), lexicon)
      : (nearest(token.word, lexicon) ?? weekdayBySound(token.word, out.at(-1), lexicon));
    out.push(meant ? { ...token, word: meant, raw: meant } : token);
  }
  return out;
}

/** "2morrow", "2day". */
function gluedTo(number: Token, next: Token | undefined, lexicon: Lexicon): Token | undefined {
  const [word] = next?.glued ? (lexicon.spelled.get(number.raw + next.word) ?? []) : [];
  return word && next ? { ...number, kind: 'word', word, raw: word, to: next.to } : undefined;
}

const BEFORE_WEEKDAY = /^(el|este|proximo|na|esta|next|on|this)$/;
const isWeekday = (target: string, lexicon: Lexicon): boolean =>
  target.length >= 6 && lexicon.phrases.get(target)?.some(({ symbol }) => /^W\d$/.test(symbol)) === true;

/** "el vienes" is no verb. */
function weekdayAfterArticle(word: string, before: Token | undefined, lexicon: Lexicon): string | undefined {
  if (word.length < LETTERS_MIN || !BEFORE_WEEKDAY.test(before?.word ?? '')) return undefined;
  return lexicon.targets.find((target) => isOneEditAway(word, target) && target !== word && isWeekday(target, lexicon));
}

/** "el bieres": a letter wrong in what is heard. */
function weekdayBySound(word: string, before: Token | undefined, lexicon: Lexicon): string | undefined {
  if (word.length < LETTERS_MIN || !BEFORE_WEEKDAY.test(before?.word ?? '')) return undefined;
  const heard = soundOf(word);
  return lexicon.targets.find((target) => isWeekday(target, lexicon) && isOneEditAway(heard, soundOf(target)));
}

function nearest(word: string, lexicon: Lexicon): string | undefined {
  if (word.length < 3) return undefined;
  const alike = lexicon.sounds.get(soundOf(word)) ?? vowelless(word, lexicon) ?? withItsD(word, lexicon);
  if (alike) return alike;
  if (word.length < LETTERS_MIN - 1) return undefined;
  if (word.length < LETTERS_MIN)
    return lexicon.targets.find((target) => target.length === LETTERS_MIN && isOneEditAway(word, target));
  return lexicon.targets.find((target) => isOneEditAway(word, target));
}

/** "vrns", "dmngo", "qnta": vowels left out, consonants all there. */
function vowelless(word: string, lexicon: Lexicon): string | undefined {
  const bare = consonantsOf(word);
  if (bare.length < 3 || word.length - bare.length > 2) return undefined;
  const meant = lexicon.consonants.get(bare);
  return meant !== undefined && meant[0] === word[0] && meant.length > word.length ? meant : undefined;
}

/** "pasao", "depositao": the d that is not said. */
function withItsD(word: string, lexicon: Lexicon): string | undefined {
  const whole = word.endsWith('ao') ? `${word.slice(0, -1)}do` : '';
  return lexicon.known.has(whole) ? whole : undefined;
}

export const consonantsOf = (word: string): string => word.replace(/[aeiou]/g, '');

/** Letters that are heard alike in Spanish and Portuguese are written alike: savado, juebes, quinse, oye. */
export function soundOf(word: string): string {
  return word
    .replace(/h/g, '')
    .replace(/qu(?=[ei])|q|k|c(?![eih])/g, 'k')
    .replace(/[zx]|ss|c(?=[ei])/g, 's')
    .replace(/v/g, 'b')
    .replace(/ll/g, 'y')
    .replace(/(.)\1/g, '$1');
}

/** One letter more, less, other or two swapped, the first letter alike: "martez", "vierens", "ocutbre". */
export function isOneEditAway(word: string, target: string): boolean {
  const gap = word.length - target.length;
  if (word[0] !== target[0] || gap > 1 || gap < -1) return false;
  let i = 0;
  while (i < word.length && word[i] === target[i]) i += 1;
  if (gap === 1) return word.slice(i + 1) === target.slice(i);
  if (gap === -1) return word.slice(i) === target.slice(i + 1);
  if (word.slice(i + 1) === target.slice(i + 1)) return true;
  return word[i] === target[i + 1] && word[i + 1] === target[i] && word.slice(i + 2) === target.slice(i + 2);
}
