import { addDays, type CivilDate, daysBetween, instantAt } from '../kernel/calendar.ts';
import type { DebtorId, PromiseId } from '../kernel/ids.ts';
import { type Money, money } from '../kernel/money.ts';
import type { PaymentMade } from './balance.ts';

export type PromiseState = 'open' | 'kept' | 'partial' | 'broken' | 'replaced' | 'cancelled';

/** Where a promise was read: the debtor's words, the rule that read them, and the place in the words, in UTF-16 units `[from, to)`. */
export interface PromiseSource {
  text: string;
  rule: string;
  /** Null when it was not read from words but picked or taken over. */
  span: readonly [from: number, to: number] | null;
}

/** One day and its amount: all of a plain promise, one of several of an arrangement. */
export interface PromisePart {
  amount: Money;
  date: CivilDate;
  source: PromiseSource;
}

/** A promise to pay as it was made. Its state is a fold of the payments (see `promiseState`); only replaced and cancelled are facts of their own. */
export interface PromiseToPay {
  id: PromiseId;
  /** The first promise of those made together; its own id when it was made alone. They share one folio. */
  arrangementId: PromiseId;
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
  /** For the audit. */
  source: PromiseSource;
}

export type PromiseRefusal =
  | 'date_past'
  | 'date_too_far'
  | 'amount_not_positive'
  | 'amount_over_balance'
  | 'nothing_owed'
  | 'promise_open'
  | 'too_many_parts';

/** More instalments than this are a plan, which a person agrees. */
export const PROMISE_PARTS_MAX = 6;

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

/** May these be promised together? Each as a promise of its own, and no more in all than is owed. */
export function arrangementVerdict(
  wish: { parts: readonly Omit<PromisePart, 'source'>[]; replaces: boolean },
  owed: Money,
  today: CivilDate,
  isOneOpen: boolean,
  rules: PromiseRules,
): { ok: true } | { ok: false; reason: PromiseRefusal } {
  const { parts, replaces } = wish;
  if (parts.length > PROMISE_PARTS_MAX) return refuse('too_many_parts');
  for (const part of parts) {
    const verdict = promiseVerdict({ ...part, replaces }, owed, today, isOneOpen, rules);
    if (!verdict.ok) return verdict;
  }
  const allMinor = parts.reduce((sum, { amount }) => sum + amount.amountMinor, 0n);
  return allMinor > owed.amountMinor ? refuse('amount_over_balance') : { ok: true };
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
  const window = windowOf(promise, zone);
  const counted = payments.filter((p) => counts(p, promise, window));
  const fulfilledMinor = counted.reduce((sum, p) => sum + netMinor(p), 0n);
  const fulfilled = money(fulfilledMinor, promise.amount.currency);
  if (promise.endedAs !== null) return { state: promise.endedAs, fulfilled };
  if (isKeptBy(fulfilledMinor, promise)) return { state: 'kept', fulfilled };
  if (now < window.closes) return { state: 'open', fulfilled };
  return { state: fulfilledMinor > 0n ? 'partial' : 'broken', fulfilled };
}

/**
 * Which money fulfils which promise: every payment that counts for any of them counts once. The earliest paid goes first,
 * to the earliest promised day that still lacks something; what is left when all have enough stays with the last of them.
 * @returns the promises in the order given, each with the payments, or the parts of payments, that are its own
 */
export function shareOut(
  promises: readonly PromiseToPay[],
  payments: readonly PaymentMade[],
  zone: string,
): { promise: PromiseToPay; payments: PaymentMade[] }[] {
  const shares = promises.map((promise) => ({
    promise,
    window: windowOf(promise, zone),
    payments: [] as PaymentMade[],
    gotMinor: 0n,
  }));
  const byDay = shares.toSorted(
    (a, b) => compare(a.promise.date, b.promise.date) || compare(a.promise.id, b.promise.id),
  );
  const give = (share: (typeof shares)[number], payment: PaymentMade, amountMinor: bigint) => {
    share.payments.push({ ...payment, amountMinor, takenBackMinor: 0n });
    share.gotMinor += amountMinor;
  };
  for (const payment of payments.toSorted(byPaidAt)) {
    const open = byDay.filter(({ promise, window }) => counts(payment, promise, window));
    let leftMinor = netMinor(payment);
    for (const share of open) {
      const lacksMinor = isKeptBy(share.gotMinor, share.promise)
        ? 0n
        : share.promise.amount.amountMinor - share.gotMinor;
      const takenMinor = lacksMinor < leftMinor ? lacksMinor : leftMinor;
      if (takenMinor > 0n) give(share, payment, takenMinor);
      leftMinor -= takenMinor > 0n ? takenMinor : 0n;
    }
    const last = open.at(-1);
    if (last && leftMinor > 0n) give(last, payment, leftMinor);
  }
  return shares.map(({ promise, payments: own }) => ({ promise, payments: own }));
}

const netMinor = (p: PaymentMade): bigint => p.amountMinor - p.takenBackMinor;
const isKeptBy = (fulfilledMinor: bigint, { amount, toleranceMinor }: PromiseToPay): boolean =>
  fulfilledMinor > 0n && fulfilledMinor + toleranceMinor >= amount.amountMinor;

/** @returns when its time is over, and until when money counts: the end of its own, when it was replaced or cancelled before */
function windowOf(promise: PromiseToPay, zone: string): { closes: Date; until: Date } {
  const closes = instantAt(addDays(promise.date, promise.graceDays), '24:00', zone);
  return { closes, until: promise.endedAt !== null && promise.endedAt < closes ? promise.endedAt : closes };
}

const counts = (payment: PaymentMade, { amount, createdAt }: PromiseToPay, { until }: { until: Date }): boolean =>
  payment.currency === amount.currency && payment.paidAt >= createdAt && payment.paidAt < until;

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byPaidAt = (a: PaymentMade, b: PaymentMade): number =>
  a.paidAt.getTime() - b.paidAt.getTime() || compare(a.idemKey, b.idemKey);

const refuse = (reason: PromiseRefusal): { ok: false; reason: PromiseRefusal } => ({ ok: false, reason });
