import type { Share } from './heard.ts';
import type { Sum } from './mention.ts';
import type { Token } from './tokens.ts';

const SHARES_SAID: readonly [of: Share, phrases: readonly string[]][] = (
  [
    [
      'rest',
      'el resto|lo demas|lo que falta|lo que falte|lo que resta|lo restante|la otra mitad|el faltante|la otra parte|el saldo restante|o resto|o restante|o que falta|a o resto|the rest|the remainder|the remaining|the other half|rest of it|el restante|lo que queda|o que sobrar|a outra metade|rest|resto',
    ],
    ['half', 'la mitad|media deuda|mitad|metade|a metade|half|half of it'],
    [
      'minimum',
      'el minimo|lo minimo|pago minimo|el pago minimo|o minimo|pagamento minimo|the minimum|minimum payment|minimum|minimum due',
    ],
    [
      'all',
      'todo|toda la deuda|todo lo que debo|todo el saldo|todo el adeudo|el total|la totalidad|el saldo completo|el monto completo|la deuda completa|todo completo|completo|completa|lo que debo|tudo|o total|a totalidade|a divida toda|o valor total|o valor todo|everything|the full amount|full amount|in full|the whole thing|the whole amount|all of it|the full balance|full balance|the total|pay all|todo junto|lo completo|la deuda|el saldo total|todo el monto',
    ],
  ] as const
).map(([of, phrases]) => [of, phrases.split('|')]);
/** What stands for a figure that only the house knows: heard where facts are. Plain words of daily life, so see `isMeant`. */
const KNOWN_SAID: readonly [of: Share, phrases: readonly string[]][] = (
  [
    [
      'same',
      'lo mismo|la mismo cantidad|el mismo monto|la mismo suma|el mismo importe|el mismo pago|la misma cantidad|la misma suma|lo acordado|lo prometido|lo que quedamos|lo que acordamos|lo que te prometi|lo que le prometi|lo que te dije|lo que le dije|o mesmo valor|a mesmo quantia|a mesma quantia|a mesmo coisa|a mesma coisa|o mesmo|o combinado|o valor combinado|the same amount|same amount|the same|the agreed amount|what i promised|what we agreed',
    ],
    [
      'overdue',
      'lo vencido|lo atrasado|lo que esta vencido|lo que esta atrasado|el monto vencido|el saldo vencido|o vencido|o atrasado|o que esta atrasado|o que esta vencido|o valor atrasado|o valor vencido|the past due amount|past due amount|the overdue amount|overdue amount|what is past due|whats past due|what is overdue|whats overdue',
    ],
    [
      'instalment',
      'la cuota|una cuota|mi cuota|la mensualidad|una mensualidad|mi mensualidad|la letra|una letra|lo de siempre|la cantidad de siempre|a parcela|uma parcela|minha parcela|a mensalidade|uma mensalidade|o de sempre|o valor de sempre|the installment|one installment|an installment|my installment|the usual|the usual amount|my usual payment',
    ],
  ] as const
).map(([of, phrases]) => [of, phrases.split('|')]);

type Phrases = ReadonlyMap<string, readonly { of: Share; parts: readonly string[] }[]>;
const SHARES = byFirstWord(SHARES_SAID);
const WITH_KNOWN = byFirstWord([...SHARES_SAID, ...KNOWN_SAID]);

function byFirstWord(said: typeof SHARES_SAID): Phrases {
  const found = new Map<string, { of: Share; parts: readonly string[] }[]>();
  for (const [of, phrases] of said)
    for (const phrase of phrases) {
      const parts = phrase.split(' ');
      const [first = ''] = parts;
      found.set(first, [...(found.get(first) ?? []), { of, parts }]);
    }
  return found;
}

/** "toda la deuda", not only "todo": all that is owed, due or not. */
const WHOLE_DEBT = /(?:deuda|saldo|adeudo|lo que debo|divida|balance)/;

