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

/** Sums that are named without a figure. The last three are heard only where facts are known (see `KnownFacts`). */
export type Share = 'all' | 'half' | 'rest' | 'minimum' | 'percent' | 'same' | 'instalment' | 'overdue';

export type AmountReading =
  | { kind: 'exact'; money: Money; rule: string; span: Span }
  | {
      kind: 'symbolic';
      of: Share;
      percent?: number;
      /** What it comes to for this debtor: only where facts are known that say so. Never more than is owed. */
      money?: Money;
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

/** A payment that stands: promised, or under way in the dialog and not confirmed yet. Null is what is not known of it. */
export interface Standing {
  date: CivilDate | null;
  amount: Money | null;
}

/**
 * What the house knows of this debtor that changes how words are read. A fact makes something exact only where the words refer to it; without
 * facts everything reads by its words alone. All money is in one currency.
 */
export interface KnownFacts {
  /** All that is owed, due or not. */
  balance?: Money;
  /** What of it is past its day. */
  overdue?: Money;
  /** The least that the house takes as a promise: "el mínimo". */
  minimum?: Money;
  /** One instalment, where all that are to come are alike: "la cuota", "lo de siempre". */
  instalment?: Money;
  /** The next day on which something falls due: "el vencimiento". */
  dueDate?: CivilDate;
  /** What "it", "the same" and "the payment of Monday" stand for. */
  standing?: readonly Standing[];
  /** Names that hold no day and no sum, whatever their words: of the creditor, the debtor, the debt; a folio. */
  names?: readonly string[];
}

export interface ListeningContext {
  now: Date;
  zone: string;
  locale: Locale;
  currency: Currency;
  expecting: Expecting;
  /** Number of options offered, when `expecting` is choice. */
  optionCount?: number;
  facts?: KnownFacts;
}

/** Pure and total: any string gives an answer, within 50 ms. */
export type Understand = (text: string, context: ListeningContext) => Heard;
