import type { Currency } from '../kernel/money.ts';
import { isBareSum, isBesideDay, isPercent, words } from './bare-sums.ts';
import type { Span } from './heard.ts';
import type { Mention, Sum } from './mention.ts';
import { ofWhat, readShares } from './share-words.ts';
import type { SymbolLine } from './symbols.ts';
import type { Token } from './tokens.ts';

const MONEY_WORDS: ReadonlyMap<string, Currency | null> = new Map(
  Object.entries<Currency | null>({
    peso: null,
    pesos: null,
    pesito: null,
    pesitos: null,
    varos: null,
    varo: null,
    baros: null,
    bolas: null,
    mangos: null,
    lana: null,
    plata: null,
    mxn: 'MXN',
    clp: 'CLP',
    cop: 'COP',
    ars: 'ARS',
    mn: null,
    lks: null,
    real: 'BRL',
    reais: 'BRL',
    reals: 'BRL',
    conto: 'BRL',
    contos: 'BRL',
    pila: 'BRL',
    pilas: 'BRL',
    pau: 'BRL',
    paus: 'BRL',
    brl: 'BRL',
    mango: 'BRL',
    dolar: 'USD',
    dolares: 'USD',
    dollar: 'USD',
    dollars: 'USD',
    buck: 'USD',
    bucks: 'USD',
    usd: 'USD',
    dls: 'USD',
    verdes: 'USD',
    euros: 'EUR',
    euro: 'EUR',
    soles: 'PEN',
  }),
);

/** Marks the numbers that a currency sign, word or scale makes money, so that no date rule takes them. */
export function markMoney(unmarked: readonly Token[]): Token[] {
  const tokens = joinSpaced(unmarked);
  return tokens.map((token, i) => {
    if (token.kind !== 'number' || token.word === 'MONEY') return token;
    const before = tokens[i - 1]?.word ?? '';
    const next = tokens[i + 1];
    const after = next?.kind === 'word' ? next.word : '';
    const ofPesos = after === 'de' ? (tokens[i + 2]?.word ?? '') : '';
    const isSaid =
      before === '$' ||
      before === '€' ||
      MONEY_WORDS.has(after) ||
      MONEY_WORDS.has(ofPesos) ||
      (after === 'p' && next?.glued) ||
      next?.word === '$' ||
      (after === 'mil' && next?.glued);
    return isSaid ? { ...token, word: 'MONEY' } : token;
  });
}

/** "1 200 pesos": a blank between the thousands, only where the money is named. */
function joinSpaced(tokens: readonly Token[]): Token[] {
  const out: Token[] = [];
  for (let i = 0; i < tokens.length; i += 1) {
    const [token, next, after] = [tokens[i], tokens[i + 1], tokens[i + 2]];
    if (!token) continue;
    const isSplit =
      token.kind === 'number' &&
      !token.big &&
      token.value !== undefined &&
      token.value < 1000 &&
      token.value > 0 &&
      next?.kind === 'number' &&
      /^\d{3}(?:[.,]\d{2})?$/.test(next.raw);
    const isMoney = tokens[i - 1]?.word === '$' || (after?.kind === 'word' && MONEY_WORDS.has(after.word));
    if (isSplit && isMoney && next) {
      out.push({
        ...token,
        to: next.to,
        raw: token.raw + next.raw,
        value: (token.value ?? 0) * 1000 + (next.value ?? 0),
        digits: token.raw + next.raw,
        big: true,
      });
      i += 1;
    } else out.push(token);
  }
  return out;
}

/** "mil gracias", "mil disculpas": no money. */
const KINDNESS =
  /^(gracias|disculpas|perdones|bendiciones|abrazos|besos|saludos|thanks|obrigad[oa]s?|desculpas|perdoes)$/;

/**
 * Sums among the tokens. Marked ones always count; bare numbers count when no date holds them and they cannot be a day (32 and more), or
 * when `looksPaid` says that a paying verb stands in front.
 */
