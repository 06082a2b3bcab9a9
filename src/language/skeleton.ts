import type { Tongue } from './locales.ts';
import type { Mention, Sum } from './mention.ts';
import type { SymbolLine } from './symbols.ts';
import type { Token } from './tokens.ts';
import { tagOf } from './verbs.ts';

/** One word of the skeleton: a folded word, a verb tag, or a placeholder such as DATE or MONEY. `[first, end)` in tokens. */
export interface Bone {
  text: string;
  first: number;
  end: number;
  mention?: Mention;
  sum?: Sum;
}

/** Words whose accent says nothing about tense. */
const ACCENT_IS_IDLE =
  /^(que|se|asi|aqui|ahi|alli|cafe|bebe|porque|te|de|cuanto|como|ok|tome|e|o|i|jose|sofi|ale|rene|sumerce|noe|josue|salome|zoe|bernabe|comite|mi|ti|fe|carne|cache)$/;
const NOUN_BEFORE =
  /^(el|mi|un|su|tu|ese|este|otro|cada|primer|hago|haga|hice|hacer|hare|haria|de|del|los|mis|ningun|algun|o1|o2|segundo|proximo|ultimo|meu|seu|o|um|do|my|the|a|your|link|para|por|con|sin|this|that|next|al|sale|aparece|figura|marca|dice)$/;

/** The message with its dates and sums as placeholders and its paying verbs as tags: what the cues are tested on. */
export function skeletonOf(
  tokens: readonly Token[],
  symbols: SymbolLine,
  mentions: readonly Mention[],
  sums: readonly Sum[],
  tongue: Tongue,
): Bone[] {
  const starts = new Map<number, Bone>();
  for (const mention of mentions) {
    const first = symbols.items[mention.first]?.first ?? 0;
    const end = symbols.items[mention.end - 1]?.end ?? first + 1;
    starts.set(first, { text: placeholder(mention), first, end, mention });
  }
  for (const sum of sums)
    if (!starts.has(sum.first))
      starts.set(sum.first, { text: sum.kind === 'symbolic' ? 'REL' : 'MONEY', first: sum.first, end: sum.end, sum });
  const masked = maskedTokens(symbols);
  const bones: Bone[] = [];
  for (let i = 0; i < tokens.length; ) {
    const held = starts.get(i);
    const token = tokens[i];
    if (held) {
      bones.push(
        held.mention && isOwed(bones, held.mention, tokens[held.end])
          ? { text: 'X', first: held.first, end: held.end }
          : held,
      );
      i = Math.max(held.end, i + 1);
    } else {
      if (token)
        bones.push({
          text: masked.has(i) ? 'X' : wordOf(token, bones.at(-1)?.text ?? '', tongue),
          first: i,
          end: i + 1,
        });
      i += 1;
    }
  }
  return bones;
}

/** "lo del lunes", "los 500 del mes pasado", "last month's bill": which payment is meant, not when it comes. */
function isOwed(bones: readonly Bone[], { meaning, kind }: Mention, next: Token | undefined): boolean {
  const before = ` ${bones
    .slice(-3)
    .map(({ text }) => text)
    .join(' ')} `;
  const isMeans = /^(quincena|feast|payday)$/.test(kind) && MEANS.test(before); // "el viernes, con mi quincena"
  if (isMeans && bones.some(({ mention }) => mention?.meaning.sure)) return true;
  return (
    / lo de(?: (?:el|la))? $/.test(before) ||
    (meaning.past === true && (OF_THEN.test(before) || /^(bill|payment|balance|one)$/.test(next?.word ?? '')))
  );
}
const MEANS = / (?:con|com|with) (?:(?:mi|la|el|lo|de|meu|o|my|the) ){0,2}$/;
const OF_THEN =
  / (?:MONEY|N|cuota|mensualidad|recibo|factura|boleta|saldo|parcela|conta|boleto|fatura|bill|payment) (?:de(?: (?:el|la|o|a))?|from|for) $/;

function maskedTokens(symbols: SymbolLine): ReadonlySet<number> {
  const masked = new Set<number>();
  for (const item of symbols.items) if (item.key === 'X') for (let t = item.first; t < item.end; t += 1) masked.add(t);
  return masked;
}

function placeholder({ meaning, kind }: Mention): string {
  if (meaning.past) return 'PASTDATE';
  if (kind === 'count') return 'COUNT';
  if (kind === 'duration') return 'DURATION';
  if (kind === 'loose') return 'LOOSEDATE';
  if (kind === 'elliptic') return 'OTHERDATE';
  if (kind === 'clock' || kind === 'part') return 'HOUR';
  return meaning.candidates.length === 0 ? 'VAGUEDATE' : 'DATE';
}

const ACCENTED = /([éíó]|está)$/;

function wordOf(token: Token, before: string, { verbs, accentsTell }: Tongue): string {
  if (token.kind === 'mark') return token.word === '\n' ? '.' : token.word;
  if (token.kind !== 'word') return token.kind === 'ordinal' ? `o${token.value ?? ''}` : 'N';
  const accented = accentsTell && ACCENTED.test(token.raw) && !ACCENT_IS_IDLE.test(token.word);
  const tag = tagOf(token.word, accented, verbs);
  if (tag && !(NOUN_BEFORE.test(before) && (tag === 'PAY' || tag === 'DONE'))) return tag;
  return accented ? `${token.word}+` : token.word;
}
