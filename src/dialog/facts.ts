import type { CivilDate } from '../kernel/calendar.ts';
import type { Locale } from '../kernel/locale.ts';
import type { Currency, Money } from '../kernel/money.ts';
import type { Span } from '../language/heard.ts';

/** What a flow may know when it decides: gathered once at the beginning of a turn, never read by the flow itself. */
export interface Facts {
  /** False when the address belongs to no known debtor. */
  known: boolean;
  /** The debtor showed who they are in this conversation, not too long ago. */
  verified: boolean;
  firstName: string;
  creditor: string;
  country: string;
  locale: Locale;
  currency: Currency;
  today: CivilDate;
  zone: string;
  debts: DebtFact[];
  /** All that is owed today, due or not. */
  total: Money;
  /** What is owed and past its due date. */
  overdue: Money;
  /** Longest of all debts; 0 when nothing is late. */
  daysLate: number;
  /** What one instalment comes to, where all that are not paid yet are alike; else null. */
  instalment: Money | null;
  /** The nearest due date of what is not yet due, or null. */
  nextDue: CivilDate | null;
  /** Of several instalments the next one. */
  openPromise: PromiseFact | null;
  /** An opt-out binds this channel now. */
  optedOut: boolean;
}

export interface DebtFact {
  debtId: string;
  concept: string;
  owed: Money;
  overdue: Money;
  /** Oldest unpaid due date. */
  dueDate: CivilDate | null;
  daysLate: number;
}

export interface PromiseFact {
  folio: string;
  amount: Money;
  fulfilled: Money;
  date: CivilDate;
  /** All that is open under its folio, itself among them, by day. */
  parts: PartFact[];
  /** Instalments under its folio whose day went by, with what is still missing of each. */
  missed: PartFact[];
}

export interface PartFact {
  amount: Money;
  date: CivilDate;
  source: Source;
}

/** Where an answer was read, for the audit: the debtor's words, the rule, and the place in the words. */
export interface Source {
  text: string;
  rule: string;
  span: Span | null;
}
