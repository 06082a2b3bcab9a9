import type { CivilDate } from '../kernel/calendar.ts';
import type { DebtorId, PromiseId } from '../kernel/ids.ts';
import type { Money } from '../kernel/money.ts';

export type PromiseState = 'open' | 'kept' | 'partial' | 'broken' | 'replaced' | 'cancelled';

/** A promise to pay as it was made. Its state is a fold of the payments (see `promiseState`); only replaced and cancelled are facts of their own. */
export interface PromiseToPay {
  id: PromiseId;
  folio: string;
  debtorId: DebtorId;
  amount: Money;
  date: CivilDate;
  /** Days after the date within which a payment still keeps it. */
  graceDays: number;
  /** A gap of at most this much still counts as kept. */
  toleranceMinor: bigint;
  createdAt: Date;
  endedAt: Date | null;
  endedAs: 'replaced' | 'cancelled' | null;
  /** The words it was read from, and by which rule: for the audit. */
  source: { text: string; rule: string };
}

export type PromiseRefusal =
  | 'date_past'
  | 'date_too_far'
  | 'amount_not_positive'
  | 'amount_over_balance'
  | 'nothing_owed'
  | 'promise_open';
