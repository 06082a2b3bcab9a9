import { civilTimeIn } from '../kernel/calendar.ts';
import { CURRENCY_EXPONENTS, type Currency, money } from '../kernel/money.ts';
import { markMoney, readSums, spanOf } from './amounts.ts';
import { readAnswers } from './answers.ts';
import { splitClauses } from './clauses.ts';
import type { Calendar } from './date-meaning.ts';
import { readDates } from './dates.ts';
import { civilFromDay, dayFromCivil } from './days.ts';
import { type Decision, decide } from './decide.ts';
import type {
  AmountReading,
  DateReading,
  Heard,
  HeardIntent,
  HeardKind,
  KnownFacts,
  ListeningContext,
  Offer,
  Span,
  Understand,
} from './heard.ts';
import { type Country, isBusinessDay } from './holidays.ts';
import { readIntents, readLanguage } from './intent.ts';
import { customOf, tongueOf } from './locales.ts';
import { mask } from './mask.ts';
import { maskNames, namesIn } from './mask-names.ts';
import type { Mention, Sum } from './mention.ts';
import { cleanText } from './normalise.ts';
import { joinNumbers } from './numbers.ts';
import { movesWhatStands, readReferences } from './references.ts';
import { afterClaim, ofBalance, withMoney } from './shares.ts';
import { skeletonOf } from './skeleton.ts';
import { respell } from './spelling.ts';
import { besideStanding } from './standing.ts';
import { type SymbolLine, symbolise } from './symbols.ts';
import { type Token, tokenise } from './tokens.ts';

/**
 * What a debtor's message says. Pure and total: any string gives an answer within 50 ms, never a date in the past in an offer, never a sum from
 * a folio, phone or card number. Text → tokens → symbols → dates and sums → clauses → decision: docs/decisions/0002-own-date-grammar.md.
 */
export const understand: Understand = (text, context) => {
  const clean = cleanText(text);
  const tongue = tongueOf(context.locale);
  const { lexicon, cues, verbs } = tongue;
  const { country, decimal, monthFirst } = customOf(context.locale);
  const calendar = calendarOf(context, country);
  const { facts } = context;
  const write = (words: string) => respell(tokenise(words, decimal), lexicon);
  const count = (words: readonly Token[]) => markMoney(joinNumbers(words, lexicon));
  const written = write(clean);
  const tokens = count(written);
  const names = namesIn(tokens, facts?.names).map((name) => count(write(cleanText(name))));
  const symbols = maskNames(mask(symbolise(tokens, lexicon), tokens), tokens, names);
  const words = lineOfWords(written);
  const answer = { expecting: context.expecting, optionCount: context.optionCount ?? 0 };
  const isIdentity =
    context.expecting === 'digits' &&
    readAnswers(clean, words.line, tokens, { ...answer, hasOffer: false }).digits !== null;
  const answersOnly = isIdentity || isBareAnswer(tokens, context);
  const named = answersOnly ? [] : readDates(symbols, tokens, monthFirst, calendar, context.expecting === 'date');
  const { payments, dates: mentions } = readReferences(named, symbols, tokens, facts);
  const looksPaid = (i: number) => context.expecting === 'amount' || followsPaying(tokens, i, verbs);
  const figures = answersOnly ? [] : readSums(symbols, tokens, named, looksPaid, facts !== undefined);
  const sums = payments.length > 0 ? inOrder(payments, figures) : figures;
  const bones = skeletonOf(tokens, symbols, mentions, sums, tongue);
  const decision = decide(splitClauses(bones, cues), cues, calendar);
  const { line, tokenAt } = words;
  const toReading = (mention: Mention) => dateReading(mention, symbols, tokens, calendar);
  const readings = new Map(sums.map((sum) => [sum, amountReading(sum, tokens, context.currency, facts)]));
  const said = decision.offers.map(
    ({ mention, sum }): Offer => ({ date: mention && toReading(mention), amount: (sum && readings.get(sum)) ?? null }),
  );
  const stated = [...readings.values()].flatMap((reading) => reading ?? []);
  const known = facts && (decision.stances.includes('paid') ? afterClaim(facts) : facts);
  const moves = known?.standing !== undefined && (decision.isCorrection || movesWhatStands(line, mentions));
  const { offers, amounts } = known
    ? withMoney(besideStanding(said, decision.kind, moves, known, civilFromDay(calendar.today)), stated, known)
    : { offers: said, amounts: stated };
  const intents = intentsOf(decision, line, tokenAt, written, clean);
  return {
    text: clean,
    kind: decision.kind,
    intents,
    dates: mentions.filter(({ kind, meaning }) => kind !== 'elliptic' && !meaning.past).map(toReading),
    amounts,
    offers,
    action: ACTIONS[decision.kind],
    options: decision.kind === 'ambiguous' ? optionsOf(decision, calendar) : [],
    ...readAnswers(clean, line, tokens, {
      ...answer,
      hasOffer: offers.length > 0,
    }),
    isCorrection: decision.isCorrection || (moves && offers.length > 0),
    language: readLanguage(line),
  };
};

