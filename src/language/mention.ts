import type { Currency, Money } from '../kernel/money.ts';
import type { Meaning } from './date-meaning.ts';
import type { DateRule, MentionKind } from './date-rule.ts';
import type { Share } from './heard.ts';

/** A date that the words name. `first`/`end` count items of the symbol line, little words in front included. */
export interface Mention {
  meaning: Meaning;
  kind: MentionKind;
  rule: string;
  first: number;
  end: number;
  every?: DateRule['every'];
  /** What a bound did to it: "antes de", "después de", "hasta". */
  bound?: 'before' | 'after' | 'by';
  /** Joined to the mention before it by "o", "a", "entre … y": only the later one is meant. */
  isRangeEnd?: boolean;
}

/** A sum that the words name, `[first, end)` in tokens. Approximate ones are heard, but no figure is taken from them. */
export interface Sum {
  kind: 'exact' | 'approximate' | 'symbolic';
  /** Of exact ones: in major units. */
  value?: number;
  currency?: Currency;
  of?: Share;
  /** It names the whole debt, whether due or not: "toda la deuda", "la mitad del saldo". */
  isWhole?: boolean;
  /** Of "lo del lunes": what that payment is. */
  amount?: Money;
  percent?: number;
  /** The thousands that it left unsaid. */
  scale?: number;
  rule: string;
  first: number;
  end: number;
}
