import { addDays, type CivilDate, daysBetween, instantAt } from '../kernel/calendar.ts';
import type { DebtorId, PromiseId } from '../kernel/ids.ts';
import { type Money, money } from '../kernel/money.ts';
import type { PaymentMade } from './balance.ts';

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

export interface PromiseRules {
  /** Longer than this is a plan, not a promise. */
  promiseDaysMax: number;
  /** Days after the date within which a payment still keeps a promise. */
  graceDays: number;
  /** A gap of at most this much still counts as kept. */
  toleranceMinor: bigint;
}

/** May this be promised? @param owed all that is owed, due or not, in the currency of `amount` */
export function promiseVerdict(
  wish: { amount: Money; date: CivilDate; replaces: boolean },
  owed: Money,
  today: CivilDate,
  isOneOpen: boolean,
  rules: PromiseRules,
): { ok: true } | { ok: false; reason: PromiseRefusal } {
  if (owed.amountMinor <= 0n) return refuse('nothing_owed');
  if (isOneOpen && !wish.replaces) return refuse('promise_open');
  if (wish.date < today) return refuse('date_past');
  if (daysBetween(today, wish.date) > rules.promiseDaysMax) return refuse('date_too_far');
  if (wish.amount.amountMinor <= 0n) return refuse('amount_not_positive');
  if (wish.amount.currency !== owed.currency || wish.amount.amountMinor > owed.amountMinor)
    return refuse('amount_over_balance');
  return { ok: true };
}

/**
 * What the payments say of a promise at `now`. They count when made from the promise's writing to the end of its day plus grace in the debtor's zone,
 * both inclusive; what was taken back of them does not. Kept as soon as enough is there; partial or broken only when the time is over.
 */
export function promiseState(
  promise: PromiseToPay,
  payments: readonly PaymentMade[],
  zone: string,
  now: Date,
): { state: PromiseState; fulfilled: Money } {
  const closes = instantAt(addDays(promise.date, promise.graceDays), '24:00', zone);
  const last = promise.endedAt !== null && promise.endedAt < closes ? promise.endedAt : closes;
  const counted = payments.filter(
    (p) => p.currency === promise.amount.currency && p.paidAt >= promise.createdAt && p.paidAt < last,
  );
  const fulfilledMinor = counted.reduce((sum, p) => sum + p.amountMinor - p.takenBackMinor, 0n);
  const fulfilled = money(fulfilledMinor, promise.amount.currency);
  if (promise.endedAs !== null) return { state: promise.endedAs, fulfilled };
  if (fulfilledMinor > 0n && fulfilledMinor + promise.toleranceMinor >= promise.amount.amountMinor)
    return { state: 'kept', fulfilled };
  if (now < closes) return { state: 'open', fulfilled };
  return { state: fulfilledMinor > 0n ? 'partial' : 'broken', fulfilled };
}

const refuse = (reason: PromiseRefusal): { ok: false; reason: PromiseRefusal } => ({ ok: false, reason });
