import type { CivilDate } from '../kernel/calendar.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Currency, Money } from '../kernel/money.ts';

/** What a message can mean. One message may mean several things: `intents` keeps them strongest first. */
export const INTENTS = [
  'promise',
  'already_paid',
  'refusal',
  'dispute',
  'hardship',
  'balance',
  'pay',
  'plan',
  'extension',
  'person',
  'opt_out',
  'opt_in',
  'wrong_person',
  'who_are_you',
  'help',
  'greeting',
  'thanks',
  'yes',
  'no',
  'choice',
  'repeat',
  'cancel',
  'language',
  'abuse',
] as const;
export type Intent = (typeof INTENTS)[number];

/** Where in the received text, in UTF-16 units, `[from, to)`. */
export type Span = readonly [number, number];

export interface HeardIntent {
  intent: Intent;
  /** The rule that saw it. */
  rule: string;
  span: Span;
}

/** Every day that the words can mean, in order; `open` when they only bound it ("después del 15"). */
export interface DateReading {
  candidates: CivilDate[];
  grain: 'day' | 'week' | 'fortnight' | 'month' | 'season' | 'unknown';
  open: boolean;
  rule: string;
  span: Span;
}

export type AmountReading =
  | { kind: 'exact'; money: Money; rule: string; span: Span }
  | {
      kind: 'symbolic';
      of: 'all' | 'half' | 'rest' | 'minimum' | 'percent';
      percent?: number;
      rule: string;
      span: Span;
    };

/** One payment that is offered: its day and its amount, where they were said. */
export interface Offer {
  date: DateReading | null;
  amount: AmountReading | null;
}

/** What the words come to (shared/corpus labelling). */
export type HeardKind = 'promise' | 'ambiguous' | 'vague' | 'past' | 'already_paid' | 'refusal' | 'none';

export interface Heard {
  /** The received text, whitespace collapsed and capped: what spans point into. */
  text: string;
  kind: HeardKind;
  intents: HeardIntent[];
  dates: DateReading[];
  amounts: AmountReading[];
  /** In spoken order, only the final offer after a correction; several are instalments. */
  offers: Offer[];
  action: 'register' | 'ask_back' | 'verify_payment' | 'hand_over' | 'none';
  /** Days to offer when `action` is ask_back: at most three. */
  options: CivilDate[];
  yesNo: 'yes' | 'no' | null;
  /** The number of an option ("2", "la segunda"), counted from 1. */
  choice: number | null;
  /** A bare run of 3 to 12 digits: an answer to the identity question. */
  digits: string | null;
  /** "no, mejor el lunes": the offer replaces an earlier one. */
  isCorrection: boolean;
  /** The language that the debtor asks for. */
  language: 'es' | 'pt' | 'en' | null;
}

/** What the dialog is waiting for: it helps to read short answers. */
export type Expecting = 'nothing' | 'date' | 'amount' | 'yes_no' | 'choice' | 'digits' | 'text';

export interface ListeningContext {
  now: Date;
  zone: string;
  locale: Locale;
  currency: Currency;
  expecting: Expecting;
  /** Number of options offered, when `expecting` is choice. */
  optionCount?: number;
}

/** Pure and total: any string gives an answer, within 50 ms. */
export type Understand = (text: string, context: ListeningContext) => Heard;