const ACTIONS: Record<HeardKind, Heard['action']> = {
  promise: 'register',
  ambiguous: 'ask_back',
  vague: 'ask_back',
  past: 'ask_back',
  already_paid: 'verify_payment',
  refusal: 'hand_over',
  none: 'none',
};

function calendarOf({ now, zone, facts }: ListeningContext, country: Country): Calendar {
  const { day, minute } = civilTimeIn(zone, now);
  const calendar = { today: dayFromCivil(day), minute, country };
  if (!facts) return calendar;
  const { dueDate, standing = [] } = facts;
  const due = dueDate === undefined ? null : dayFromCivil(dueDate);
  return { ...calendar, known: { due, standing: standing.flatMap(({ date }) => (date ? [dayFromCivil(date)] : [])) } };
}

/** In spoken order; what names a payment is no share besides. */
const inOrder = (payments: readonly Sum[], figures: readonly Sum[]): Sum[] =>
  [
    ...payments,
    ...figures.filter((sum) => !payments.some(({ first, end }) => sum.first < end && sum.end > first)),
  ].sort((a, b) => a.first - b.first);

/** A bare number answers an identity question or picks an option: it is no sum and no day then. */
function isBareAnswer(tokens: readonly Token[], { expecting, optionCount = 0 }: ListeningContext): boolean {
  if (expecting !== 'digits' && expecting !== 'choice') return false;
  const isNoOption = ({ kind, value }: Token) => kind === 'number' && (value ?? 0) > optionCount;
  if (expecting === 'choice' && tokens.some(isNoOption)) return false; // "el 15", "600" where four options are offered
  return tokens.every(
    ({ kind, word }) =>
      kind === 'mark' ||
      kind === 'number' ||
      kind === 'ordinal' ||
      kind === 'masked' ||
      /^(la|el|opcion|option|opcao|numero|number|the|one|a|o)$/.test(word),
  );
}

function lineOfWords(tokens: readonly Token[]): { line: string; tokenAt: Map<number, number> } {
  const tokenAt = new Map<number, number>();
  let line = '';
  for (const [i, token] of tokens.entries()) {
    if (token.kind === 'mark') continue;
    tokenAt.set(line.length, i);
    line += ` ${token.kind === 'word' ? token.word : 'N'}`;
  }
  return { line: `${line} `, tokenAt };
}

/** "o pix de 20". */
const PAYMENT = /^(pix|transferencia|spei|boleto|ted|yape|nequi)$/;

function followsPaying(tokens: readonly Token[], i: number, verbs: ReadonlyMap<string, unknown>): boolean {
  const [before, earlier] = [tokens[i - 1]?.word ?? '', tokens[i - 2]?.word ?? ''];
  return verbs.has(before) || ((before === 'de' || before === 'you') && (verbs.has(earlier) || PAYMENT.test(earlier)));
}

function dateReading(mention: Mention, symbols: SymbolLine, tokens: readonly Token[], c: Calendar): DateReading {
  const first = symbols.items[mention.first]?.first ?? 0;
  const end = symbols.items[mention.end - 1]?.end ?? first + 1;
  return {
    candidates: mention.meaning.candidates.filter((day) => day >= c.today).map(civilFromDay),
    grain: grainOf(mention.meaning),
    open: mention.meaning.open,
    rule: mention.rule,
    span: spanOf(tokens, first, end),
  };
}

/** One day that nobody would ask about is a day, whatever named it; one that is only likely is not. */
function grainOf({ sure, grain, candidates }: Mention['meaning']): DateReading['grain'] {
  if (sure) return 'day';
  return grain === 'day' && candidates.length === 1 ? 'unknown' : grain;
}

