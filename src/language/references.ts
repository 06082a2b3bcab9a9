import { cue } from './cues.ts';
import { type Day, dayFromCivil, weekdayOfDay } from './days.ts';
import type { KnownFacts, Standing } from './heard.ts';
import { DAYS_LATER } from './known-rules.ts';
import type { Mention, Sum } from './mention.ts';
import { standingIn } from './standing.ts';
import type { SymbolLine } from './symbols.ts';
import type { Token } from './tokens.ts';

/** Words that say of a payment which one it is: "lo del lunes", "el pago de", "o de segunda", "the payment for Monday". In words, with little ones spelled out. */
const PAYMENT_OF =
  / (?:lo de|(?:el|mi) (?:pago|abono|deposito) de|o (?:pagamento )?de|meu pagamento de|(?:the|my) (?:payment|one) (?:for|of|from))(?: (?:el|la|o|a))? $/;
const WORDS_BEFORE_MAX = 5;

/**
 * "lo del lunes": the payment that stands on that day, by its amount; no day of its own.
 * @returns the payments that words stand for, and the dates that are left
 */
export function readReferences(
  mentions: Mention[],
  symbols: SymbolLine,
  tokens: readonly Token[],
  facts: KnownFacts | undefined,
): { payments: Sum[]; dates: Mention[] } {
  const standing = facts ? standingIn(facts) : [];
  if (standing.length === 0) return { payments: [], dates: mentions };
  const payments: Sum[] = [];
  const dates: Mention[] = [];
  for (const mention of mentions) {
    const payment = paymentOf(mention, symbols, tokens, standing);
    if (payment) payments.push(payment);
    else dates.push(mention);
  }
  return { payments, dates };
}

function paymentOf(
  mention: Mention,
  { items }: SymbolLine,
  tokens: readonly Token[],
  standing: readonly Standing[],
): Sum | null {
  const at = items[mention.first]?.first ?? 0;
  const end = items[mention.end - 1]?.end ?? at + 1;
  for (let to = at; to <= end; to += 1) {
    // a mention may begin with its own article or preposition
    const said = PAYMENT_OF.exec(` ${wordsOf(tokens, Math.max(0, at - WORDS_BEFORE_MAX), to)} `)?.[0].trim();
    if (said === undefined) continue;
    const amount = amountOn(mention, standing);
    return (
      amount && { kind: 'symbolic', of: 'same', rule: 'payment_of', amount, first: to - said.split(' ').length, end }
    );
  }
  return null;
}

const wordsOf = (tokens: readonly Token[], from: number, to: number): string =>
  tokens
    .slice(from, to)
    .map(({ word }) => word)
    .join(' ');

/** Of the one payment that stands on the day that is meant, or on that weekday. */
function amountOn({ meaning, kind }: Mention, standing: readonly Standing[]): Standing['amount'] {
  const isMeant = (day: Day): boolean =>
    meaning.candidates.includes(day) ||
    (kind === 'weekday' && meaning.candidates.some((at) => weekdayOfDay(at) === weekdayOfDay(day)));
  const [one, ...others] = standing.filter(({ date }) => date !== null && isMeant(dayFromCivil(date)));
  return one && others.length === 0 ? one.amount : null;
}

/** "muévelo", "lo paso al", "adiar", "move it": what stands is to come on another day. On folded words, in every language. */
const MOVES = cue`
  (?:muev[ae]|cambi[ae]|pas[ae]|recorr[ae]|corr[ae]|aplac?[ae]|aplaz[ae]|pospon(?:ga)?|adelant[ae]|atras[ae]|dej[ae]|dejemos)(?:me|mos)?l[oa]
  (?:mover|cambiar|pasar|recorrer|correr|aplazar|posponer|adelantar|atrasar|dejar)(?:me)?l[oa]
  (?:mover|cambiar|recorrer|aplazar|posponer|adelantar|atrasar) (?:el|la|mi|ese|esa) (?:pago|fecha|dia|promesa|abono)
  (?:lo|la) (?:muevo|cambio|paso|recorro|corro|aplazo|pospongo|adelanto|atraso|dejo|movemos|cambiamos|pasamos|dejamos|podemos (?:mover|cambiar|pasar|recorrer))
  adi(?:ar|a|e|o) | adiant(?:ar|a|e|o) | antecip(?:ar|a|e|o) | remar(?:car|ca|que|co)
  (?:mudar?|mude|mudo|passar?|passe|passo) (?:para|isso|o dia|a data|o pagamento|a promessa)
  (?:move|push|change|switch|reschedule|postpone|delay|shift|bump) (?:it|that|this|the payment|my payment|the date|my promise)
`;

export const movesWhatStands = (words: string, mentions: readonly Mention[]): boolean =>
  MOVES.test(words) || mentions.some(({ rule }) => rule === DAYS_LATER);
