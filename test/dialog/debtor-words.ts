import { type CivilDate, civilDate } from '../../src/kernel/calendar.ts';
import { type Currency, money } from '../../src/kernel/money.ts';
import type { AmountReading, DateReading, Heard, Intent, KnownFacts } from '../../src/language/heard.ts';
import { withMoney } from '../../src/language/shares.ts';

/** What a message is heard as, said shortly: for tests of what comes after the hearing. */
export interface Words {
  text?: string;
  intents?: Intent[];
  /** One day said plainly. */
  day?: string;
  /** Several days that one expression may mean. */
  days?: string[];
  amount?: number;
  currency?: Currency;
  share?: 'all' | 'half' | 'rest' | 'minimum' | { percent: number };
  yes?: boolean;
  no?: boolean;
  choice?: number;
  digits?: string;
  correction?: boolean;
  kind?: Heard['kind'];
  language?: Heard['language'];
  /** Further instalments, as far as they are said. */
  more?: { day?: string; days?: string[]; amount?: number; share?: Words['share'] }[];
}

const SPAN = [0, 1] as const;

const reading = (candidates: CivilDate[]): DateReading => ({
  candidates,
  grain: 'day',
  open: false,
  rule: candidates.length > 1 ? 'weekday.same' : 'weekday',
  span: SPAN,
});

const exactly = (amount: number, currency: Currency): AmountReading => ({
  kind: 'exact',
  money: money(BigInt(Math.round(amount * 100)), currency),
  rule: 'number',
  span: SPAN,
});

/** @param facts what shares come to; without them they are heard, but worth nothing */
export function hear(words: Words, facts: KnownFacts = {}): Heard {
  const { currency = 'MXN' } = words;
  const days = (words.days ?? (words.day ? [words.day] : [])).map(civilDate);
  const date = days.length > 0 ? reading(days) : null;
  const amount = words.amount === undefined ? shareOf(words.share) : exactly(words.amount, currency);
  const more = (words.more ?? []).map((m) => {
    const meant = (m.days ?? (m.day ? [m.day] : [])).map(civilDate);
    return {
      date: meant.length > 0 ? reading(meant) : null,
      amount: m.amount === undefined ? shareOf(m.share) : exactly(m.amount, currency),
    };
  });
  const read = date || amount ? [{ date, amount }, ...more] : [];
  const { offers: said, amounts } = withMoney(
    read,
    read.flatMap((offer) => offer.amount ?? []),
    facts,
  );
  const offers = words.kind === 'none' ? [] : said;
  const { intents = [] } = words;
  const isUnsure = days.length > 1;
  return {
    text: words.text ?? '(words)',
    kind: words.kind ?? (isUnsure ? 'ambiguous' : offers.length > 0 ? 'promise' : 'none'),
    intents: intents.map((intent) => ({ intent, rule: intent, span: SPAN })),
    dates: read.flatMap((offer) => offer.date ?? []),
    amounts,
    offers,
    action: isUnsure ? 'ask_back' : offers.length > 0 ? 'register' : 'none',
    options: isUnsure ? days : [],
    yesNo: words.yes ? 'yes' : words.no ? 'no' : null,
    choice: words.choice ?? null,
    digits: words.digits ?? null,
    isCorrection: words.correction ?? false,
    language: words.language ?? null,
  };
}

function shareOf(share: Words['share']): AmountReading | null {
  if (share === undefined) return null;
  if (typeof share === 'object')
    return { kind: 'symbolic', of: 'percent', percent: share.percent, rule: 'percent', span: SPAN };
  return { kind: 'symbolic', of: share, rule: share, span: SPAN };
}