/** What a share is said beside: without facts only the shares of everything are heard. */
export interface ShareContext {
  /** Facts are known: "lo mismo", "la cuota" and "lo vencido" may stand for a figure. */
  hasFacts: boolean;
  /** A day is said in the message. */
  hasDay: boolean;
  /** A paying verb stands in front, or the amount was asked for. */
  looksPaid: (token: number) => boolean;
}

const NOT_ALL_AFTER =
  /^(sale|salga|va|esta|queda|sigue|bien|el|los|las|mundo|caso|dia|momento|modo|eso|esto|ok|tranquilo|claro|bem|mundo|o|os|tempo|certo|mais)$/;

/** "todo", "la mitad", "el resto", "el mínimo": a share, unknown until the balance is. */
export function readShares(tokens: readonly Token[], taken: ReadonlySet<number>, context: ShareContext): Sum[] {
  const found: Sum[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    if (tokens[i]?.kind !== 'word' || taken.has(i)) continue;
    const hit = longestShare(tokens, i, taken, context);
    if (!hit) continue;
    const said = tokens.slice(i, i + hit.length).map(({ word }) => word);
    const isWhole = hit.of === 'all' && WHOLE_DEBT.test(said.join(' '));
    found.push({
      kind: context.hasFacts && isRough(tokens, i, i + hit.length) ? 'approximate' : 'symbolic',
      of: hit.of,
      rule: hit.of,
      first: i,
      end: i + hit.length,
      ...(isWhole ? { isWhole } : {}),
    });
    i += hit.length - 1;
  }
  return found;
}

function longestShare(
  tokens: readonly Token[],
  i: number,
  taken: ReadonlySet<number>,
  context: ShareContext,
): { of: Share; length: number } | null {
  let best: { of: Share; length: number } | null = null;
  for (const { of, parts } of (context.hasFacts ? WITH_KNOWN : SHARES).get(tokens[i]?.word ?? '') ?? []) {
    if (parts.length <= (best?.length ?? 0) || !parts.every((word, k) => tokens[i + k]?.word === word)) continue;
    const after = tokens[i + parts.length]?.word ?? '';
    const before = tokens[i - 1]?.word ?? '';
    if (parts.length === 1 && of === 'rest' && !(taken.has(i + 1) || taken.has(i + 2))) continue; // "half now rest friday"
    if (parts.at(-1) === 'deuda' && (after === 'de' || after === 'es' || before === 'a')) continue;
    if (
      of === 'all' &&
      parts.length === 1 &&
      ((NOT_ALL_AFTER.test(after) && !isAllThatDay(tokens, i, taken)) ||
        /^(sobre|ante|de|con|por|esta|saber|si|se|if)$/.test(before) ||
        (parts[0]?.startsWith('complet') && /^(tengo|junte|junto|alcanzo|ajusto)$/.test(before)))
    )
      continue;
    if (
      of === 'half' &&
      parts.length === 1 &&
      /^(de|an)$/.test(after) &&
      /^(mes|semana|hour)$/.test(tokens[i + parts.length + 1]?.word ?? '')
    )
      continue;
    if (FROM_FACTS.has(of) && !isMeant(tokens, i, i + parts.length, context)) continue;
    best = { of, length: parts.length };
  }
  return best;
}

/** "pago todo el viernes": all of it; "trabajo todo el viernes" is a day's length. */
const isAllThatDay = (tokens: readonly Token[], i: number, taken: ReadonlySet<number>): boolean =>
  taken.has(i + 2) &&
  /^(pag|liquid|deposit|cancel|transfier|transfir|abon|consign|sald|cubr|quit|acert)/.test(tokens[i - 1]?.word ?? '');

const FROM_FACTS: ReadonlySet<Share> = new Set(['same', 'overdue', 'instalment']);
/** "me da lo mismo", "por lo mismo", "pasó lo mismo". */
const IDLE_BEFORE = /^(da|dio|daria|es|eh|e|is|era|por|para|pasa|paso|digo|dice|dijo|sobre|not|no|nao|of|de|do|da|in)$/;
/** "the same day", "lo mismo digo", "la cuota de 500", "la cuota que me cobran", "una cuota más". */
const OTHER_AFTER =
  /^(day|date|time|thing|week|month|problem|person|number|question|reason|dia|fecha|data|digo|dice|pasa|paso|me|sucede|ocurre|que|es|esta|era|son|subio|vence|cae|mas|extra|vez|jeito|tempo|problema|numero|is|was|has|went|plan|AND)$/;