function amountReading(
  sum: Sum,
  tokens: readonly Token[],
  currency: Currency,
  facts: KnownFacts | undefined,
): AmountReading | null {
  const span = spanOf(tokens, sum.first, sum.end);
  if (sum.kind === 'approximate') return null;
  if (sum.kind === 'symbolic' && sum.of !== undefined) {
    const named = sum.amount ?? (sum.isWhole && facts ? ofBalance(sum.of, sum.percent, facts) : null);
    return {
      kind: 'symbolic',
      of: sum.of,
      ...(sum.percent === undefined ? {} : { percent: sum.percent }),
      ...(named ? { money: named } : {}),
      rule: sum.rule,
      span,
    };
  }
  const said = sum.currency ?? currency;
  const minor = BigInt(Math.round((sum.value ?? 0) * 10 ** CURRENCY_EXPONENTS[said]));
  return { kind: 'exact', money: money(minor, said), rule: sum.rule, span };
}

const OPTIONS_MAX = 3;

/** At most three days to choose from: all of them, or the first, a middle and the last business day of a span. */
function optionsOf(decision: Decision, c: Calendar): Heard['options'] {
  const mentions = [
    ...decision.offers.flatMap(({ mention }) => (mention && !mention.meaning.sure ? [mention] : [])),
    ...decision.asked,
  ];
  const days = [...new Set(mentions.flatMap(({ meaning }) => meaning.candidates))]
    .filter((day) => day >= c.today)
    .sort((a, b) => a - b);
  if (days.length <= OPTIONS_MAX) return days.map(civilFromDay);
  const open = days.filter((day) => isBusinessDay(day, c.country));
  const from = open.length >= OPTIONS_MAX ? open : days;
  return [from[0], from[Math.floor((from.length - 1) / 2)], from.at(-1)].flatMap((day) =>
    day === undefined ? [] : [civilFromDay(day)],
  );
}

function intentsOf(
  decision: Decision,
  line: string,
  tokenAt: Map<number, number>,
  tokens: readonly Token[],
  clean: string,
): HeardIntent[] {
  const everything: Span = [0, clean.length];
  const spanAt = ([from, to]: readonly [number, number]): Span => {
    const inside = [...tokenAt].filter(([at]) => at >= from && at < to).map(([, i]) => i);
    return inside.length === 0 ? everything : spanOf(tokens, Math.min(...inside), Math.max(...inside) + 1);
  };
  const said = readIntents(line).map(({ intent, rule, at }): HeardIntent => ({ intent, rule, span: spanAt(at) }));
  const { kind, offers, stances } = decision;
  const heard = (intent: HeardIntent['intent'], rule: string): HeardIntent => ({ intent, rule, span: everything });
  const own: HeardIntent[] = [];
  if (kind === 'already_paid' || stances.includes('paid')) own.push(heard('already_paid', 'claimed'));
  const promises =
    kind === 'promise' ||
    kind === 'ambiguous' ||
    (kind === 'vague' && (offers.length > 0 || stances.includes('offer')));
  // Without a day or a sum, what else was said comes first: "quiero pagar" asks for the link.
  const isBare = kind === 'vague' && offers.length === 0;
  const promise =
    promises && !said.some(({ intent }) => intent === 'opt_out' || intent === 'person')
      ? [heard('promise', `kind_${kind}`)]
      : [];
  if (!isBare) own.push(...promise);
  if (stances.includes('asks_time')) own.push(heard('extension', 'asks_time'));
  if (
    kind === 'refusal' &&
    !said.some(({ intent }) => intent === 'dispute' || intent === 'wrong_person' || intent === 'opt_out')
  )
    own.push(heard('refusal', 'refuses'));
  if (readLanguage(line) !== null) own.push(heard('language', 'language_asked'));
  const strong = said.filter(
    ({ intent }) =>
      intent === 'opt_out' ||
      intent === 'opt_in' ||
      intent === 'person' ||
      intent === 'wrong_person' ||
      intent === 'dispute',
  );
  const rest = said.filter((hit) => !strong.includes(hit));
  return [...strong, ...own, ...rest, ...promise].filter(
    (hit, i, all) => all.findIndex(({ intent }) => intent === hit.intent) === i,
  );
}