export function readSums(
  symbols: SymbolLine,
  tokens: readonly Token[],
  mentions: readonly Mention[],
  looksPaid: (token: number) => boolean,
  hasFacts = false,
): Sum[] {
  const taken = new Set<number>();
  for (const mention of mentions) for (let i = mention.first; i < mention.end; i += 1) markItem(symbols, i, taken);
  for (const item of symbols.items) if (item.key === 'X') for (let t = item.first; t < item.end; t += 1) taken.add(t);
  const starts = new Set(mentions.map(({ first }) => symbols.items[first]?.first ?? -1));
  const sums: Sum[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== 'number' || taken.has(i) || token.value === undefined) continue;
    const marked = token.word === 'MONEY';
    const scale = marked ? null : scaleOfList(tokens, i, starts, sums.at(-1));
    if (!marked && scale === null && !isBareSum(tokens, i, looksPaid) && !isBesideDay(tokens, i, starts)) continue;
    if (isDebt(tokens, i) || (token.scale === token.value && KINDNESS.test(tokens[i + 1]?.word ?? ''))) continue;
    const next = tokens[i + 1];
    if (isPercent(tokens, i)) {
      sums.push({ kind: 'symbolic', of: 'percent', percent: token.value, rule: 'percent', first: i, end: i + 2 });
      continue;
    }
    const { first, end, currency } = withUnits(tokens, i);
    const value = token.value * (scale ?? 1) * (next?.word === 'mil' && next.glued ? 1000 : 1) + cents(tokens, end);
    if (!(value > 0) || value > 1e12) continue;
    sums.push({
      kind: 'exact',
      value,
      rule: marked ? 'money_marked' : 'money_bare',
      first,
      end,
      ...(currency ? { currency } : {}),
      ...(scale !== null && scale > 1 ? { scale } : {}),
    });
  }
  const shares = readShares(tokens, taken, { hasFacts, hasDay: mentions.length > 0, looksPaid });
  return approximations(
    (hasFacts ? ofWhat([...sums, ...shares], tokens) : [...sums, ...shares]).sort((a, b) => a.first - b.first),
    tokens,
  );
}

/** "30 lucas el 15 y 30 el 30", "50 mil hoy y otros 50": the second is counted in the same thousands. Null when it is no such sum. */
function scaleOfList(
  tokens: readonly Token[],
  i: number,
  starts: ReadonlySet<number>,
  before: Sum | undefined,
): number | null {
  const token = tokens[i];
  const standsBefore =
    starts.has(i + 1) || (starts.has(i + 2) && /^(el|la|o|a|na|no|on|the)$/.test(tokens[i + 1]?.word ?? ''));
  const previous = tokens[i - 1]?.word ?? '';
  const follows =
    (standsBefore && /^(y|e|and|,|mas)$/.test(previous)) || /^(otr[oa]s|outr[oa]s|another)$/.test(previous);
  if (!follows || before?.kind !== 'exact') return null;
  const said = tokens.slice(before.first, before.end).find((one) => one.scale !== undefined);
  const scale = said?.scale ?? before.scale ?? 1;
  return (token?.value ?? scale) <= 10 * ((before.value ?? 0) / scale) ? scale : 1; // "dos mil … y quinientos" are five hundred
}

/** "a la deuda de 5000", "de los 800 que debo": what is owed, not what is offered. */
function isDebt(tokens: readonly Token[], i: number): boolean {
  const before = ` ${words(tokens, Math.max(0, i - 4), i)} `;
  if (/^(pesos )?(que|q) (le |les |te |lhe )?(debo|devo|debemos)( |$)/.test(words(tokens, i + 1, i + 6))) return true;
  return (
    / (deuda|saldo|adeudo|total|divida|debt|balance|prestamo|credito) (de|of|por|es de|es|son) (los |\$ )?(r )?(\$ )?$/.test(
      before,
    ) || / (debo|debemos|adeudo|devo|owe) (los |como |unos |you )?(r )?(\$ )?$/.test(before)
  );
}

function markItem(symbols: SymbolLine, i: number, taken: Set<number>): void {
  const item = symbols.items[i];
  if (item) for (let t = item.first; t < item.end; t += 1) taken.add(t);
}