const WORDS_BESIDE_MAX = 3;

/** These are plain words: they name a sum beside a day, after a paying verb, to the question for it, or as all that is said. */
function isMeant(tokens: readonly Token[], first: number, end: number, context: ShareContext): boolean {
  const [before = '', next] = [tokens[first - 1]?.word, tokens[end]];
  const after = next?.word ?? '';
  if (IDLE_BEFORE.test(before) || OTHER_AFTER.test(after)) return false;
  const names = /^(de|por|of|for|a)$/.test(after) ? tokens[end + 1] : next;
  if (names?.word === '$' || (names?.kind === 'number' && after !== 'por')) return false; // "la cuota de 500"
  if (context.hasDay || context.looksPaid(first)) return true;
  return tokens.filter(({ kind }) => kind !== 'mark').length <= end - first + WORDS_BESIDE_MAX;
}

const OF_DEBT =
  /^ (?:de|da|do|of) (?:(?:el|la|lo|o|a|the|mi|my|minha|toda) ){0,2}(?:deuda|saldo|adeudo|divida|balance|debt|que debo)(?= )/;
const OF_OTHER =
  /^ (?:de|da|do|of) (?:(?:el|la|lo|o|a|the|mi|my|minha|meu|un|una|um|uma|an|one) ){0,2}(?:cuota|mensualidad|letra|parcela|mensalidade|installment|payment|pago|pagamento|minimo|minimum|sueldo|salario|aguinaldo|quincena|nomina|paycheck)(?= )/;
const WORDS_AFTER = 5;

/** "la mitad de la deuda" is a share of all that is owed; of "la mitad de la cuota" no figure is taken. What it is a share of is no sum besides. */
export function ofWhat(sums: readonly Sum[], tokens: readonly Token[]): Sum[] {
  const spoken = new Map<Sum, number>();
  const read = sums.map((sum): Sum => {
    if (sum.of !== 'half' && sum.of !== 'percent') return sum;
    const from = tokens[sum.end]?.word === 'ciento' || tokens[sum.end]?.word === 'cento' ? sum.end + 1 : sum.end;
    const after = ` ${tokens
      .slice(from, from + WORDS_AFTER)
      .map(({ word }) => word)
      .join(' ')} `;
    const said = OF_DEBT.exec(after) ?? OF_OTHER.exec(after);
    if (!said) return sum;
    const found: Sum = OF_DEBT.test(after) ? { ...sum, isWhole: true } : { ...sum, kind: 'approximate' };
    spoken.set(found, from + said[0].trim().split(' ').length);
    return found;
  });
  const isBase = (sum: Sum): boolean =>
    [...spoken].some(([share, end]) => share !== sum && sum.first >= share.end && sum.first < end);
  return read.filter((sum) => !isBase(sum));
}

const NEARLY = /^(casi|como|aproximadamente|aprox|quase|almost|about|around|over|under|nearly|roughly|tipo)$/;

const BOUND = /^(?:(?:mas|menos|mais|more|less) (?:de|que|do|than)|(?:al|el|lo|ao|o|pelo) menos|at least)$/;

/** "casi todo", "al menos la mitad", "todo menos 100": heard, but no figure is taken from it. */
function isRough(tokens: readonly Token[], first: number, end: number): boolean {
  const [earlier = '', before = ''] = [tokens[first - 2]?.word, tokens[first - 1]?.word];
  const isBound = BOUND.test(`${earlier} ${before}`);
  return isBound || NEARLY.test(before) || /^(menos|minus|except|excepto|salvo)$/.test(tokens[end]?.word ?? '');
}
