import { readFileSync } from 'node:fs';
import type { Locale } from '../../src/kernel/locale.ts';
import type { Currency } from '../../src/kernel/money.ts';
import type { CorpusAmount, CorpusReading } from '../../src/language/corpus.ts';

/** One labelled message: the format and the rules are those of shared/corpus/README.md. */
export interface Row {
  id: string;
  lang: Locale;
  ref: string;
  tz: string;
  text: string;
  cat: string;
  expect: {
    kind: CorpusReading['kind'];
    date: string | null;
    dates?: string[];
    accept?: string[];
    amount?: CorpusAmount | null;
    amounts?: (CorpusAmount | null)[];
  };
  note?: string;
}

/** What an engine answers. Peers know no kinds: then only dates and amounts are scored. */
export type Answer = Partial<Omit<CorpusReading, 'date' | 'dates'>> & { dates: string[] };
export type Engine = (text: string, context: EngineContext) => Answer;

export interface EngineContext {
  ref: string;
  tz: string;
  lang: Locale;
  currency: Currency;
  /** Today in `tz`, YYYY-MM-DD. */
  localDate: string;
}

const CURRENCIES: Record<Locale, Currency> = {
  'es-MX': 'MXN',
  'es-CL': 'CLP',
  'es-CO': 'COP',
  'es-AR': 'ARS',
  'pt-BR': 'BRL',
  'en-US': 'USD',
};
const ACTION: Record<Row['expect']['kind'], string> = {
  promise: 'register',
  ambiguous: 'ask',
  vague: 'ask',
  past: 'ask',
  already_paid: 'verify',
  refusal: 'refusal',
  none: 'none',
};

export function readCorpus(file: string | URL): Row[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Row);
}

export function contextOf({ ref, tz, lang }: Row): EngineContext {
  const localDate = new Intl.DateTimeFormat('en-CA', { timeZone: tz }).format(new Date(ref));
  return { ref, tz, lang, currency: CURRENCIES[lang], localDate };
}

export type DateOutcome = 'ok' | 'miss' | 'wrong' | 'ask' | 'guess-ok' | 'quiet' | 'false-promise';

/** A date counts as registered when the engine knows no kinds or says promise. Same verdicts as shared/corpus/measure.mjs. */
export function scoreDate({ expect }: Row, answer: Answer, localDate: string): DateOutcome {
  const got = answer.kind === undefined || answer.kind === 'promise' ? answer.dates : [];
  const [first] = got;
  if (expect.kind === 'promise') {
    if (first === undefined) return 'miss';
    if (expect.dates) return JSON.stringify(got) === JSON.stringify(expect.dates) ? 'ok' : 'wrong';
    const accepted = expect.accept ?? [expect.date];
    return accepted.includes(first) && (answer.kind === undefined || new Set(got).size === 1) ? 'ok' : 'wrong';
  }
  if (expect.kind === 'ambiguous') {
    if (first === undefined) return 'ask';
    return expect.accept?.includes(first) ? 'guess-ok' : 'wrong';
  }
  return got.some((date) => date >= localDate) ? 'false-promise' : 'quiet';
}

export type AmountOutcome = 'ok' | 'wrong' | 'miss' | 'false' | 'none';

export function scoreAmount({ expect }: Row, { amount = null, amounts }: Answer): AmountOutcome {
  const values = (list: readonly (CorpusAmount | null)[]) => JSON.stringify(list.map((one) => one?.value ?? null));
  if (expect.amounts) return amounts && values(amounts) === values(expect.amounts) ? 'ok' : amounts ? 'wrong' : 'miss';
  if (!expect.amount) return amount ? 'false' : 'none';
  if (!amount) return 'miss';
  return amount.value === expect.amount.value && amount.currency === expect.amount.currency ? 'ok' : 'wrong';
}

export interface Scored {
  row: Row;
  answer: Answer;
  date: DateOutcome;
  amount: AmountOutcome;
  actionIsRight: boolean;
}

export function score(rows: readonly Row[], engine: Engine): Scored[] {
  return rows.map((row) => {
    const context = contextOf(row);
    const answer = engine(row.text, context);
    return {
      row,
      answer,
      date: scoreDate(row, answer, context.localDate),
      amount: scoreAmount(row, answer),
      actionIsRight: answer.kind !== undefined && ACTION[answer.kind] === ACTION[row.expect.kind],
    };
  });
}

/** Shares of 100; NaN where there is nothing to count. */
export interface Summary {
  promises: number;
  exact: number;
  wrong: number;
  ambiguousAsked: number;
  ambiguousWrong: number;
  falsePromise: number;
  amountExact: number;
  amountWrong: number;
  amountInvented: number;
  action: number;
}

export function summarise(scored: readonly Scored[]): Summary {
  const share = (part: number, whole: number) => (100 * part) / whole;
  const of = (kinds: (kind: string) => boolean) => scored.filter(({ row }) => kinds(row.expect.kind));
  const promises = of((kind) => kind === 'promise');
  const ambiguous = of((kind) => kind === 'ambiguous');
  const others = of((kind) => kind !== 'promise' && kind !== 'ambiguous');
  const dates = (list: readonly Scored[], wanted: DateOutcome) => list.filter(({ date }) => date === wanted).length;
  const amounts = (list: readonly Scored[], ...wanted: AmountOutcome[]) =>
    list.filter(({ amount }) => wanted.includes(amount)).length;
  const stated = amounts(scored, 'ok', 'wrong', 'miss');
  return {
    promises: promises.length,
    exact: share(dates(promises, 'ok'), promises.length),
    wrong: share(dates(promises, 'wrong'), promises.length),
    ambiguousAsked: share(dates(ambiguous, 'ask'), ambiguous.length),
    ambiguousWrong: share(dates(ambiguous, 'wrong'), ambiguous.length),
    falsePromise: share(dates(others, 'false-promise'), others.length),
    amountExact: share(amounts(scored, 'ok'), stated),
    amountWrong: share(amounts(scored, 'wrong'), stated),
    amountInvented: share(amounts(scored, 'false'), scored.length - stated),
    action: share(scored.filter(({ actionIsRight }) => actionIsRight).length, scored.length),
  };
}