function withUnits(tokens: readonly Token[], i: number): { first: number; end: number; currency?: Currency } {
  let first = i;
  let end = i + 1;
  let currency: Currency | undefined;
  if (/^[$€]$/.test(tokens[i - 1]?.word ?? '')) {
    first = i - 1;
    const sign = tokens[i - 2];
    if (sign?.kind === 'word' && tokens[i - 1]?.glued && /^(r|us|u|mx|clp|cop|ars|usd|mxn)$/.test(sign.word)) {
      first = i - 2;
      if (/^(us|u|usd)$/.test(sign.word)) currency = 'USD';
      if (sign.word === 'r') currency = 'BRL';
    }
  }
  if (tokens[end]?.word === 'mil' && tokens[end]?.glued) end += 1;
  const at = tokens[end]?.word === 'de' && MONEY_WORDS.has(tokens[end + 1]?.word ?? '') ? end + 1 : end;
  const word = tokens[at]?.word ?? '';
  if (tokens[at]?.kind === 'word' && MONEY_WORDS.has(word)) {
    end = at + 1;
    currency = MONEY_WORDS.get(word) ?? currency;
  } else if ((word === 'p' && tokens[at]?.glued) || word === '$') end = at + 1;
  return currency ? { first, end, currency } : { first, end };
}

/** "trescientos pesos con cincuenta centavos", "300 reais e 50 centavos". */
function cents(tokens: readonly Token[], end: number): number {
  if (!/^(con|e|and|y)$/.test(tokens[end]?.word ?? '')) return 0;
  const value = tokens[end + 1]?.value;
  return value !== undefined && value < 100 && /^(centavos?|cents?)$/.test(tokens[end + 2]?.word ?? '')
    ? value / 100
    : 0;
}

const ROUGHLY_BEFORE =
  /(^| )(unos|unas|como|casi|aproximadamente|aprox|alrededor de|cerca de|mas o menos|tipo|approximately|about|around|roughly|like|almost|nearly|maybe|uns|umas|quase|em torno de|por volta de|mais ou menos|something like|cosa de|por ahi de|arriba de|mas de|menos de|over|under|more than|less than|tal vez|quiza|quizas|talvez|a lo mejor|algo como|ponle|pongale|over like|couple|couple of|few|several|varios|varias|alguns|como unos|como unas|tipo unos|entre|between|(?:entre|between) \S+ (?:y|e|and)|de a) $/;
const ROUGHLY_AFTER =
  /^ (y (feria|pico|tantos|tantas|algo|cach(?:it)?os?|(?:pico|pi(?:qu)?it)os?|fraccion|monedas|moneditas|morralla|pelos|tanto|centavos)|o algo( asi)?|o por ahi|mas o menos|aprox|aproximadamente|or so|ish|e (?:poucos?|alguma coisa|uns trocados|trocados|pouquinho|tantos|quebrados|uns quebrados|tralala|la vai fumaca|cacetada)|y poco|y pocos|y pico|o menos|o mas|por ahi|something|or thereabouts|give or take)( |$)/;

function approximations(sums: Sum[], tokens: readonly Token[]): Sum[] {
  return sums.map((sum, k): Sum => {
    if (sum.kind !== 'exact') return sum;
    const before = ` ${words(tokens, Math.max(0, sum.first - 4), sum.first)} `;
    const after = ` ${words(tokens, sum.end, sum.end + 4)}`;
    const next = sums[k + 1];
    const previous = sums[k - 1];
    const isAlternative = (a: Sum | undefined, b: Sum | undefined): boolean =>
      a?.kind === 'exact' &&
      b?.kind === 'exact' &&
      b.first - a.end <= 2 &&
      /^(o|ou|or|a|to|-|u|até|ate)$/.test(tokens[a.end]?.word ?? '');
    const isRange =
      isAlternative(sum, next) ||
      isAlternative(previous, sum) ||
      isBetween(sum, next, tokens) ||
      isBetween(previous, sum, tokens);
    const isRough =
      ROUGHLY_BEFORE.test(before) && !/(^| )de a $/.test(before)
        ? !/ (no|sobre) (mas|menos) de $/.test(before)
        : ROUGHLY_AFTER.test(after);
    return isRange || isRough
      ? { kind: 'approximate', rule: `${sum.rule}+roughly`, first: sum.first, end: sum.end }
      : sum;
  });
}

function isBetween(a: Sum | undefined, b: Sum | undefined, tokens: readonly Token[]): boolean {
  if (!a || !b || b.first - a.end !== 1) return false;
  return /^(entre|between)$/.test(tokens[a.first - 1]?.word ?? '') && /^(y|e|and)$/.test(tokens[a.end]?.word ?? '');
}

export const spanOf = (tokens: readonly Token[], first: number, end: number): Span => [
  tokens[first]?.from ?? 0,
  tokens[Math.max(first, end - 1)]?.to ?? 0,
];
