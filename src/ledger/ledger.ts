import type { Tx } from '../database/transaction.ts';
import type { DebtId, DebtorId, PromiseId } from '../kernel/ids.ts';
import type { Leisure } from '../kernel/leisure.ts';
import type { Money } from '../kernel/money.ts';
import type { DebtBalance } from './debt.ts';
import type { Creditor, Debtor } from './debtor.ts';
import type { PromisePart, PromiseRefusal, PromiseState, PromiseToPay } from './promise.ts';

/** All that one debtor owes one creditor, as of a day: one read. */
export interface Account {
  debtor: Debtor;
  creditor: Creditor;
  /** Oldest due date first. */
  debts: DebtBalance[];
  /** Paid over what was owed, not applied to anything. */
  credit: Money;
  total: Money;
  overdue: Money;
  daysLate: number;
  /** In the order in which they were made, those made together by their day. */
  promises: PromiseKnown[];
  /** The last journal entry that was folded in: what a write must still find. */
  seq: number;
}

/** A promise as it stands. A payment counts for one promise only, or is split between several (see `shareOut`). */
export interface PromiseKnown {
  promise: PromiseToPay;
  state: PromiseState;
  fulfilled: Money;
  /** What of which payment `fulfilled` is made of; what was taken back is not in it. */
  paidBy: { idemKey: string; amountMinor: bigint }[];
}

export interface PaymentToPost {
  debtorId: DebtorId;
  /** `provider:account:paymentId`: the same money is never posted twice. */
  idemKey: string;
  provider: string;
  amount: Money;
  paidAt: Date;
  /** Pay these first; empty: oldest due first over all debts. */
  debtIds: DebtId[];
}

export interface PaymentPosted {
  /** False when this money was posted before: nothing was written. */
  isNew: boolean;
  folio: string;
  applied: { debtId: DebtId; concept: string; amount: Money }[];
  /** Over what was owed: kept as the debtor's credit. */
  credit: Money;
  /** The money is of another currency than the debts: all of it waits in suspense for a person. */
  exception?: 'currency_mismatch';
}

export type MakePromise = {
  debtorId: DebtorId;
  /** One, or the instalments of an arrangement in any order: at most PROMISE_PARTS_MAX. */
  parts: readonly PromisePart[];
  /** turnId:step: the same promise is never written twice, and gives the same folio. */
  idemKey: string;
  /** What is open becomes `replaced`, all of an arrangement; without this it is a refusal. */
  replaces: boolean;
};

export type PromiseMade = { ok: true; folio: string; promises: PromiseToPay[] };

/** Who owes what, paid and promised. Functions that take `tx` write inside the caller's transaction. */
export interface Ledger {
  /** Paid debts are in it, last. With `tx` it also sees what that transaction wrote. @throws AppError debtor_unknown */
  account(debtorId: DebtorId, now: Date, tx?: Tx): Promise<Account>;
  /** Several in one round trip; unknown ones are left out. */
  accounts(debtorIds: readonly DebtorId[], now: Date, tx?: Tx): Promise<Map<DebtorId, Account>>;
  findDebtor(debtorId: DebtorId): Promise<Debtor | null>;
  /** By `debtor_id`, full id, or the beginning of a name; several when it is not clear. */
  searchDebtors(text: string, limit: number): Promise<Debtor[]>;
  /** By id, whether they owe or not. */
  listDebtors(limit: number): Promise<Debtor[]>;
  debtorsByPhone(phone: string): Promise<Debtor[]>;
  /** @param email in lower case */
  debtorsByEmail(email: string): Promise<Debtor[]>;
  /** Streams every debtor that still owes something, so many at a time. */
  debtorsOwing(atOnce: number): AsyncIterable<DebtorId[]>;
  /** Folds every journal anew and compares it with its snapshot; what differs is mended and logged. @returns how many differed */
  compareHeads(leisure?: Leisure): Promise<{ checked: number; mended: number }>;
  isEmpty(): Promise<boolean>;

  /** Writes one promise a part, tied by one arrangement and one folio. @returns them by their day */
  makePromise(input: MakePromise, now: Date, tx: Tx): Promise<PromiseMade | { ok: false; reason: PromiseRefusal }>;
  /** Everything that is still open of its arrangement. @returns false when that is nothing */
  cancelPromise(id: PromiseId, now: Date, tx: Tx): Promise<boolean>;
  postPayment(payment: PaymentToPost, now: Date, tx: Tx): Promise<PaymentPosted>;
  /**
   * Mirrors the stored allocation of an earlier payment, whole or in part.
   * @param amount all that was taken back of that payment so far, as providers report it (cumulative): only the difference is posted,
   * so late, repeated and reordered reports come to the same state
   */
  reversePayment(idemKey: string, amount: Money, reason: string, now: Date, tx: Tx): Promise<{ isNew: boolean }>;
}
